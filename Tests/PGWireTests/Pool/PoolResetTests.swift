import TestSupport
import Testing

@testable import PGWire

@Suite("What a pool's user leaves behind", .needsServer, .needsSession)
struct PoolResetTests {
    /// Something that one user leaves, and a query that is true as long as nothing is left.
    struct Trace: Sendable, CustomTestStringConvertible {
        let leave: [String]
        let isGone: String
        var testDescription: String { leave.joined(separator: "; ") }

        static let all = [
            Trace(
                leave: ["SET statement_timeout = 12345"],
                isGone: "SELECT current_setting('statement_timeout') <> '12345ms'"),
            Trace(leave: ["/* a */ SET a.b = '1'"], isGone: "SELECT coalesce(current_setting('a.b', true), '') = ''"),
            Trace(
                leave: ["SELECT set_config('a.c', '1', false)"],
                isGone: "SELECT coalesce(current_setting('a.c', true), '') = ''"),
            Trace(
                leave: ["SET ROLE pg_signal_backend"],
                isGone: "SELECT current_user = session_user AND current_user = 'mcp'"),
            Trace(
                leave: ["CREATE TEMPORARY TABLE left_over (a int8)"], isGone: "SELECT to_regclass('left_over') IS NULL"),
            Trace(
                leave: ["CREATE TEMP TABLE left_over AS SELECT 1"], isGone: "SELECT to_regclass('left_over') IS NULL"),
            Trace(leave: ["SELECT 1 AS a INTO TEMPORARY left_over"], isGone: "SELECT to_regclass('left_over') IS NULL"),
            Trace(leave: ["CREATE TABLE pg_temp.left_over ()"], isGone: "SELECT to_regclass('left_over') IS NULL"),
            Trace(leave: ["LISTEN left_over"], isGone: "SELECT count(*) = 0 FROM pg_listening_channels()"),
            Trace(
                leave: ["SELECT pg_advisory_lock(42)"],
                isGone: "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"),
            Trace(
                leave: ["SELECT pg_advisory_lock(42), 1/0"],
                isGone: "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"),
            Trace(
                leave: ["DECLARE left_over CURSOR WITH HOLD FOR SELECT 1"],
                isGone: "SELECT count(*) = 0 FROM pg_cursors WHERE name = 'left_over'"),
            Trace(
                leave: ["PREPARE \"left \"\"over\" AS SELECT 1", "PREPARE two AS SELECT 2"],
                isGone: "SELECT count(*) = 0 FROM pg_prepared_statements WHERE from_sql"),
            Trace(
                leave: ["DO $$ BEGIN PERFORM pg_advisory_lock(43); SET a.d = '1'; END $$"],
                isGone: "SELECT coalesce(current_setting('a.d', true), '') = ''"),
            Trace(leave: ["BEGIN", "SET a.e = '1'"], isGone: "SELECT coalesce(current_setting('a.e', true), '') = ''"),
        ]
    }

    private func pool(_ reset: PGPool.Reset = .automatic) async throws -> PGPool {
        let server = try await PostgresServer.shared()
        var options = PGPool.Options()
        options.maximumConnections = 1
        options.waitTimeout = .seconds(60)
        options.reset = reset
        let pool = PGPool(try PGConfiguration(url: server.url(sslMode: .ofThisRun)), options: options)
        // One of the driver's own prepared statements, which has to survive.
        try await pool.query("SELECT 'kept'")
        return pool
    }

    private let backend: PGQuery = "SELECT pg_backend_pid()"

    /// The statement that a connection of the pool ran last.
    private func lastStatement(_ pool: PGPool) async throws -> String {
        let pid = try await pool.query(backend).decode(as: Int32.self)[0]
        #expect(await eventually { pool.usage.idle == 1 })
        let server = try await PostgresServer.shared()
        return try await server.sql("SELECT query FROM pg_stat_activity WHERE pid = \(pid)")
    }

    private func expectClean(_ pool: PGPool, _ trace: Trace, from pid: Int32) async throws {
        #expect(try await pool.query(PGQuery(unsafeSQL: trace.isGone)).decode(as: Bool.self) == [true])
        #expect(try await pool.query(backend).decode(as: Int32.self) == [pid])
        let kept: PGQuery = """
            SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql AND statement = 'SELECT ''kept'''
            """
        #expect(try await pool.query(kept).decode(as: Int64.self) == [1])
    }

