import Glibc
import PGWire
import PGWireTesting
import TestSupport
import Testing

/// pgwire-record as who uses it meets it: a program between a client and a real server, whose file plays again without one.
@Suite(.timeLimit(.minutes(3)), .enabled(if: PostgresServer.isAvailable))
struct RecordTests {
    /// What is said while the program records, and said again to what replays it.
    private static func converse(_ configuration: PGConfiguration) async throws {
        let connection = try await PGConnection.connect(configuration)
        try await connection.query("CREATE TEMP TABLE orders (customer text, amount int8)")
        try await connection.copyIn("COPY orders FROM STDIN") { try await $0.write("Ada\t40\nAda\t2\nBob\t1\n") }
        let total = try await connection.query("SELECT sum(amount)::int8 FROM orders WHERE customer = \("Ada")")
        #expect(try total.decode(as: Int64.self) == [42])
        var error: PGError?
        do throws(PGError) { try await connection.query("SELECT 1 / 0") } catch let thrown { error = thrown }
        #expect(error?.sqlState == "22012")
        connection.close()
    }

    /// Starts the program before the shared server.
    private static func record(
        _ role: PostgresServer.Role, into file: String, _ arguments: [String]
    ) async throws -> (program: ProgramUnderTest, configuration: PGConfiguration) {
        let server = try await PostgresServer.shared()
        let password = role.password.map { ":\($0)" } ?? ""
        let upstream = "postgres://\(role.name)\(password)@127.0.0.1:\(server.ownPort)/mcp"
        let program = try ProgramUnderTest(
            "pgwire-record", ["--listen", "127.0.0.1:0", "--upstream", upstream, "--output", file] + arguments)
        let address = try await program.outputLine(startingWith: "recording 127.0.0.1:\(server.ownPort) on 127.0.0.1:")
        var configuration = try PGConfiguration(url: upstream)
        configuration.host = .tcp(host: "127.0.0.1", port: try #require(UInt16(address)))
        configuration.tls = PGTLSConfiguration(mode: .disable)
        return (program, configuration)
    }

    /// What the program wrote, which holds no secret.
    private static func transcript(
        _ file: String, of program: ProgramUnderTest, _ role: PostgresServer.Role
    ) throws -> Transcript {
        let transcript = try Transcript(contentsOfFile: file)
        #expect(program.output.contains("wrote \(transcript.entries.count) lines of 1 connections to \(file)"))
        if let password = role.password {
            for text in [transcript.text, program.output, program.errors] { #expect(!text.contains(password)) }
        }
        // The keys with which anybody could cancel the server's queries are made up.
        #expect(transcript.text.contains("BackendKeyData 1001 x'01020304'"))
        #expect(transcript.header.recorded == "by pgwire-record")
        #expect(transcript.header.about == "orders")
        return transcript
    }

    @Test(
        "records a conversation in the clear until its connections have ended",
        arguments: [PostgresServer.Role.trust, .cleartext, .md5, .mcp])
    func plain(role: PostgresServer.Role) async throws {
        let file = "\(try ProcessFolder.make())/orders.transcript"
        let (program, configuration) = try await Self.record(
            role, into: file, ["--connections", "1", "--about", "orders"])
        try await Self.converse(configuration)
        #expect(try await program.end() == .exited(0))
        let transcript = try Self.transcript(file, of: program, role)
        #expect(transcript.header.tls == .none)
        let replay = try ReplayServer(transcript)
        try await Self.converse(replay.configuration)
        try await replay.finish()
    }

    @Test("records a conversation under TLS, with a certificate that the client checks, until it is interrupted")
    func encrypted() async throws {
        let folder = try ProcessFolder.make()
        let file = "\(folder)/orders.transcript"
        let authority = try await TestAuthority.make(in: folder, name: "recorder")
        let pair = try await authority.issue("proxy", subject: "recorder", names: ["IP:127.0.0.1"])
        // The server lets this role in under TLS alone.
        let (program, recorded) = try await Self.record(
            .tls, into: file, ["--certificate", pair.certificate, "--key", pair.key, "--about", "orders"])
        var configuration = recorded
        configuration.tls = PGTLSConfiguration(mode: .verifyFull, rootCertificate: authority.certificate)
        // Bound to the certificate that it sees, the client would be refused: the server has another.
        configuration.authentication.channelBinding = .disable
        try await Self.converse(configuration)
        program.signal(SIGTERM)
        #expect(try await program.end() == .exited(0))
        let transcript = try Self.transcript(file, of: program, .tls)
        #expect(transcript.header.tls == .negotiated)
        let replay = try ReplayServer(
            transcript, identity: TLSIdentity(certificate: pair.certificate, key: pair.key))
        var replayed = replay.configuration
        replayed.tls = configuration.tls
        replayed.authentication.channelBinding = .disable
        try await Self.converse(replayed)
        try await replay.finish()
    }

    @Test(
        "refuses what it cannot do",
        arguments: [
            ["--listen", "0.0.0.0:1"], ["--listen", "127.0.0.1"], ["--certificate", "proxy.crt"],
            ["--connections", "0"],
        ])
    func refuses(_ flags: [String]) async throws {
        let program = try ProgramUnderTest(
            "pgwire-record", ["--upstream", "postgres://127.0.0.1/mcp", "--output", "/dev/null"] + flags)
        #expect(try await program.end() == .exited(64))
        #expect(program.errors.contains("Error"))
    }
}
