import PGWire
import PGWireTesting
import Synchronization
import TestSupport
import Testing

/// Where a scenario is played: before a recorder or before a replay server.
final class FixtureStage: Sendable {
    /// How to connect to it.
    let configuration: PGConfiguration
    /// Where both the scenario and its connections run, so that what is sent together is sent together each time.
    let loop = PGEventLoop.any()
    /// The server behind the recorder; nil in a replay.
    private let server: PostgresServer?
    private let connections = Mutex<[PGConnection]>([])

    init(_ scenario: FixtureScenario, _ configuration: PGConfiguration, recording server: PostgresServer? = nil) {
        var configuration = configuration
        scenario.configure(&configuration)
        self.configuration = configuration
        self.server = server
    }

    func connect(
        options: PGConnection.Options = PGConnection.Options(), _ change: (inout PGConfiguration) -> Void = { _ in }
    ) async throws(PGError) -> PGConnection {
        var configuration = configuration
        change(&configuration)
        let connection = try await PGConnection.connect(configuration, options: options, on: loop)
        connections.withLock { $0.append(connection) }
        return connection
    }

    /// The error with which a connection cannot be had.
    func refusal() async throws -> PGError {
        try #require(await failure { () async throws(PGError) in try await connect() })
    }

    /// Does to the server what nobody has to do in a replay.
    func whileRecording(_ body: (PostgresServer) async throws -> Void) async throws {
        if let server { try await body(server) }
    }

    /// Plays the scenario.
    func play(_ scenario: FixtureScenario) async {
        do {
            try await withTaskExecutorPreference(loop) { try await scenario.body(self) }
        } catch {
            Issue.record("\(scenario.name): \(error)")
        }
        for connection in connections.withLock({ $0 }) { connection.close() }
    }
}
