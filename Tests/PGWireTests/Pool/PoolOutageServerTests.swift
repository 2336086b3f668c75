import PGWireTesting
import TestSupport
import Testing

@testable import PGWire

@Suite("A pool whose server is away", .needsServer, .needsDirectConnection)
struct PoolOutageServerTests {
    private func pool(
        _ server: PostgresServer, database: String = "mcp", _ change: (inout PGPool.Options) -> Void = { _ in }
    ) throws -> PGPool {
        var options = PGPool.Options()
        options.maximumConnections = 4
        options.waitTimeout = .seconds(60)
        change(&options)
        return PGPool(try PGConfiguration(url: server.url(sslMode: .disable, database: database)), options: options)
    }

    @Test("a database that does not exist fails all who wait at once, with the cause")
    func wrongDatabase() async throws {
        let pool = try pool(await PostgresServer.shared(), database: "nowhere")
        let start = ContinuousClock.now
        await withTaskGroup(of: PGError?.self) { group in
            for _ in 0..<40 {
                group.addTask { await failure { () async throws(PGError) in try await pool.query("SELECT 1") } }
            }
            for await error in group { #expect(error?.sqlState == "3D000") }
        }
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(pool.usage.waiting == 0)
    }

    @Test("so does a server that was never there, and it is not asked again by each who comes")
    func neverThere() async throws {
        let server = try ScriptedServer([])
        let port = server.port
        var configuration = PGConfiguration.scripted(port: port)
        configuration.host = .tcp(host: "no.such.host.invalid", port: port)
        let pool = PGPool(configuration)
        let start = ContinuousClock.now
        for _ in 0..<100 {
            let error = await failure { () async throws(PGError) in try await pool.query("SELECT 1") }
            #expect(error?.code == .hostNotFound)
        }
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(pool.usage == PGPool.Usage(idle: 0, lent: 0, opening: 0, waiting: 0))
    }

    @Test("a restart is waited for by those who came meanwhile")
    func restart() async throws {
        let server = try await PostgresServer.start(tls: .none)
        let pool = try pool(server) { $0.outagePatience = .seconds(60) }
        try await pool.query("SELECT 1")
        try await server.stop()
        #expect(await eventually { pool.usage.idle == 0 })
        let waiters = (0..<20).map { number in
            Task { try await pool.query("SELECT \(Int64(number))").decode(as: Int64.self) }
        }
        #expect(await eventually { pool.usage.waiting == 20 })
        try await server.start()
        for (number, waiter) in waiters.enumerated() { #expect(try await waiter.value == [Int64(number)]) }
        await pool.close()
        await server.remove()
    }

    @Test("an outage that lasts is told with its cause, also to those who come later, at once")
    func outage() async throws {
        let server = try await PostgresServer.start(tls: .none)
        let pool = try pool(server) { $0.outagePatience = .milliseconds(300) }
        try await pool.query("SELECT 1")
        try await server.stop()
        #expect(await eventually { pool.usage.idle == 0 })
        let start = ContinuousClock.now
        for _ in 0..<20 {
            let error = await failure { () async throws(PGError) in try await pool.query("SELECT 1") }
            #expect(error?.code == .connectFailed)
            #expect(error?.retry == .safe)
        }
        #expect(ContinuousClock.now - start < .seconds(30))
        try await server.start()
        #expect(
            await eventually(within: .seconds(20)) {
                await failure { () async throws(PGError) in try await pool.query("SELECT 1") } == nil
            })
        await pool.close()
        await server.remove()
    }

    @Test("a wait that ends during an outage tells the cause")
    func waitDuringOutage() async throws {
        let server = try await PostgresServer.start(tls: .none)
        let pool = try pool(server) {
            $0.outagePatience = .seconds(60)
            $0.waitTimeout = .milliseconds(500)
        }
        _ = await eventually { await failure { () async throws(PGError) in try await pool.query("SELECT 1") } == nil }
        try await server.stop()
        #expect(await eventually { pool.usage.idle == 0 })
        let error = await failure { () async throws(PGError) in try await pool.query("SELECT 1") }
        #expect(error?.code == .connectFailed)
        #expect(error?.message.contains("none can be opened") == true)
        await pool.close()
        await server.remove()
    }
}
