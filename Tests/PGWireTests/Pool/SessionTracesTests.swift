import Testing

@testable import PGWire

@Suite("Traces in a session")
struct SessionTracesTests {
    @Test(
        "a text that names what leaves traces is noticed, wherever it stands",
        arguments: [
            "SELECT set_config('a.b', '1', false)", "select SET_CONFIG('a', 'b', true)", "SELECT pg_advisory_lock(1)",
            "SELECT pg_try_advisory_lock_shared($1)", "SELECT 1 INTO TEMP t", "SELECT 1 into temporary\nt",
            "CREATE TEMP TABLE t AS SELECT 1", "CREATE TABLE pg_temp.t AS SELECT 1", "temp", "/* x */ create Temporary",
        ])
    func written(sql: String) {
        #expect(SessionTraces.areWritten(in: sql))
        #expect(SessionTraces.mayBeLeft(by: sql))
    }

    @Test(
        "an ordinary text is not mistaken for one that leaves traces",
        arguments: [
            "", "SELECT 1", "SELECT attempts, temperature, template, \"tempo\" FROM contempt WHERE is_locked",
            "SELECT pg_advisory_xact_lock($1)", "INSERT INTO t VALUES ($1)", "WITH a AS (SELECT 1) SELECT * FROM a",
            "SELECT t_config, my_lock, a_temp FROM tem", "UPDATE t SET _ = 1", "SELECT 'ü_' || $1",
        ])
    func notWritten(sql: String) {
        #expect(!SessionTraces.areWritten(in: sql))
        #expect(sql.isEmpty || !SessionTraces.mayBeLeft(by: sql))
    }

    @Test(
        "a command tag tells which statements leave traces",
        arguments: [
            ("SELECT 3", "SELECT", false), ("INSERT 0 1", "INSERT", false), ("", "", false), ("COPY 3", "COPY", false),
            ("SET", "SET a.b = 1", true), ("SET", "/* SET LOCAL */ SET a.b = 1", true),
            ("SET", "set local a.b = 1", false),
            ("SET", "  SET\nLOCAL a.b = 1", false), ("LISTEN", "LISTEN a", true), ("CREATE TABLE", "CREATE TEMP", true),
            ("DO", "DO $$$$", true), ("CALL", "CALL f()", true), ("PREPARE", "PREPARE a AS SELECT 1", true),
            ("DECLARE CURSOR", "DECLARE", true), ("DISCARD ALL", "DISCARD ALL", true), ("LOAD", "LOAD", true),
            ("EXPLAIN", "EXPLAIN", false), ("SHOW", "SHOW a", false), ("DEALLOCATE", "", true),
        ])
    func left(tag: String, sql: String, expected: Bool) {
        #expect(SessionTraces.areLeft(by: tag, of: sql) == expected)
    }

    @Test("of a statement whose end is not known the worst is assumed")
    func unknownEnd() {
        for sql in ["SET a.b = 1", "/* x */ SET a.b = 1", "LISTEN a", "CREATE TABLE t ()", "DO $$$$", "", "SELECTED"] {
            #expect(SessionTraces.mayBeLeft(by: sql))
        }
        for sql in ["select 1", "\n  DELETE FROM t", "with a as (select 1) select 1", "VALUES (1)"] {
            #expect(!SessionTraces.mayBeLeft(by: sql))
        }
    }
}
