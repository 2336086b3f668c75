import Foundation
import PGWire
import PGWireTesting
import TestSupport
import Testing

/// Records the fixtures anew. It fails whenever it does, so that no run that records passes for one that tests;
/// `scripts/record-fixtures` runs it for each version.
@Suite(
    "Recording of fixtures", .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["PGWIRE_RECORD_FIXTURES"] != nil, "nothing is to be recorded"))
struct FixtureRecordingTests {
    @Test("are recorded from a real server")
    func record() async throws {
        let selection = ProcessInfo.processInfo.environment["PGWIRE_RECORD_FIXTURES"] ?? ""
        let version = ServerUnderTest.majorVersion
        let scenarios = FixtureScenario.all.filter { scenario in
            scenario.since <= version && (selection == "all" || scenario.name == selection)
        }
        try FileManager.default.createDirectory(
            atPath: "\(FixtureFolder.path)/\(version)", withIntermediateDirectories: true)
        let servers = (with: try await PostgresServer.start(), without: try await PostgresServer.start(tls: .none))
        for scenario in scenarios {
            switch scenario.server {
            case .withTLS: try await record(scenario, servers.with, version)
            case .withoutTLS: try await record(scenario, servers.without, version)
            case .ownServer:
                let server = try await PostgresServer.start()
                try await record(scenario, server, version)
                await server.remove()
            }
        }
        await servers.with.remove()
        await servers.without.remove()
        Issue.record("recorded \(scenarios.count) fixtures of PostgreSQL \(version)")
    }

    private func record(_ scenario: FixtureScenario, _ server: PostgresServer, _ version: Int) async throws {
        var identity: TLSIdentity?
        if let root = server.rootCertificate {
            // The server's own, without which nothing could be bound to it.
            let folder = URL(filePath: root).deletingLastPathComponent().path()
            identity = try TLSIdentity(certificate: "\(folder)/server.crt", key: "\(folder)/server.key")
        }
        let recorder = try TranscriptRecorder(
            to: .tcp(host: server.host, port: server.ownPort), identity: identity)
        let configuration = PGConfiguration(
            host: .tcp(host: "127.0.0.1", port: recorder.port), user: scenario.role.name,
            password: scenario.role.password, database: scenario.database,
            tls: PGTLSConfiguration(mode: scenario.sslMode))
        await FixtureStage(scenario, configuration, recording: server).play(scenario)
        var transcript = await recorder.finish()
        transcript.header.about = scenario.about
        transcript.header.recorded = "by scripts/record-fixtures"
        try transcript.write(toFile: FixtureFolder.file(scenario.name, version: version))
    }
}
