import PGWireTesting
import TestSupport
import Testing

@testable import PGWire

@Suite("A server that does not answer", .needsServer, .needsDirectConnection)
struct UnansweringServerTests {
    private static let limit: Duration = .seconds(1)
    /// What an await may take beyond its deadline on a machine that has nothing else to do.
    private static let grace: Duration = .seconds(1)
    /// How late everything is on this one.
    private let lateness = Lateness()

    private func configuration(_ server: PostgresServer, port: UInt16, _ mode: SSLMode) throws -> PGConfiguration {
        var configuration = try PGConfiguration(url: server.url(sslMode: mode))
        configuration.host = .tcp(host: "127.0.0.1", port: port)
        configuration.connectTimeout = Self.limit
        return configuration
    }

    private var options: PGConnection.Options {
        var options = PGConnection.Options()
        options.queryTimeout = Self.limit
        options.cancelPatience = Self.limit
        return options
    }

    /// What an await ended with; an issue where it took longer than `deadlines` deadlines allow.
    private func bounded<T>(
        _ what: String, deadlines: Int = 1, _ body: () async throws -> T
    ) async -> Result<T, any Error> {
        let start = ContinuousClock.now
        let result: Result<T, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        let taken = ContinuousClock.now - start
        let late = lateness.largest
        #expect(taken < Self.limit * deadlines + Self.grace + late * 3, "\(what) took \(taken), late by \(late)")
        return result
    }

    /// The first await that failed, each having ended by its deadline.
    private func converse(_ configuration: PGConfiguration) async -> PGError? {
        let connected = await bounded("connecting") { try await PGConnection.connect(configuration, options: options) }
        guard case .success(let connection) = connected else { return connected.error }
        let query = await bounded("a query") { try await connection.query("SELECT 1 FROM generate_series(1, 3)") }
        guard case .success = query else { return query.error }
        // One deadline for what failed, and one for the rollback.
        let transaction = await bounded("a transaction", deadlines: 2) {
            try await connection.withTransaction { try await $0.query("SELECT 2") }
        }
        return transaction.error
    }

    @Test(
        "a connection that turns into a black hole is a timeout wherever it does",
        arguments: FaultPlan.Direction.allCases, [SSLMode.disable, .require])
    func blackHole(direction: FaultPlan.Direction, mode: SSLMode) async throws {
        guard ServerUnderTest.current.modes.contains(mode) else { return }
        let server = try await PostgresServer.shared()
        let whole = try FaultProxy(to: server.ownPort) { _ in FaultPlan() }
        #expect(await converse(try configuration(server, port: whole.port, mode)) == nil)
        let record = try #require(whole.connections.first)
        let count = (direction == .toServer ? record.toServer : record.toClient) - 8
        let offsets = (0..<12).map { count * $0 / 12 }
        let errors = try await withThrowingTaskGroup(of: (Int, PGError?).self) { group in
            for offset in offsets {
                let proxy = try FaultProxy(to: server.ownPort) { connection in
                    // A cancel request gets through, and changes nothing.
                    FaultPlan(fault: connection == 0 ? .blackHole(direction, after: offset) : nil)
                }
                let configuration = try configuration(server, port: proxy.port, mode)
                group.addTask {
                    let error = await converse(configuration)
                    withExtendedLifetime(proxy) {}
                    return (offset, error)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for (offset, error) in errors {
            let isUnknownCommit = error?.code == .transaction && error?.retry == .unknown
            #expect(error?.code == .timeout || isUnknownCommit, "at \(offset): \(String(describing: error))")
        }
    }

    @Test("with the server stopped every await ends by its deadline, and all goes on when it does")
    func stopped() async throws {
        let server = try await PostgresServer.start(tls: .none)
        let configuration = try configuration(server, port: server.ownPort, .disable)
        let connection = try await PGConnection.connect(configuration, options: options)
        try await connection.query("CREATE TABLE stopped (key int8)")
        var poolOptions = PGPool.Options()
        poolOptions.connection = options
        poolOptions.maximumConnections = 2
        poolOptions.waitTimeout = Self.limit
        let pool = PGPool(configuration, options: poolOptions)
        try await pool.query("SELECT 1")

        try await server.pause()
        await withTaskGroup(of: Result<Void, any Error>.self) { group in
            group.addTask { await bounded("a query") { _ = try await connection.query("SELECT 1") } }
            group.addTask {
                await bounded("connecting") { _ = try await PGConnection.connect(configuration, options: options) }
            }
            // Two get a connection, or fail to; the others wait for one in vain.
            for number in Int64(0)..<6 {
                group.addTask {
                    await bounded("a query of the pool", deadlines: 2) {
                        _ = try await pool.query("INSERT INTO stopped VALUES (\(number))")
                    }
                }
            }
            for await result in group { #expect(result.error?.code == .timeout || result.error?.code == .pool) }
        }
        // The lost connections are given back, or closed, by themselves.
        try await server.resume()
        #expect(
            await eventually(within: .seconds(20)) {
                await failure { () async throws(PGError) in try await pool.query("SELECT 1") } == nil
            })
        #expect(await eventually(within: .seconds(20)) { pool.usage.lent == 0 && pool.usage.waiting == 0 })
        await pool.close()
        await server.remove()
    }
}

extension Result {
    /// The driver's error that it holds.
    fileprivate var error: PGError? {
        if case .failure(let error) = self { error as? PGError } else { nil }
    }
}
