import MCP
import TestSupport
import Testing

/// The programs as a person or a script meets them.
@Suite(
    .timeLimit(.minutes(3)), .enabled(if: PostgresServer.isAvailable),
    .enabled(if: SharedData.isExpected("mcp-schema"), Comment(rawValue: SharedData.missing)))
struct ProgramTests {
    @Test(
        "every program has --help and --version",
        arguments: ["simple-postgres-session", "postgres-setup", "postgres-teardown"])
    func describesItself(_ name: String) async throws {
        let help = try ProgramUnderTest(name, ["--help"])
        #expect(try await help.end() == .exited(0))
        #expect(help.output.contains("--database-url"))
        let version = try ProgramUnderTest(name, ["--version"])
        #expect(try await version.end() == .exited(0))
        #expect(version.output.contains("."))
    }

    @Test(
        "flags that make no sense are refused",
        arguments: [
            ["--port", "65536"], ["--path", "mcp"], ["--path", "/health"], ["--session-ttl", "soon"],
            ["--session-ttl", "9223372036854775807d"], ["--max-connections", "0"], ["--log-level", "loud"],
            ["--in-memory", "--database-url", "postgres://h/d"],
        ])
    func refusesFlags(_ flags: [String]) async throws {
        let program = try ProgramUnderTest("simple-postgres-session", flags)
        #expect(try await program.end() == .exited(64))
        #expect(program.errors.contains("Error"))
    }

    @Test("with --in-memory the server needs no database, and says what that means")
    func servesFromMemory() async throws {
        let program = try ProgramUnderTest.server("postgres://nobody@127.0.0.1:1/none", ["--in-memory"])
        let client = try await MCPTestClient(program)
        #expect(program.errors.contains("die with this process"))
        let session = try await client.openSession()
        _ = try await client.call("store_value", ["key": "k", "value": 1], in: .legacy(session: session))
        let found = try await client.call("get_value", ["key": "k"], in: .legacy(session: session))
        #expect(found.structuredContent?["value"] == 1)
        #expect(try await client.get("/ready") == 200)
    }

    @Test("both eras list the same tools, and the modern one says what the server is")
    func listsTools() async throws {
        let program = try ProgramUnderTest.server("", ["--in-memory"])
        let client = try await MCPTestClient(program)
        let session = try await client.openSession()
        var names: [[String]] = []
        for era in [MCPTestClient.Era.legacy(session: session), .modern] {
            let answer = try await client.send("tools/list", [:], in: era)
            names.append(answer.message?["result"]?["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? [])
        }
        let expected = [
            "open_session", "store_value", "get_value", "delete_value", "list_keys", "increment_value", "session_info",
            "clear_session", "close_session",
        ]
        #expect(names[0] == expected)
        #expect(names[0] == names[1])
        let discovered = try await client.send("server/discover", [:], in: .modern)
        #expect(discovered.message?["result"]?["supportedVersions"]?.arrayValue?.contains("2026-07-28") == true)
    }

    @Test("with --stdio both eras are served on standard input and output, until the input ends")
    func servesStandardInput() async throws {
        let program = try ProgramUnderTest.server(try await TestDatabase.create(), ["--stdio"])
        try program.send(
            line: #"""
                {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
                """#)
        _ = try await program.outputLines(1)
        try program.send(line: #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        try program.send(
            line: #"""
                {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"store_value","arguments":{"key":"k","value":123}}}
                """#)
        _ = try await program.outputLines(2)
        try program.send(
            line: #"""
                {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"get_value","arguments":{"key":"k"}}}
                """#)
        let lines = try await program.outputLines(3)
        for (line, method) in zip(lines, ["initialize", "tools/call", "tools/call"]) {
            let message = try JSONValue(parsing: Array(line.utf8))
            #expect(
                try MCPSchema.validateServerMessage(message, revision: "2025-11-25", requestMethod: method).isEmpty)
        }
        let last = try JSONValue(parsing: Array(lines[2].utf8))
        #expect(last["result"]?["structuredContent"]?["value"] == 123)
        try program.finishInput()
        #expect(try await program.end() == .exited(0))
        #expect(program.output.split(separator: "\n").count == 3)
    }

    @Test("postgres-setup creates the tables once, and postgres-teardown drops them after confirmation alone")
    func setsUpAndTearsDown() async throws {
        let url = ["DATABASE_URL": try await TestDatabase.create()]
        let dryRun = try ProgramUnderTest("postgres-setup", ["--dry-run"], environment: url)
        #expect(try await dryRun.end() == .exited(0))
        #expect(dryRun.output.contains("CREATE TABLE"))
        let setups = try (0..<2).map { _ in try ProgramUnderTest("postgres-setup", ["--json"], environment: url) }
        for setup in setups {
            #expect(try await setup.end() == .exited(0))
            #expect(try JSONValue(parsing: Array(setup.output.utf8))["tables"]?.arrayValue?.isEmpty == false)
        }
        let changes = try setups.map { try JSONValue(parsing: Array($0.output.utf8))["changed"] == true }
        #expect(changes.filter { $0 }.count == 1)

        let server = try ProgramUnderTest.server(url["DATABASE_URL"] ?? "", ["--no-create-tables-if-missing"])
        let client = try await MCPTestClient(server)
        _ = try await client.call("store_value", ["key": "k", "value": 1], in: .modern)

        let refused = try ProgramUnderTest("postgres-teardown", environment: url)
        #expect(try await refused.end() == .exited(1))
        #expect((refused.output + refused.errors).contains("mcp_session_values"))
        #expect(try await client.get("/ready") == 200)
        let confirmed = try ProgramUnderTest(
            "postgres-teardown", environment: url.merging(["CONFIRM_DELETE": "yes"]) { $1 })
        #expect(try await confirmed.end() == .exited(0))
        #expect(try await client.get("/ready") == 503)
    }
}
