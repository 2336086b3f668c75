import Synchronization
import TestSupport
import Testing

@testable import PGWire

@Suite("Failover", .needsServer, .needsDirectConnection)
struct FailoverTests {
    /// What the writers were told, and whether they are to go on.
    private final class Ledger: Sendable {
        let acknowledged = Mutex(Acknowledged())
        let isOver = Atomic(false)
    }

    private struct Acknowledged {
        /// Keys whose commit was confirmed.
        var keys: [Int64] = []
        /// How many of them by the second server.
        var bySecond = 0
        /// How many writes failed, and as what.
        var failures: [PGError] = []
    }

    @Test("no acknowledged write is lost when the primary is killed under three writers and the standby promoted")
    func killedPrimary() async throws {
        let primary = try await PostgresServer.start(tls: .none)
        try await primary.sql("CREATE TABLE writes (key int8)", as: .mcp)
        let standby = try await primary.startStandby()
        try await primary.awaitStandby()
        var configuration = try PGConfiguration(
            url: "postgres://mcp:mcp_pass@127.0.0.1:\(primary.port),127.0.0.1:\(standby.port)/mcp"
                + "?target_session_attrs=read-write&sslmode=disable")
        configuration.connectTimeout = .seconds(5)
        var options = PGPool.Options()
        options.maximumConnections = 3
        options.connection.queryTimeout = .seconds(60)
        // The pool is to find the new primary by itself, however long nobody is one.
        options.outagePatience = .seconds(30)
        options.waitTimeout = .seconds(30)
        let pool = PGPool(configuration, options: options)
        let ledger = Ledger()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in Int64(0)..<3 {
                group.addTask {
                    for number in Int64(0)... {
                        let key = writer * 1_000_000 + number
                        let (server, error) = await write(key, pool)
                        ledger.acknowledged.withLock { acknowledged in
                            if let error {
                                acknowledged.failures.append(error)
                            } else {
                                acknowledged.keys.append(key)
                                if server == standby.port { acknowledged.bySecond += 1 }
                            }
                        }
                        // A key whose outcome is unknown is not written again.
                        if ledger.isOver.load(ordering: .relaxed) { return }
                    }
                }
            }
            defer { ledger.isOver.store(true, ordering: .relaxed) }
            #expect(await eventually(within: .seconds(30)) { ledger.acknowledged.withLock { $0.keys.count >= 150 } })
            // The standby loses its primary first: each writer has a commit that waits for it, and is lost for certain.
            try await standby.stopFollowing()
            let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
            #expect(try await eventually(within: .seconds(30)) { try await primary.sql(waiting) == "3\n" })
            try await primary.kill()
            try await standby.sql("ALTER SYSTEM RESET synchronous_standby_names", database: "postgres")
            try await standby.promote()
            #expect(await eventually(within: .seconds(30)) { ledger.acknowledged.withLock { $0.bySecond >= 150 } })
        }
        let outcome = ledger.acknowledged.withLock { $0 }
        let found = try await standby.sql("SELECT key FROM writes").split(separator: "\n").compactMap { Int64($0) }
        #expect(found.count == Set(found).count, "a write was made twice")
        #expect(Set(outcome.keys).subtracting(found) == [], "acknowledged and lost")
        #expect(Set(found).subtracting(outcome.keys) == [])
        #expect(outcome.failures.count { $0.code == .transaction && $0.retry == .unknown } == 3)
        await pool.close()
        await standby.remove()
        await primary.remove()
    }

    /// Writes a key, and returns the port of the server that has it.
    private func write(_ key: Int64, _ pool: PGPool) async -> (UInt16?, PGError?) {
        do {
            let port = try await pool.withTransaction { transaction in
                try await transaction.query("INSERT INTO writes VALUES (\(key)) RETURNING inet_server_port()")
                    .decode(as: Int32.self)[0]
            }
            return (UInt16(port), nil)
        } catch {
            return (nil, error as? PGError ?? PGError(.usage, "\(error)", retry: .unknown))
        }
    }
}
