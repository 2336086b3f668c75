import TestSupport
import Testing

@testable import PGWire

@Suite("A server that dies", .needsServer, .needsDirectConnection)
struct ServerCrashTests {
    @Test("what was idle or under way learns of a kill, nothing hangs, and the pool recovers after a restart")
    func killed() async throws {
        let server = try await PostgresServer.start(tls: .none)
        let configuration = try PGConfiguration(url: server.url(sslMode: .disable))
        let idle = try await PGConnection.connect(configuration)
        let busy = try await PGConnection.connect(configuration)
        var options = PGPool.Options()
        options.minimumConnections = 1
        options.maximumConnections = 3
        let pool = PGPool(configuration, options: options)
        try await pool.query("CREATE TABLE kept AS SELECT 1::int8 AS a")
        let underWay = Task {
            await failure { () async throws(PGError) in try await busy.query("SELECT pg_sleep(60)") }
        }
        let lent = Task { await failure { () async throws(PGError) in try await pool.query("SELECT pg_sleep(60)") } }
        #expect(await eventually { busy.pendingQueries == 1 && pool.usage.lent == 1 })

        try await server.kill()
        for error in [await underWay.value, await lent.value] {
            #expect(error?.code == .connectionClosed || error?.code == .server)
            #expect(error?.retry == .unknown)
        }
        #expect(await eventually { idle.isClosed && busy.isClosed })
        let dead = await failure { () async throws(PGError) in try await pool.query("SELECT 1") }
        #expect(dead?.code == .connectFailed)
        #expect(dead?.retry == .safe)

        try await server.start()
        #expect(
            await eventually(within: .seconds(20)) {
                await failure { () async throws(PGError) in try await pool.query("SELECT a FROM kept") } == nil
            })
        // The minimum comes back by itself.
        #expect(await eventually { pool.usage.idle >= 1 })

        try await server.restart()
        #expect(
            await eventually(within: .seconds(20)) {
                await failure { () async throws(PGError) in try await pool.query("SELECT a FROM kept") } == nil
            })
        await pool.close()
        await server.remove()
    }
}
