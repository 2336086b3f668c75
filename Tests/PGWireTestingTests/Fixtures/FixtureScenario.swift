import PGWire
import TestSupport

/// What is said in one of the recorded conversations, by the same code when it is recorded and when it is replayed.
struct FixtureScenario: Sendable {
    /// What kind of server it is recorded from.
    enum Server: Sendable {
        case withTLS
        case withoutTLS
        /// One of its own, since it does not survive the recording.
        case ownServer
    }

    /// The name of the file.
    let name: String
    let about: String
    var role = PostgresServer.Role.trust
    var database = "mcp"
    var sslMode = SSLMode.disable
    var server = Server.withTLS
    /// The first major version that can play it.
    var since = 14
    var configure: @Sendable (inout PGConfiguration) -> Void = { _ in }
    let body: @Sendable (FixtureStage) async throws -> Void

    static let all: [FixtureScenario] =
        authentication + encryption + queries + errors + pipelines + transactions + copies + sessions + types

    static func named(_ name: String) -> FixtureScenario? { all.first { $0.name == name } }
}
