import TestSupport
import Testing

@testable import PGWire

@Suite("Logging in", .needsServer, .needsDirectConnection)
struct LoginTests {
    private func connect(_ url: String) async throws(PGError) -> PGConnection {
        try await PGConnection.connect(try PGConfiguration(url: url))
    }

    /// Whether the session is encrypted, as the server sees it.
    private func isEncrypted(_ connection: PGConnection) async throws -> Bool {
        try await connection.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            .decode(as: Bool.self)[0]
    }

    @Test(
        "each method leads to a session, over TCP and over the Unix socket",
        arguments: [PostgresServer.Role.trust, .cleartext, .md5, .mcp], [false, true])
    func methods(role: PostgresServer.Role, unixSocket: Bool) async throws {
        let server = try await PostgresServer.shared()
        let connection = try await connect(server.url(role, unixSocket: unixSocket))
        let rows = try await connection.query("SELECT current_user::text, inet_client_addr() IS NULL")
        #expect(try rows[0].decode(String.self, at: 0) == role.name)
        #expect(try rows[0].decode(Bool.self, at: 1) == unixSocket)
        #expect(connection.parameter("server_version") != nil)
        #expect(connection.transactionStatus == .idle)
        connection.close()
        #expect(await eventually { connection.isClosed })
    }

    @Test(
        "a wrong password is refused and never shown",
        arguments: [PostgresServer.Role.cleartext, .md5, .mcp], [SSLMode.disable, .prefer])
    func wrongPassword(role: PostgresServer.Role, mode: SSLMode) async throws {
        let server = try await PostgresServer.shared()
        let wrong = PostgresServer.Role(name: role.name, password: "hunter2")
        let error = await failure { () async throws(PGError) in
            try await connect(server.url(wrong, sslMode: mode))
        }
        #expect(error?.code == .authentication)
        #expect(error?.sqlState == "28P01")
        #expect(error?.retry == .pointless)
        #expect(error?.address == "127.0.0.1:\(server.port)/mcp")
        #expect(error.map { "\($0)" }?.contains("hunter2") == false)
    }

    @Test("a role that is not let in, a missing database, a missing password and a missing socket are told apart")
    func refusals() async throws {
        let server = try await PostgresServer.shared()
        let rejected = await failure { () async throws(PGError) in try await connect(server.url(.rejected)) }
        #expect(rejected?.code == .authentication)
        let database = await failure { () async throws(PGError) in try await connect(server.url(database: "none")) }
        #expect(database?.sqlState == "3D000")
        let none = PostgresServer.Role(name: "mcp", password: nil)
        let password = await failure { () async throws(PGError) in try await connect(server.url(none)) }
        #expect(password?.code == .authentication)
        let socket = await failure { () async throws(PGError) in
            try await PGConnection.connect(PGConfiguration(host: .unix(path: "/tmp/pgwire-no-such-socket"), user: "u"))
        }
        #expect(socket?.code == .connectFailed)
        #expect(socket?.address == "/tmp/pgwire-no-such-socket")
    }

    @Test("a host that is not there is told so within the connect timeout")
    func unknownHost() async throws {
        let error = await failure { () async throws(PGError) in
            try await connect("postgres://u@no-such-host.invalid/db?connect_timeout=5")
        }
        #expect(error?.code == .hostNotFound)
    }

    @Test("each sslmode does what it says", .needsTLS, arguments: SSLMode.allCases)
    func modes(mode: SSLMode) async throws {
        let server = try await PostgresServer.shared()
        for host in ["localhost", "127.0.0.1"] {
            let connection = try await connect(server.url(sslMode: mode, host: host))
            #expect(try await isEncrypted(connection) == (mode != .disable && mode != .allow))
            connection.close()
        }
    }

    @Test("a role that needs TLS is refused without it", .needsTLS)
    func tlsOnly() async throws {
        let server = try await PostgresServer.shared()
        let plain = await failure { () async throws(PGError) in try await connect(server.url(.tls, sslMode: .disable)) }
        #expect(plain?.code == .authentication)
        let connection = try await connect(server.url(.tls, sslMode: .require))
        #expect(try await isEncrypted(connection))
    }

    @Test(
        "a certificate of an authority that is not trusted is refused", .needsTLS,
        arguments: [SSLMode.require, .verifyFull])
    func wrongAuthority(mode: SSLMode) async throws {
        let server = try await PostgresServer.shared()
        let other = try #require(server.unrelatedRootCertificate)
        var configuration = try PGConfiguration(url: server.url(sslMode: mode, host: "localhost"))
        configuration.tls.rootCertificate = other
        let error = await failure { () async throws(PGError) in try await PGConnection.connect(configuration) }
        #expect(error?.code == .tls)
        #expect(error?.retry == .pointless)
        #expect(error?.message.contains("certificate") == true)
    }

    @Test("a certificate for another host is refused by verify-full alone", .needsTLS)
    func wrongHost() async throws {
        let server = try await PostgresServer.start(tls: .otherHost)
        let root = try #require(server.rootCertificate)
        let full = await failure { () async throws(PGError) in
            try await connect(server.url(sslMode: .verifyFull, host: "localhost"))
        }
        #expect(full?.code == .tls)
        var configuration = try PGConfiguration(url: server.url(sslMode: .require, host: "localhost"))
        configuration.tls.rootCertificate = root
        let connection = try await PGConnection.connect(configuration)
        #expect(try await isEncrypted(connection))
        await server.remove()
    }

    @Test("a root certificate file that is not there is told before anything is sent")
    func missingRoot() async throws {
        let error = await failure { () async throws(PGError) in
            try await connect("postgres://u@127.0.0.1:1/db?sslmode=verify-full&sslrootcert=%2Fno%2Fsuch%2Ffile")
        }
        #expect(error?.code == .tls)
        #expect(error?.message.contains("/no/such/file") == true)
    }

    @Test("large values travel through TLS both ways", .needsTLS)
    func largeOverTLS() async throws {
        let server = try await PostgresServer.shared()
        let connection = try await connect(server.url(sslMode: .require))
        let text = String(repeating: "0123456789abcdef", count: 150_000)
        let rows = try await connection.query("SELECT \(text) || 'x', 'y' || \(text)")
        #expect(try rows[0].decode(String.self, at: 0) == text + "x")
        #expect(try rows[0].decode(String.self, at: 1) == "y" + text)
    }
}
