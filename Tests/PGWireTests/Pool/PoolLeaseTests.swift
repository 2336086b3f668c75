import Synchronization
import TestSupport
import Testing

@testable import PGWire

/// What a borrower keeps when he has given the connection back serves him no more, and does nothing to the next one.
@Suite("A pool's connection that is kept after its return", .needsServer, .needsSession)
struct PoolLeaseTests {
    private func pool(_ change: (inout PGPool.Options) -> Void = { _ in }) async throws -> PGPool {
        let server = try await PostgresServer.shared()
        var options = PGPool.Options()
        options.maximumConnections = 1
        options.waitTimeout = .seconds(60)
        change(&options)
        return PGPool(try PGConfiguration(url: server.url(sslMode: .ofThisRun)), options: options)
    }

    private func expectRefusal(_ body: () async throws -> Void) async {
        let error = await #expect(throws: PGError.self) { try await body() }
        #expect(error?.code == .usage)
        #expect(error?.retry == .pointless)
        #expect(error?.message.contains("given back") == true, "\(error?.message ?? "")")
    }

    /// Every way in which a connection can be used.
    private func expectUseless(_ kept: PGConnection) async {
        await expectRefusal { try await kept.query("SET application_name = 'kept'") }
        await expectRefusal { try await kept.simpleQuery("SET application_name = 'kept'") }
        await expectRefusal { _ = try await kept.stream("SELECT 1") }
        await expectRefusal { try await kept.copyIn("COPY nowhere FROM STDIN") { _ in } }
        await expectRefusal { _ = try await kept.copyOut("COPY (SELECT 1) TO STDOUT") }
        await expectRefusal { try await kept.withPipeline { _ = $0.query("SET application_name = 'kept'") } }
        await expectRefusal { try await kept.withTransaction { _ = try await $0.query("SELECT 1") } }
        await expectRefusal {
            for try await _ in kept.notifications() {}
        }
        #expect(kept.isClosed)
        #expect(kept.transactionStatus == .idle)
        #expect(kept.pendingQueries == 0)
        #expect(kept.parameter("server_version") == nil)
        kept.close()
    }

    @Test("it throws, and leaves the next borrower's session alone", arguments: [PGPool.Reset.automatic, .never])
    func connection(_ reset: PGPool.Reset) async throws {
        let pool = try await pool { $0.reset = reset }
        var kept: PGConnection?
        let first = try await pool.withConnection { connection in
            kept = connection
            return try await connection.query("SELECT pg_backend_pid()").decode(as: Int32.self)[0]
        }
        let old = try #require(kept)
        await expectUseless(old)
        try await pool.withConnection { connection in
            try await connection.query("BEGIN")
            await expectUseless(old)
            #expect(connection.transactionStatus == .inTransaction)
            #expect(!connection.isClosed)
            let now = try await connection.query("SELECT pg_backend_pid(), current_setting('application_name')")
                .decode(as: (Int32, String).self)[0]
            #expect(now.0 == first)
            #expect(now.1 != "kept")
            try await connection.query("ROLLBACK")
        }
        await pool.close()
    }

    @Test("a statement that the closure did not wait for is over before the next borrower has the session")
    func straggler() async throws {
        let pool = try await pool()
        let straggler = try await pool.withConnection { connection in
            let straggler = Task { try await connection.query("SELECT pg_sleep(0.3), 1").count }
            #expect(await eventually { connection.pendingQueries == 1 })
            return straggler
        }
        let next = try await pool.query("SELECT 7").decode(as: Int32.self)
        #expect(next == [7])
        #expect(try await straggler.value == 1)
        await pool.close()
    }

    @Test("a pipeline that outlives the closure is ended, and nothing of it comes after that")
    func pipeline() async throws {
        let pool = try await pool { $0.reset = .never }
        let (sent, goOn) = (OneShot<Void>(), OneShot<Void>())
        let straggler = try await pool.withConnection { connection in
            let straggler = Task {
                try await connection.withPipeline { pipeline in
                    _ = try await pipeline.query("SELECT 1").result
                    sent.end(())
                    await goOn.wait {}
                    pipeline.query("SET application_name = 'kept'")
                }
            }
            await sent.wait {}
            return straggler
        }
        async let next = pool.query("SELECT current_setting('application_name')").decode(as: String.self)
        goOn.end(())
        await #expect(throws: PGError.self) { try await straggler.value }
        #expect(try await next.first != "kept")
        #expect(pool.usage.idle + pool.usage.lent == 1)
        await pool.close()
    }

    @Test("its notifications end with it", .timeLimit(.minutes(1)))
    func notifications() async throws {
        let pool = try await pool()
        let reader = try await pool.withConnection { connection in
            try await connection.query("LISTEN lease")
            let notifications = connection.notifications()
            try await connection.query("NOTIFY lease")
            return Task { () async -> (Int, PGError?) in
                var count = 0
                do {
                    for try await _ in notifications { count += 1 }
                    return (count, nil)
                } catch {
                    return (count, error as? PGError)
                }
            }
        }
        let (count, error) = await reader.value
        #expect(count == 1)
        #expect(error?.code == .usage)
        await pool.close()
    }

    @Test("a transaction's portal ends with the transaction")
    func portal() async throws {
        let pool = try await pool()
        let portal = try await pool.withTransaction { transaction in
            let portal = try await transaction.portal("SELECT generate_series(1, 10)")
            #expect(try await portal.fetch(3).count == 3)
            return portal
        }
        await expectRefusal { _ = try await portal.fetch(3) }
        await expectRefusal { try await portal.close() }
        #expect(try await pool.query("SELECT 7").decode(as: Int32.self) == [7])
        await pool.close()
    }

    @Test("a transaction that is kept after its closure throws and sends nothing")
    func transaction() async throws {
        let pool = try await pool()
        var kept: PGTransaction?
        try await pool.withTransaction { transaction in
            kept = transaction
            try await transaction.query("SELECT 1")
        }
        let old = try #require(kept)
        for use in [
            { () async throws in _ = try await old.query("SET application_name = 'kept'") },
            { _ = try await old.simpleQuery("SET application_name = 'kept'") },
            { _ = try await old.stream("SELECT 1") },
            { _ = try await old.portal("SELECT 1") },
            { try await old.withPipeline { _ = $0.query("SELECT 1") } },
            { try await old.copyIn("COPY nowhere FROM STDIN") { _ in } },
            { _ = try await old.copyOut("COPY (SELECT 1) TO STDOUT") },
            { try await old.withSavepoint { _ = try await $0.query("SELECT 1") } },
        ] {
            let error = await #expect(throws: PGError.self) { try await use() }
            #expect(error?.code == .usage)
        }
        #expect(try await pool.query("SHOW application_name").decode(as: String.self) != ["kept"])
        await pool.close()
    }
}
