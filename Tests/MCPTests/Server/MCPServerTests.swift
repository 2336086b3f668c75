import Logging
import MCP
import Testing

@Suite("MCP server")
struct MCPServerTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func server(pageSize: Int = 100) throws -> MCPServer {
        try MCPServer(name: "test", version: "1", tools: TestTool.all, pageSize: pageSize)
    }

    private func respond(
        _ method: String, _ params: JSONObject? = nil, version: ProtocolVersion = .v2025_11_25,
        server: MCPServer? = nil,
        timeout: Duration = .seconds(5)
    ) async throws -> JSONRPCResponse {
        let server = try server ?? self.server()
        return await server.respond(
            to: JSONRPCRequest(id: RequestID(1), method: method, params: params),
            context: RequestContext(version: version, logger: logger), timeout: timeout)
    }

    private func text(_ response: JSONRPCResponse) -> String? {
        response.result?["content"]?[0]?["text"]?.stringValue
    }

    @Test("tools are listed in the order of their registration, page by page")
    func pages() async throws {
        let server = try server(pageSize: 4)
        let first = try await respond("tools/list", server: server).result
        #expect(
            first?["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["echo", "inspect", "fail", "slow"])
        let cursor = try #require(first?["nextCursor"])
        let second = try await respond("tools/list", ["cursor": cursor], server: server).result
        #expect(second?["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["liar", "mirrored"])
        #expect(second?["nextCursor"] == nil)
    }

    @Test(
        "a cursor that was never given out is -32602",
        arguments: ["1", "-4", "04", "+4", "400", "", "x", "99999999999999999999"] as [JSONValue] + [5, [:], true])
    func badCursor(cursor: JSONValue) async throws {
        let response = try await respond("tools/list", ["cursor": cursor], server: server(pageSize: 4))
        #expect(response.error?.code == .invalidParams)
    }

    @Test("a revision is told only what it knows", arguments: ProtocolVersion.allCases)
    func revisions(version: ProtocolVersion) async throws {
        let knowsStructure = version != .v2025_03_26
        let tool = try await respond("tools/list", version: version).result?["tools"]?[0]
        #expect((tool?["title"] != nil) == knowsStructure)
        #expect((tool?["outputSchema"] != nil) == knowsStructure)
        #expect(tool?["annotations"]?["readOnlyHint"] == true)
        let params: JSONObject = ["name": "echo", "arguments": ["value": 1]]
        let response = try await respond("tools/call", params, version: version)
        #expect((response.result?["structuredContent"] != nil) == knowsStructure)
        #expect(text(response) == #"{"value":1}"#)
        #expect((response.result?["resultType"] != nil) == (version == .v2026_07_28))
    }

    @Test(
        "arguments that do not fit the schema are an error the model can read",
        arguments: [
            ["value": 1, "count": 0], ["count": 3], ["value": 1, "other": 2], [:], ["value": 1, "count": "many"],
        ] as [JSONValue])
    func invalidArguments(arguments: JSONValue) async throws {
        let response = try await respond("tools/call", ["name": "echo", "arguments": arguments])
        #expect(response.result?["isError"] == true)
        #expect(text(response)?.hasPrefix("invalid_argument: ") == true)
    }

    @Test(
        "a call that is none is -32602",
        arguments: [
            nil, [:], ["name": 5], ["name": "nope"], ["name": "Echo"], ["name": .null],
            ["name": "echo", "arguments": [1]],
            ["name": "echo", "arguments": "x"], ["name": "\u{212A}"],
        ] as [JSONObject?])
    func malformedCall(params: JSONObject?) async throws {
        #expect(try await respond("tools/call", params).error?.code == .invalidParams)
    }

    @Test(
        "a store's error becomes a result with its code",
        arguments: [
            ("unknown", "session_unknown: "), ("expired", "session_expired: "),
            ("quota", "quota_exceeded: a session may"),
            ("argument", "invalid_argument: a key"), ("unavailable", "storage_unavailable: storage unavailable"),
            ("conflict", "version_conflict: "), ("accident", "internal_error: "),
        ])
    func storeErrors(how: String, beginning: String) async throws {
        let response = try await respond("tools/call", ["name": "fail", "arguments": ["how": .string(how)]])
        let text = try #require(self.text(response))
        #expect(response.result?["isError"] == true)
        #expect(text.hasPrefix(beginning))
        #expect(!text.contains("hunter2") && !text.contains("db1"))
        if how == "conflict" { #expect(text.contains("current_version: 7")) }
    }

    @Test("a tool that takes too long is cancelled")
    func timeout() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let response = try await respond("tools/call", ["name": "slow"], timeout: .milliseconds(50))
        #expect(text(response)?.hasPrefix("timeout: ") == true)
        #expect(clock.now - start < .seconds(10))
    }

    @Test("a result that breaks the output schema never reaches a client")
    func brokenPromise() async throws {
        let response = try await respond("tools/call", ["name": "liar"])
        #expect(text(response)?.hasPrefix("internal_error: ") == true)
        #expect(response.result?["structuredContent"] == nil)
    }

    @Test("each era has its own methods")
    func methods() async throws {
        #expect(try await respond("ping").result == [:])
        #expect(try await respond("ping", version: .v2026_07_28).error?.code == .methodNotFound)
        #expect(try await respond("server/discover").error?.code == .methodNotFound)
        #expect(
            try await respond("server/discover", version: .v2026_07_28).result?["supportedVersions"]?[0] == "2026-07-28"
        )
        #expect(try await respond("logging/setLevel").error?.code == .methodNotFound)
    }

    @Test("a server without tools says so and has no tools/list")
    func noTools() async throws {
        let server = try MCPServer(name: "bare", version: "1", tools: [])
        #expect(try await respond("tools/list", server: server).error?.code == .methodNotFound)
        let discovery = try await respond("server/discover", version: .v2026_07_28, server: server)
        #expect(discovery.result?["capabilities"] == [:])
    }

    @Test(
        "a tool whose definition breaks a rule is refused",
        arguments: [
            TestTool("") { _, _ in .success(structured: [:]) }, TestTool("a b") { _, _ in .success(structured: [:]) },
            TestTool(String(repeating: "a", count: 65)) { _, _ in .success(structured: [:]) },
            TestTool("a", input: [:]) { _, _ in .success(structured: [:]) },
            TestTool("a", input: ["type": "object", "properties": ["x": true]]) { _, _ in .success(structured: [:]) },
            TestTool("a", input: ["type": "object", "required": 5]) { _, _ in .success(structured: [:]) },
            TestTool(
                "a", input: ["type": "object", "properties": ["x": ["type": "number", "x-mcp-header": "X"]]]
            ) { _, _ in .success(structured: [:]) },
            TestTool(
                "a", input: ["type": "object", "properties": ["x": ["type": "string", "x-mcp-header": "X Y"]]]
            ) { _, _ in .success(structured: [:]) },
            TestTool(
                "a",
                input: [
                    "type": "object",
                    "properties": [
                        "x": ["type": "string", "x-mcp-header": "A"], "y": ["type": "string", "x-mcp-header": "a"],
                    ],
                ]
            ) { _, _ in .success(structured: [:]) },
        ])
    func badDefinition(tool: TestTool) {
        #expect(throws: FeatureDefinitionError.self) { try MCPServer(name: "t", version: "1", tools: [tool]) }
    }

    @Test("two tools of one name are refused")
    func duplicateTool() {
        #expect(throws: FeatureDefinitionError.self) {
            try MCPServer(name: "t", version: "1", tools: [TestTool.echo, TestTool.echo])
        }
    }
}
