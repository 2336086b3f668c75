import PGWire
import PGWireTesting
import TestSupport
import Testing

@Suite("A recording", .enabled(if: PostgresServer.isAvailable, "no PostgreSQL is installed"))
struct RecordingTests {
    private func record(
        _ role: PostgresServer.Role, sslMode: SSLMode = .disable, identity: TLSIdentity? = nil,
        change: (inout PGConfiguration) -> Void = { _ in }, _ body: (PGConnection) async throws -> Void
    ) async throws -> Transcript {
        let server = try await PostgresServer.shared()
        let recorder = try TranscriptRecorder(
            to: .tcp(host: server.host, port: server.ownPort), identity: identity)
        var configuration = PGConfiguration(
            host: .tcp(host: "127.0.0.1", port: recorder.port), user: role.name, password: role.password,
            database: "mcp", tls: PGTLSConfiguration(mode: sslMode))
        change(&configuration)
        let connection = try await PGConnection.connect(configuration)
        try await body(connection)
        connection.close()
        return await recorder.finish()
    }

    private func replay(_ transcript: Transcript, _ body: (PGConnection) async throws -> Void) async throws {
        // What was written is what is played.
        let server = try ReplayServer(Transcript(parsing: transcript.text))
        let connection = try await PGConnection.connect(server.configuration)
        try await body(connection)
        connection.close()
        try await server.finish()
    }

    @Test(
        "a session with any authentication plays again with the published password, and holds no secret",
        arguments: [
            PostgresServer.Role.trust, .cleartext, .md5, .mcp,
        ])
    func authentication(role: PostgresServer.Role) async throws {
        let body = { (connection: PGConnection) async throws in
            #expect(try await connection.query("SELECT \(Int32(42))").decode(as: Int32.self) == [42])
        }
        let transcript = try await record(role, body)
        #expect(transcript.header.server.contains("."))
        #expect(
            transcript.header.authentication
                == ["trust_user": "trust", "cleartext_user": "password", "md5_user": "md5", "mcp": "scram-sha-256"][
                    role.name])
        if let password = role.password { #expect(!transcript.text.contains(password)) }
        #expect(transcript.text.contains("BackendKeyData 1001 x'01020304'"))
        try await replay(transcript, body)
    }

    @Test("two recordings of one conversation are the same but for the times")
    func repeatable() async throws {
        let body = { (connection: PGConnection) async throws in _ = try await connection.query("SELECT 1") }
        var transcripts = [try await record(.mcp, body), try await record(.mcp, body)]
        for index in transcripts.indices {
            for entry in transcripts[index].entries.indices { transcripts[index].entries[entry].time = .zero }
        }
        #expect(transcripts[0] == transcripts[1])
    }

    @Test("a session under TLS is recorded in the clear and replayed under TLS", .timeLimit(.minutes(1)))
    func encrypted() async throws {
        let body = { (connection: PGConnection) async throws in
            #expect(
                try await connection.query("SELECT repeat('x', 100000)").decode(as: String.self)[0].count == 100_000)
        }
        // The server would see that the certificate which the client is bound to is not its own.
        let transcript = try await record(
            .mcp, sslMode: .require, change: { $0.authentication.channelBinding = .disable }, body)
        #expect(transcript.header.tls == .negotiated)
        #expect(transcript.entries.contains { $0.event == .tls })
        let server = try ReplayServer(transcript)
        var configuration = server.configuration
        configuration.authentication.channelBinding = .disable
        let connection = try await PGConnection.connect(configuration)
        try await body(connection)
        connection.close()
        try await server.finish()
    }

    @Test("a cancel request is recorded on a connection of its own, and comes again before what it caused")
    func cancelling() async throws {
        let body = { (connection: PGConnection) async throws in
            let error = await failure { () async throws(PGError) in
                try await connection.query("SELECT pg_sleep(30)", timeout: .milliseconds(100))
            }
            #expect(error?.code == .timeout)
            #expect(try await connection.query("SELECT 2::int8").decode(as: Int64.self) == [2])
        }
        let transcript = try await record(.trust, body)
        #expect(transcript.connections >= 2)
        #expect(transcript.text.contains("F CancelRequest 1001 x'01020304'"))
        try await replay(transcript, body)
    }
}
