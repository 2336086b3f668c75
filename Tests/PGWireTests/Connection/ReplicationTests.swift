import TestSupport
import Testing

@testable import PGWire

@Suite("A synchronous standby that does not answer", .needsServer, .needsDirectConnection)
struct ReplicationTests {
    private func waits(_ server: PostgresServer) async throws -> String {
        try await server.sql("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND usename = 'mcp'")
    }

    /// A server whose commits wait for a standby that there is not.
    private func start() async throws -> (PostgresServer, PGPool) {
        let server = try await PostgresServer.start(tls: .none)
        var options = PGPool.Options()
        options.waitTimeout = .seconds(60)
        let pool = PGPool(try PGConfiguration(url: server.url(sslMode: .disable)), options: options)
        try await pool.query("CREATE TABLE t (a int8)")
        try await server.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'; SELECT pg_reload_conf()")
        try #require(
            await eventually {
                try await server.sql("SHOW synchronous_standby_names") == "nobody\n"
            })
        return (server, pool)
    }

    @Test("a commit whose wait was cancelled is no success: it was committed locally, and perhaps not replicated")
    func cancelledWait() async throws {
        let (server, pool) = try await start()
        let transaction = Task {
            try await pool.withTransaction(retry: .attempts(3)) { try await $0.query("INSERT INTO t VALUES (1)") }
        }
        #expect(try await eventually { try await !waits(server).isEmpty })
        try await server.sql("SELECT pg_cancel_backend(\(waits(server)))")
        let error = await #expect(throws: PGError.self) { try await transaction.value }
        #expect(error?.code == .transaction)
        #expect(error?.transactionOutcome == .committedLocally)
        #expect(error?.retry == .unknown)
        #expect(error?.server?[.routine] == "SyncRepWaitForLSN")

        let single = Task {
            await failure { () async throws(PGError) in try await pool.query("INSERT INTO t VALUES (2)") }
        }
        #expect(try await eventually { try await !waits(server).isEmpty })
        try await server.sql("SELECT pg_cancel_backend(\(waits(server)))")
        #expect(await single.value?.transactionOutcome == .committedLocally)

        // They are there all the same, each of them once.
        #expect(try await pool.query("SELECT a FROM t ORDER BY a").decode(as: Int64.self) == [1, 2])
        await pool.close()
        await server.remove()
    }

    @Test("a commit whose server ends during its wait was committed locally too, and is never told as rolled back")
    func terminatedWait() async throws {
        let (server, pool) = try await start()
        let transaction = Task {
            try await pool.withTransaction(retry: .attempts(3)) { try await $0.query("INSERT INTO t VALUES (1)") }
        }
        #expect(try await eventually { try await !waits(server).isEmpty })
        try await server.sql("SELECT pg_terminate_backend(\(waits(server)))")
        let error = await #expect(throws: PGError.self) { try await transaction.value }
        #expect(error?.transactionOutcome == .committedLocally)
        #expect(error?.retry == .unknown)
        #expect(try await pool.query("SELECT a FROM t").decode(as: Int64.self) == [1])
        await pool.close()
        await server.remove()
    }

    @Test("a commit whose wait is longer than the query's timeout has an unknown outcome")
    func timeout() async throws {
        let (server, _) = try await start()
        var options = PGConnection.Options()
        options.queryTimeout = .seconds(1)
        let connection = try await PGConnection.connect(
            try PGConfiguration(url: server.url(sslMode: .disable)), options: options)
        let error = await #expect(throws: PGError.self) {
            try await connection.withTransaction { try await $0.query("INSERT INTO t VALUES (1)") }
        }
        #expect(error?.transactionOutcome == .unknown)
        #expect(connection.isClosed)
        await server.remove()
    }
}
