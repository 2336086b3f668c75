import PGWireTesting
import Synchronization
import TestSupport
import Testing

@testable import PGWire

@Suite("A connection that is cut", .needsServer, .needsDirectConnection, .serialized)
struct CutConnectionTests {
    private final class Arrivals: Sendable {
        let count = Atomic(0)
    }

    private static let table = Mutex(0)

    private func conversation(_ server: PostgresServer) async throws -> Conversation {
        let number = Self.table.withLock { number in
            number += 1
            return number
        }
        return try await Conversation(server, table: "cut_\(number)")
    }

    private func pool(_ proxy: FaultProxy, _ server: PostgresServer, _ mode: SSLMode) throws -> PGPool {
        var configuration = try PGConfiguration(url: server.url(sslMode: mode))
        configuration.host = .tcp(host: "127.0.0.1", port: proxy.port)
        configuration.connectTimeout = .seconds(30)
        var options = PGPool.Options()
        options.maximumConnections = 3
        options.waitTimeout = .seconds(30)
        // What the pool would say behind the conversation is no part of it.
        options.reset = .never
        return PGPool(configuration, options: options)
    }

    /// How many bytes go to the server and to the client when nothing goes wrong.
    private func measure(
        _ conversation: Conversation, _ server: PostgresServer, _ mode: SSLMode
    ) async throws -> FaultProxy.Record {
        let proxy = try FaultProxy(to: server.ownPort) { _ in FaultPlan() }
        let pool = try pool(proxy, server, mode)
        let outcome = await conversation.run(0, in: pool)
        if case .written = outcome {} else { Issue.record("without a fault: \(outcome)") }
        // The last answer has passed; what the client says at its end is no part of the conversation.
        let record = try #require(proxy.connections.first)
        await pool.close()
        return record
    }

    @Test(
        "at whatever byte: a typed error or success, never a wait, and a pool that is whole",
        arguments: FaultPlan.Direction.allCases, FaultPlan.Ending.allCases)
    func everyOffset(direction: FaultPlan.Direction, ending: FaultPlan.Ending) async throws {
        let server = try await PostgresServer.shared()
        let conversation = try await conversation(server)
        let whole = try await measure(conversation, server, .disable)
        let count = direction == .toServer ? whole.toServer : whole.toClient
        #expect(count > 300)
        try await cut(
            Array(1...count), direction, ending, conversation, server, .disable, mayWrite: direction == .toClient)
    }

    @Test(
        "inside TLS as well", .needsTLS,
        arguments: FaultPlan.Direction.allCases, FaultPlan.Ending.allCases)
    func underTLS(direction: FaultPlan.Direction, ending: FaultPlan.Ending) async throws {
        let server = try await PostgresServer.shared()
        let conversation = try await conversation(server)
        let whole = try await measure(conversation, server, .require)
        // The handshake has not the same length every time: the last bytes are left alone.
        let count = (direction == .toServer ? whole.toServer : whole.toClient) - 100
        let offsets = Array(stride(from: 1, through: count, by: 37))
        try await cut(offsets, direction, ending, conversation, server, .require, mayWrite: false)
    }

    /// Cuts a conversation of its own at each offset.
    ///
    /// - Parameter mayWrite: Whether some of the conversations are expected to go through.
    private func cut(
        _ offsets: [Int], _ direction: FaultPlan.Direction, _ ending: FaultPlan.Ending, _ conversation: Conversation,
        _ server: PostgresServer, _ mode: SSLMode, mayWrite: Bool
    ) async throws {
        let outcomes = try await withThrowingTaskGroup(of: [(Int64, Conversation.Outcome)].self) { group in
            // Each lane has a pool of its own and every fourth offset.
            for lane in 0..<4 {
                let mine = stride(from: lane, to: offsets.count, by: 4).map { offsets[$0] }
                group.addTask {
                    try await cut(mine, lane, direction, ending, conversation, server, mode)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let written = Set(try await conversation.keys(server))
        #expect(try await conversation.keys(server).count == written.count)
        var (failed, confirmed) = (0, 0)
        for (key, outcome) in outcomes {
            switch outcome {
            case .written:
                confirmed += 1
                #expect(written.contains(key), "key \(key) was confirmed and is not there")
            case .failed(let error):
                failed += 1
                #expect(
                    [.connectionClosed, .connectFailed, .tls, .transaction].contains(error.code), "\(key): \(error)")
                #expect(error.retry != .safe || !written.contains(key), "key \(key) is there: \(error)")
            case .wrong(let what):
                Issue.record("\(key): \(what)")
            }
        }
        #expect(failed >= offsets.count - 200)
        #expect(mayWrite || confirmed == 0)
        try await server.sql("DROP TABLE \(conversation.table)")
    }

    private func cut(
        _ offsets: [Int], _ lane: Int, _ direction: FaultPlan.Direction, _ ending: FaultPlan.Ending,
        _ conversation: Conversation, _ server: PostgresServer, _ mode: SSLMode
    ) async throws -> [(Int64, Conversation.Outcome)] {
        let proxy = try FaultProxy(to: server.ownPort) { connection in
            connection < offsets.count
                ? FaultPlan(fault: .cut(direction, after: offsets[connection], by: ending)) : FaultPlan()
        }
        var pool = try pool(proxy, server, mode)
        var outcomes: [(Int64, Conversation.Outcome)] = []
        while proxy.connections.count < offsets.count, outcomes.count < 2 * offsets.count + 10 {
            // A pool of its own each time, since one that cannot connect makes a pause.
            await pool.close()
            pool = try self.pool(proxy, server, mode)
            let key = Int64(lane * 100_000 + outcomes.count + 1)
            let start = ContinuousClock.now
            outcomes.append((key, await conversation.run(key, in: pool)))
            #expect(ContinuousClock.now - start < .seconds(20))
        }
        #expect(proxy.connections.count >= offsets.count)
        #expect(await eventually { proxy.connections.prefix(offsets.count).allSatisfy { $0.hasFailed } })
        try await expectWhole(pool)
        await pool.close()
        return outcomes
    }

    /// All connections of the pool can be lent at once, and work.
    private func expectWhole(_ pool: PGPool) async throws {
        #expect(await eventually { pool.usage.lent == 0 && pool.usage.opening == 0 && pool.usage.waiting == 0 })
        let arrivals = Arrivals()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    // What was cut while it was idle may still lie there the first time, and a pool that could not
                    // connect makes a pause.
                    _ = await eventually {
                        let works: Void? = try? await pool.withConnection { connection in
                            try await connection.query("SELECT 1")
                            arrivals.count.add(1, ordering: .relaxed)
                            _ = await eventually { arrivals.count.load(ordering: .relaxed) == 3 }
                        }
                        return works != nil
                    }
                }
            }
        }
        #expect(arrivals.count.load(ordering: .relaxed) == 3)
    }
}
