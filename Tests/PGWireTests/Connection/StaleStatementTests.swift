import TestSupport
import Testing

@testable import PGWire

@Suite("Prepared statements of a real server", .needsServer, .needsSession)
struct StaleStatementTests {
    private func connect(capacity: Int = 256) async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        var options = PGConnection.Options()
        options.statementCacheCapacity = capacity
        return try await PGConnection.connect(
            try PGConfiguration(url: server.url(sslMode: .ofThisRun)), options: options)
    }

    /// The statements that the server holds, but for the one that asks.
    private func prepared(_ connection: PGConnection) async throws -> [String] {
        let query: PGQuery = "SELECT statement FROM pg_prepared_statements ORDER BY prepare_time"
        return try await connection.query(query).decode(as: String.self).filter { $0 != query.sql }
    }

    @Test("a statement is prepared once, however often it runs")
    func once() async throws {
        let connection = try await connect()
        for number in Int64(0)..<20 {
            #expect(try await connection.query("SELECT \(number)").decode(as: Int64.self) == [number])
        }
        #expect(try await prepared(connection) == ["SELECT $1"])
    }

    @Test("a statement that the server dropped is prepared anew without notice")
    func discarded() async throws {
        let connection = try await connect()
        for _ in 0..<3 {
            #expect(try await connection.query("SELECT 'a'").count == 1)
            try await connection.query("DISCARD ALL")
            #expect(try await connection.query("SELECT 'a'").count == 1)
        }
    }

    @Test("a COMMIT that went stale is an error, ends its transaction, and is prepared anew for the next one")
    func staleCommit() async throws {
        let connection = try await connect()
        try await connection.query("CREATE TEMPORARY TABLE t (a int8)")
        try await connection.withTransaction { try await $0.query("INSERT INTO t VALUES (1)") }
        let error = await failure {
            try await connection.withTransaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (2)")
                // Dropped where the client does not see it.
                try await transaction.query("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$")
            }
        }
        #expect(error?.sqlState == "26000" && error?.transactionOutcome == .rolledBack)
        #expect(connection.transactionStatus == .idle)
        try await connection.withTransaction { try await $0.query("INSERT INTO t VALUES (3)") }
        #expect(try await connection.query("SELECT a FROM t").decode(as: Int64.self) == [1, 3])
    }

    @Test("inside a transaction a dropped statement is an error, since the transaction is lost")
    func discardedInTransaction() async throws {
        let connection = try await connect()
        try await connection.query("SELECT 'a'")
        let names: PGQuery = "SELECT name FROM pg_prepared_statements WHERE statement = 'SELECT ''a'''"
        let name = try await connection.query(names).decode(as: String.self)[0]
        try await connection.query("BEGIN")
        try await connection.query("DEALLOCATE \(identifier: name)")
        let error = await failure { () async throws(PGError) in try await connection.query("SELECT 'a'") }
        #expect(error?.sqlState == "26000")
        #expect(connection.transactionStatus == .failed)
    }

    @Test(
        "that all statements were dropped is noticed, also in a transaction",
        arguments: ["DEALLOCATE ALL", "DISCARD ALL"])
    func droppedAll(command: String) async throws {
        let connection = try await connect()
        for isSimple in [false, true] {
            try await connection.query("SELECT 'a'")
            let query = PGQuery(unsafeSQL: command)
            if isSimple { try await connection.simpleQuery(query) } else { try await connection.query(query) }
            try await connection.query("BEGIN")
            #expect(try await connection.query("SELECT 'a'").count == 1)
            try await connection.query("COMMIT")
        }
    }

    @Test("a statement whose columns changed is prepared anew, but not inside a transaction")
    func changed() async throws {
        let connection = try await connect()
        try await connection.query("CREATE TEMPORARY TABLE t AS SELECT 1::int8 AS a")
        #expect(try await connection.query("SELECT * FROM t").decode(as: Int64.self) == [1])
        try await connection.query("ALTER TABLE t ALTER COLUMN a TYPE text, ADD COLUMN b bool DEFAULT true")
        let rows = try await connection.query("SELECT * FROM t").decode(as: (String, Bool).self)
        #expect(rows.count == 1 && rows[0].0 == "1" && rows[0].1)
        try await connection.query("BEGIN")
        try await connection.query("ALTER TABLE t DROP COLUMN b")
        let error = await failure { () async throws(PGError) in try await connection.query("SELECT * FROM t") }
        #expect(error?.sqlState == "0A000")
        #expect(connection.transactionStatus == .failed)
        try await connection.query("ROLLBACK")
        #expect(try await connection.query("SELECT * FROM t").columns.count == 2)
    }

    @Test("a statement that cannot be prepared fails each time for its own reason, and works once it can")
    func failures() async throws {
        let connection = try await connect()
        for _ in 0..<2 {
            let error = await failure { () async throws(PGError) in try await connection.query("SELECT * FROM later") }
            #expect(error?.sqlState == "42P01")
        }
        try await connection.query("CREATE TEMPORARY TABLE later AS SELECT 1::int8 AS a")
        #expect(try await connection.query("SELECT * FROM later").decode(as: Int64.self) == [1])
    }

    @Test("a full cache closes on the server what it lets go, also when the query then fails")
    func eviction() async throws {
        let connection = try await connect(capacity: 3)
        for number in 0..<30 {
            try await connection.query(PGQuery(unsafeSQL: "SELECT \(number)"))
            _ = await failure { () async throws(PGError) in
                try await connection.query(PGQuery(unsafeSQL: "SELECT nothing\(number)"))
            }
            _ = await failure { () async throws(PGError) in
                try await connection.query(PGQuery(unsafeSQL: "SELECT 1/(\(number)-\(number))"))
            }
        }
        #expect(try await prepared(connection).count <= 3)
        #expect(!connection.isClosed)
    }

    @Test("without a cache nothing stays on the server")
    func noCache() async throws {
        let connection = try await connect(capacity: 0)
        #expect(try await connection.query("SELECT \(Int64(1))").count == 1)
        #expect(try await prepared(connection) == [])
    }

    @Test(
        "COPY through a query is refused, with or without a full cache, and the connection goes on",
        arguments: [1, 256])
    func copy(capacity: Int) async throws {
        let connection = try await connect(capacity: capacity)
        try await connection.query("CREATE TEMPORARY TABLE t (a int8)")
        for _ in 0..<3 {
            try await connection.query("SELECT 'another statement'")
            let copyIn = await failure { () async throws(PGError) in try await connection.query("COPY t FROM STDIN") }
            #expect(copyIn?.code == .usage)
            #expect(try await connection.query("INSERT INTO t VALUES (1)").rowsAffected == 1)
            let copyOut = await failure { () async throws(PGError) in try await connection.query("COPY t TO STDOUT") }
            #expect(copyOut?.code == .usage)
            #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
        }
        #expect(connection.transactionStatus == .idle)
        #expect(!connection.isClosed)
    }

    @Test("a statement with a fault reports where it is")
    func syntaxError() async throws {
        let connection = try await connect()
        let error = await failure { () async throws(PGError) in try await connection.query("SELEC 1") }
        #expect(error?.code == .server)
        #expect(error?.sqlState == "42601")
        #expect(error?.server?[.position] == "1")
        #expect(error?.retry == .pointless)
    }
}
