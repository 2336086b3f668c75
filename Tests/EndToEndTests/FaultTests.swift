import MCP
import TestSupport
import Testing

/// What goes wrong around the server, at its start and later.
@Suite(
    .timeLimit(.minutes(3)), .enabled(if: PostgresServer.isAvailable),
    .enabled(if: SharedData.isExpected("mcp-schema"), Comment(rawValue: SharedData.missing)))
struct FaultTests {
    /// Starts the server in vain, and returns the one line that it says.
    private func failure(_ databaseURL: String, _ arguments: [String] = []) async throws -> String {
        let program = try ProgramUnderTest.server(databaseURL, arguments)
        #expect(try await program.end(within: .seconds(60)) == .exited(1))
        #expect(program.output.isEmpty)
        let lines = program.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(program.errors)")
        return program.errors
    }

    @Test("a wrong password is one line that names the database and keeps the password")
    func wrongPassword() async throws {
        let server = try await PostgresServer.shared()
        let line = try await failure(server.url(.init(name: "mcp", password: "wr0ng-secret")))
        #expect(line.contains("127.0.0.1:\(server.port)/mcp"))
        #expect(line.contains("password"))
        #expect(!line.contains("wr0ng-secret"))
    }

    @Test("a database that is not there is one line that names it")
    func missingDatabase() async throws {
        let server = try await PostgresServer.shared()
        let line = try await failure(server.url(database: "no_such_database"))
        #expect(line.contains("127.0.0.1:\(server.port)/no_such_database"))
        #expect(line.contains("create the database"))
    }

    @Test("an unknown host is one line that names it")
    func unknownHost() async throws {
        let line = try await failure("postgres://mcp:s3cret@no-such-host.invalid:5432/mcp")
        #expect(line.contains("no-such-host.invalid:5432/mcp"))
        #expect(!line.contains("s3cret"))
    }

    @Test("a server that is down is one line that names where it should be")
    func serverDown() async throws {
        let server = try await PostgresServer.start(tls: .none)
        try await server.stop()
        let line = try await failure(server.url())
        #expect(line.contains("127.0.0.1:\(server.port)/mcp"))
        #expect(!line.contains("mcp_pass"))
        await server.remove()
    }

    @Test("missing tables are one line that names postgres-setup, where the server may not create them")
    func missingTables() async throws {
        let line = try await failure(try await TestDatabase.create(), ["--no-create-tables-if-missing"])
        #expect(line.contains("postgres-setup"))
    }

    @Test("a port that is in use is one line that names it")
    func portInUse() async throws {
        let database = try await TestDatabase.create()
        let program = try ProgramUnderTest.server(database)
        let port = try await MCPTestClient(program).port
        let line = try await failure(database, ["--port", String(port)])
        #expect(line.contains("127.0.0.1:\(port)"))
        #expect(line.contains("in use"))
    }

    @Test("while the database is gone calls say so and /ready is 503, and all recovers when it is back")
    func databaseLostAndFound() async throws {
        let server = try await PostgresServer.start(tls: .none)
        let program = try ProgramUnderTest.server(server.url())
        let client = try await MCPTestClient(program)
        let session = try await client.openSession()
        let stored = try await client.call("store_value", ["key": "k", "value": 1], in: .legacy(session: session))
        let handle = try #require(stored.structuredContent?["session"])
        #expect(try await client.get("/ready") == 200)

        try await server.stop()
        for era in [MCPTestClient.Era.legacy(session: session), .modern] {
            let started = ContinuousClock.now
            let answer = try await client.call("get_value", ["key": "k", "session": handle], in: era)
            #expect(answer.status == 200)
            #expect(answer.isError)
            #expect(answer.text.contains("unavailable"))
            #expect(ContinuousClock.now - started < .seconds(20))
        }
        #expect(try await client.get("/ready") == 503)
        #expect(try await client.get("/health") == 200)

        try await server.start()
        _ = try await program.wait("readiness") { try await client.get("/ready") == 200 ? true : nil }
        let found = try await client.call("get_value", ["key": "k"], in: .legacy(session: session))
        #expect(found.structuredContent?["value"] == 1)
        await server.remove()
    }
}
