import Foundation
import PGWireTesting
import Synchronization
import TestSupport
import Testing

@testable import PGWire

@Suite("A connection that is lost at COMMIT", .needsServer, .needsDirectConnection)
struct LostCommitTests {
    /// `PGWIRE_FAULT_ROUNDS` asks for more.
    private static let rounds = ProcessInfo.processInfo.environment["PGWIRE_FAULT_ROUNDS"].flatMap(Int.init) ?? 60

    private static func plan(_ round: Int) -> FaultPlan {
        let commit = Array("COMMIT".utf8)
        let ending = FaultPlan.Ending.allCases[round / 2 % 2]
        return FaultPlan(
            fault: round.isMultiple(of: 2) ? .loseAnswer(to: commit, by: ending) : .loseRequest(commit, by: ending))
    }

    @Test("the outcome is unknown, whether the server committed or not, and nothing is done twice")
    func unknownOutcome() async throws {
        let server = try await PostgresServer.shared()
        try await server.sql("CREATE TABLE lost_commits (key int8)", as: .mcp)
        let proxy = try FaultProxy(to: server.ownPort) { Self.plan($0) }
        var configuration = try PGConfiguration(url: server.url(sslMode: .disable))
        configuration.host = .tcp(host: "127.0.0.1", port: proxy.port)
        var options = PGPool.Options()
        options.maximumConnections = 1
        let pool = PGPool(configuration, options: options)
        let bodies = Atomic(0)
        for round in 0..<Self.rounds {
            let key = Int64(round)
            let error = await #expect(throws: PGError.self) {
                try await pool.withTransaction { transaction in
                    bodies.add(1, ordering: .relaxed)
                    try await transaction.query("INSERT INTO lost_commits VALUES (\(key))")
                }
            }
            #expect(error?.code == .transaction)
            #expect(error?.retry == .unknown)
        }
        #expect(bodies.load(ordering: .relaxed) == Self.rounds)
        #expect(proxy.connections.count == Self.rounds)
        #expect(proxy.connections.allSatisfy { $0.hasFailed })
        await pool.close()
        // Those whose request arrived are there, once; the others' sessions end without it.
        let committed = try await server.sql("SELECT key FROM lost_commits ORDER BY key")
        let expected = stride(from: 0, to: Self.rounds, by: 2).map { "\($0)\n" }.joined()
        #expect(committed == expected)
        try await server.sql("DROP TABLE lost_commits")
    }
}
