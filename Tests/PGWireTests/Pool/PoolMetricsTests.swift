#if Metrics
import Metrics
import MetricsTestKit
import TestSupport
import Testing

@testable import PGWire

@Suite("The pool's metrics", .needsServer, .needsDirectConnection)
struct PoolMetricsTests {
    /// The process's metrics system can be set up once.
    private static let metrics: TestMetrics = {
        let metrics = TestMetrics()
        MetricsSystem.bootstrap(metrics)
        return metrics
    }()

    private let name = "metrics-\(UInt64.random(in: 0 ... .max))"
    private var dimensions: [(String, String)] { [("pool", name)] }

    private func counter(_ label: String) throws -> Int64 {
        try Self.metrics.expectCounter("pgwire.pool.\(label)", dimensions).totalValue
    }

    private func gauge(_ label: String) throws -> Double? {
        try Self.metrics.expectGauge("pgwire.pool.\(label)", dimensions).lastValue
    }

    private func times(_ label: String) throws -> [Int64] {
        try Self.metrics.expectTimer("pgwire.pool.\(label)", dimensions).values
    }

    @Test("they tell how many connections there are, how long they were waited for and held, and what failed")
    func metrics() async throws {
        _ = Self.metrics
        let server = try await PostgresServer.shared()
        var options = PGPool.Options()
        options.name = name
        options.maximumConnections = 1
        options.waitTimeout = .milliseconds(300)
        let pool = PGPool(try PGConfiguration(url: server.url(sslMode: .ofThisRun)), options: options)
        _ = await eventually { await failure { () async throws(PGError) in try await pool.query("SELECT 1") } == nil }
        try await pool.withConnection { _ in
            let (lent, idle) = try (gauge("lent"), gauge("idle"))
            #expect(lent == 1 && idle == 0)
            _ = await failure { () async throws(PGError) in try await pool.query("SELECT 1") }
        }
        #expect(try counter("opened") == 1)
        #expect(try await eventually { try counter("timeouts") >= 1 })
        #expect(await eventually { pool.usage.idle == 1 })
        #expect(try await eventually { try gauge("idle") == 1 && gauge("lent") == 0 && gauge("waiting") == 0 })
        #expect(try await eventually { try times("hold").count >= 2 && times("wait").count >= 2 })
        // It was held while another waited in vain.
        #expect(try times("hold").contains { $0 >= 250_000_000 })
        await pool.close()
        #expect(try counter("closed") == 1)
        #expect(try await eventually { try gauge("idle") == 0 })

        let wrong = PostgresServer.Role(name: "mcp", password: "wrong")
        options.name = name
        let failing = PGPool(try PGConfiguration(url: server.url(wrong, sslMode: .ofThisRun)), options: options)
        _ = await failure { () async throws(PGError) in try await failing.query("SELECT 1") }
        #expect(try counter("failed") >= 1)
    }
}
#endif