    @Test("nothing of it is found by the next one, after a connection was lent", arguments: Trace.all)
    func connection(trace: Trace) async throws {
        let pool = try await pool()
        let pid = try await pool.query(backend).decode(as: Int32.self)[0]
        try await pool.withConnection { connection in
            for sql in trace.leave { _ = try? await connection.query(PGQuery(unsafeSQL: sql)) }
        }
        try await expectClean(pool, trace, from: pid)
    }

    @Test("nor after single statements", arguments: Trace.all.filter { $0.leave[0] != "BEGIN" })
    func statement(trace: Trace) async throws {
        let pool = try await pool()
        let pid = try await pool.query(backend).decode(as: Int32.self)[0]
        for sql in trace.leave { _ = try? await pool.query(PGQuery(unsafeSQL: sql)) }
        try await expectClean(pool, trace, from: pid)
    }

    @Test(
        "nor after a transaction, whether it was committed or not",
        arguments: Trace.all.filter { $0.leave[0] != "BEGIN" }, [true, false])
    func transaction(trace: Trace, commits: Bool) async throws {
        struct Stop: Error {}
        let pool = try await pool()
        let pid = try await pool.query(backend).decode(as: Int32.self)[0]
        try? await pool.withTransaction { transaction in
            for sql in trace.leave { _ = try? await transaction.query(PGQuery(unsafeSQL: sql)) }
            if !commits { throw Stop() }
        }
        try await expectClean(pool, trace, from: pid)
    }

    @Test("a transaction that a single statement began is not handed on")
    func beginAlone() async throws {
        let pool = try await pool()
        try await pool.query("BEGIN")
        try await pool.query("SELECT 1")
        try await pool.withConnection { #expect($0.transactionStatus == .idle) }
    }

    @Test("an ordinary statement or transaction is followed by nothing")
    func noCost() async throws {
        let pool = try await pool()
        #expect(try await lastStatement(pool) == "\(backend.sql)\n")
        try await pool.withTransaction { transaction in
            try await transaction.query("SET LOCAL a.b = '1'")
            try await transaction.query("SELECT 1")
        }
        let server = try await PostgresServer.shared()
        let pid = try await pool.query(backend).decode(as: Int32.self)[0]
        try await pool.withTransaction { try await $0.query("SELECT 2") }
        #expect(await eventually { pool.usage.idle == 1 })
        #expect(try await server.sql("SELECT query FROM pg_stat_activity WHERE pid = \(pid)") == "COMMIT\n")
        _ = await failure { () async throws(PGError) in try await pool.query("SELECT 1/0") }
        #expect(try await server.sql("SELECT query FROM pg_stat_activity WHERE pid = \(pid)") == "SELECT 1/0\n")
    }

    @Test("always means after a query as well")
    func always() async throws {
        let pool = try await pool(.always)
        #expect(try await lastStatement(pool) != "\(backend.sql)\n")
        try await pool.query("SELECT 1")
    }

    @Test("never means that a setting stays, but no transaction does")
    func never() async throws {
        let pool = try await pool(.never)
        try await pool.withConnection { connection in
            try await connection.query("SET a.b = 'stays'")
            try await connection.query("BEGIN")
        }
        try await pool.withConnection { #expect($0.transactionStatus == .idle) }
        #expect(try await pool.query("SHOW a.b").decode(as: String.self) == ["stays"])
    }

    @Test("where the reset fails, the connection is closed")
    func failedReset() async throws {
        let pool = try await pool()
        let pid = try await pool.query(backend).decode(as: Int32.self)[0]
        try await pool.withConnection { connection in
            let server = try await PostgresServer.shared()
            try await server.sql("SELECT pg_terminate_backend(\(pid))")
            _ = connection
        }
        #expect(await eventually { pool.usage.lent == 0 })
        #expect(try await pool.query(backend).decode(as: Int32.self) != [pid])
    }

    @Test("what a portal or a COPY of a transaction leaves behind is gone too")
    func portalsAndCopies() async throws {
        let pool = try await pool()
        let isGone: PGQuery = "SELECT coalesce(current_setting('a.f', true), '') = ''"
        try await pool.withTransaction { transaction in
            let portal = try await transaction.portal("SELECT set_config('a.f', '1', false)")
            _ = try await portal.fetch(1)
        }
        #expect(try await pool.query(isGone).decode(as: Bool.self) == [true])
        try await pool.withTransaction { transaction in
            let copy = try await transaction.copyOut("COPY (SELECT set_config('a.f', '1', false)) TO STDOUT")
            for try await _ in copy {}
        }
        #expect(try await pool.query(isGone).decode(as: Bool.self) == [true])
        await pool.close()
    }
}
