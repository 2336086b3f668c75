import Foundation
import PGWire
import PGWireTesting
import TestSupport
import Testing

/// The recorded conversations, played without a server.
@Suite("Fixtures")
struct FixtureTests {
    @Test(
        "a recorded conversation is replayed byte for byte", .timeLimit(.minutes(1)), arguments: FixtureFolder.fixtures)
    func replay(fixture: FixtureFolder.Fixture) async throws {
        let scenario = try #require(FixtureScenario.named(fixture.name), "no scenario has this name")
        let transcript = try Transcript(contentsOfFile: fixture.path)
        let server = try ReplayServer(transcript)
        await FixtureStage(scenario, server.configuration).play(scenario)
        try await server.finish()
    }

    @Test("a fixture is written as it was read, and holds no secret", arguments: FixtureFolder.fixtures)
    func canonical(fixture: FixtureFolder.Fixture) throws {
        let text = try String(contentsOfFile: fixture.path, encoding: .utf8)
        let transcript = try Transcript(parsing: text)
        #expect(transcript.text == text)
        // Where the server tells its version at all.
        let major = transcript.header.server.prefix { $0 != "." }
        #expect(major.isEmpty || major == "\(fixture.version)")
        for role in [PostgresServer.Role.mcp, .superuser, .cleartext, .md5, .tls, .rejected] {
            #expect(!text.contains(try #require(role.password)))
        }
        #expect(
            !transcript.entries.contains { entry in
                guard case .message(let message) = entry.event else { return false }
                return message.name == WireMessage.malformedName
            })
    }

    @Test("every scenario was recorded from every version that can play it")
    func complete() {
        let recorded = Set(FixtureFolder.fixtures.map { "\($0.version)/\($0.name)" })
        var expected: Set<String> = []
        for version in 14...18 {
            for scenario in FixtureScenario.all where scenario.since <= version {
                expected.insert("\(version)/\(scenario.name)")
            }
        }
        #expect(recorded.symmetricDifference(expected).sorted() == [])
    }
}
