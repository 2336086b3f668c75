import PGWire
import TestSupport
import Testing

/// The server that the other tests rely on.
@Suite(.needsServer)
struct PostgresServerTests {
    @Test("each role is let in by its own method")
    func roles() async throws {
        let server = try await PostgresServer.shared()
        for role in [PostgresServer.Role.mcp, .trust, .cleartext, .md5, .tls, .superuser] {
            #expect(try await server.sql("SELECT current_user", as: role) == "\(role.name)\n")
        }
        await #expect(throws: (any Error).self) { try await server.sql("SELECT 1", as: .rejected) }
        let wrong = PostgresServer.Role(name: "mcp", password: "wrong")
        await #expect(throws: (any Error).self) { try await server.sql("SELECT 1", as: wrong) }
        let methods = try await server.sql(
            "SELECT rolname, left(rolpassword, 3) FROM pg_authid WHERE rolname ~ '^(mcp|md5_user)$' ORDER BY 1")
        #expect(methods == "mcp|SCR\nmd5_user|md5\n")
    }

    @Test("a server that was killed starts again with its data, under another process id")
    func killAndRestart() async throws {
        let server = try await PostgresServer.start(tls: .none)
        try await server.sql("CREATE TABLE kept AS SELECT 42 AS answer")
        let first = try #require(await server.postmaster)
        try await server.kill()
        #expect(await server.postmaster == nil)
        await #expect(throws: (any Error).self) { try await server.sql("SELECT 1") }
        try await server.start()
        #expect(try await server.sql("SELECT answer FROM kept") == "42\n")
        #expect(await server.postmaster != first)
        try await server.restart()
        #expect(try await server.sql("SHOW ssl") == "off\n")
        await server.remove()
        #expect(await server.postmaster == nil)
    }

    @Test("its URLs lead to it", .needsTLS)
    func urls() async throws {
        let server = try await PostgresServer.shared()
        let tcp = try PGConfiguration(url: server.url(sslMode: .verifyFull, host: "localhost"))
        #expect(tcp.host == .tcp(host: "localhost", port: server.port))
        #expect(tcp.user == "mcp")
        #expect(tcp.password == "mcp_pass")
        #expect(tcp.tls.rootCertificate == server.rootCertificate)
        let unix = try PGConfiguration(url: server.url(unixSocket: true))
        #expect(unix.host == .unix(directory: server.socketDirectory, port: server.ownPort))
    }
}
