import Glibc
import Logging
import Synchronization
import TestSupport
import Testing

@testable import PGWire

@Suite("A pool's connections in the course of time", .needsServer, .needsDirectConnection)
struct PoolLifeTests {
    private func pool(
        logger: Logger = Logger(label: "pgwire"), _ change: (inout PGPool.Options) -> Void
    ) async throws -> PGPool {
        let server = try await PostgresServer.shared()
        var options = PGPool.Options()
        options.waitTimeout = .seconds(60)
        change(&options)
        return PGPool(try PGConfiguration(url: server.url(sslMode: .ofThisRun)), options: options, logger: logger)
    }

    private func backend(_ pool: PGPool) async throws -> Int32 {
        try await pool.query("SELECT pg_backend_pid()").decode(as: Int32.self)[0]
    }

    /// Has so many connections at once.
    private func fill(_ pool: PGPool, _ count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await pool.withConnection { _ in
                        #expect(await eventually { pool.usage.lent == count || pool.usage.idle > 0 })
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await eventually { pool.usage.lent == 0 })
    }

    @Test("what nobody uses is closed, down to the minimum")
    func idleTimeout() async throws {
        let pool = try await pool {
            $0.minimumConnections = 1
            $0.maximumConnections = 4
            $0.idleTimeout = .seconds(2)
        }
        try await fill(pool, 4)
        #expect(pool.usage.idle > 1)
        #expect(await eventually { pool.usage.idle == 1 })
        let kept = try await backend(pool)
        #expect(try await backend(pool) == kept)
    }

    @Test("a connection that has lived long enough is replaced, idle or in use")
    func lifetime() async throws {
        let pool = try await pool {
            $0.minimumConnections = 1
            $0.maximumConnections = 1
            $0.maximumLifetime = .milliseconds(300)
        }
        var seen = Set<Int32>()
        #expect(
            try await eventually {
                seen.insert(try await backend(pool))
                return seen.count >= 3
            })
        let last = try await backend(pool)
        #expect(await eventually { pool.usage.idle == 1 })
        let server = try await PostgresServer.shared()
        #expect(
            try await eventually {
                try await server.sql("SELECT count(*) FROM pg_stat_activity WHERE pid = \(last)") == "0\n"
            })
        #expect(await eventually { pool.usage.idle == 1 })
    }

    @Test("a connection that does not answer after a long rest is replaced before it is lent")
    func healthCheck() async throws {
        let pool = try await pool {
            $0.maximumConnections = 2
            $0.idleCheckAfter = .zero
            $0.checkTimeout = .milliseconds(300)
        }
        let healthy = try await backend(pool)
        #expect(try await backend(pool) == healthy)
        #expect(await eventually { pool.usage.idle == 1 })
        // Its socket still takes what is sent.
        kill(healthy, SIGSTOP)
        defer { kill(healthy, SIGCONT) }
        let start = ContinuousClock.now
        #expect(try await backend(pool) != healthy)
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(pool.usage.idle + pool.usage.lent <= 2)
    }

    @Test("a wait that is too long tells who has the connections, the longest first")
    func holders() async throws {
        let pool = try await pool {
            $0.minimumConnections = 2
            $0.maximumConnections = 2
            $0.waitTimeout = .milliseconds(500)
        }
        #expect(await eventually(within: .seconds(30)) { pool.usage.idle == 2 })
        let release = OneShot<Void>()
        let first = Task {
            try await pool.withConnection(file: "Orders.swift", line: 7) { _ in await release.wait {} }
        }
        #expect(await eventually { pool.usage.lent == 1 })
        let second = Task { try await pool.query("SELECT pg_sleep(60)", file: "Users.swift", line: 9) }
        #expect(await eventually { pool.usage.lent == 2 })
        let error = await failure { () async throws(PGError) in try await pool.query("SELECT 1") }
        #expect(error?.code == .pool)
        let message = error?.message ?? ""
        let orders = try #require(message.firstRange(of: "Orders.swift:7 for "))
        let users = try #require(message.firstRange(of: "Users.swift:9 for "))
        #expect(orders.lowerBound < users.lowerBound)
        release.end(())
        second.cancel()
        try await first.value
        _ = await second.result
        #expect(await eventually { pool.usage.lent == 0 })
    }

    /// Keeps what is logged.
    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        func note(_ line: String) { lines.withLock { $0.append(line) } }
        var warnings: [String] { lines.withLock { $0 } }
    }

    private struct LogHandler: Logging.LogHandler {
        let log: Log
        var logLevel = Logger.Level.warning
        var metadata: Logger.Metadata = [:]
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { log.note("\(event.level) \(event.message)") }
    }

    @Test("who has a connection for long is named in the log, once")
    func leak() async throws {
        let log = Log()
        let pool = try await pool(logger: Logger(label: "test") { _ in LogHandler(log: log) }) {
            $0.leakThreshold = .milliseconds(100)
        }
        try await pool.withConnection(file: "Leaky.swift", line: 5) { connection in
            #expect(await eventually { !log.warnings.isEmpty })
            try await connection.query("SELECT pg_sleep(0.3)")
        }
        #expect(log.warnings.count == 1)
        #expect(log.warnings.first?.contains("lent to Leaky.swift:5 for ") == true)
    }

    @Test("a connection that the server refuses changes on is not lent again, nor are those that were opened before")
    func stoodDown() async throws {
        let pool = try await pool { $0.maximumConnections = 3 }
        try await fill(pool, 3)
        let server = try await PostgresServer.shared()
        _ = server
        let before = try await backend(pool)
        #expect(await eventually { pool.usage.lent == 0 })
        let error = await #expect(throws: PGError.self) {
            try await pool.withTransaction { transaction in
                // As a connection to a server that has become a standby would answer.
                try await transaction.query("SET TRANSACTION READ ONLY")
                try await transaction.query("CREATE TABLE never (a int8)")
            }
        }
        #expect(error?.sqlState == "25006")
        #expect(pool.usage.idle == 0)
        #expect(try await backend(pool) != before)
        #expect(await eventually { pool.usage.lent == 0 })

        let asked = try await backend(pool)
        await #expect(throws: PGError.self) {
            try await pool.withTransaction(access: .readOnly) { try await $0.query("CREATE TABLE never (a int8)") }
        }
        #expect(try await backend(pool) == asked)
    }
}
