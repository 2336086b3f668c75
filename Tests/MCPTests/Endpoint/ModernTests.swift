#if Servers
import HTTPTypes
import MCP
import Testing

@Suite("Endpoint: modern era")
struct ModernTests {
    private static let version = "io.modelcontextprotocol/protocolVersion"
    private static let info = "io.modelcontextprotocol/clientInfo"
    private static let capabilities = "io.modelcontextprotocol/clientCapabilities"

    @Test(
        "incomplete or mistyped metadata is 400 and -32602",
        arguments: [
            [:], [version: "2026-07-28"], [capabilities: [:]], [version: 5, capabilities: [:]],
            [version: .null, capabilities: [:]], [version: "2026-07-28", capabilities: .null],
            [version: "2026-07-28", capabilities: []], [version: "2026-07-28", capabilities: [:], info: "me"],
            [version: "2026-07-28", capabilities: [:], info: ["name": "me"]],
            [version: "2026-07-28", capabilities: [:], info: ["name": 1, "version": "1"]],
        ] as [JSONObject])
    func metadata(meta: JSONObject) async throws {
        let reply = try await EndpointClient().modern("tools/list", meta: .object(meta))
        #expect(reply.status == 400)
        #expect(reply.code == -32602)
        #expect(reply.message?["id"] == 7)
    }

    @Test("clientInfo may be missing")
    func withoutClientInfo() async throws {
        let reply = try await EndpointClient().modern(
            "tools/list", meta: [Self.version: "2026-07-28", Self.capabilities: [:]])
        #expect(reply.status == 200)
    }

    @Test(
        "a header that is missing, doubled, badly encoded or different is 400 and -32020",
        arguments: [
            ([("MCP-Protocol-Version", "")], []), ([("Mcp-Method", "")], []), ([("Mcp-Name", "")], []),
            ([("MCP-Protocol-Version", "2025-11-25")], []), ([("MCP-Protocol-Version", "v999")], []),
            ([("Mcp-Method", "tools/list")], []), ([("Mcp-Method", "TOOLS/CALL")], []),
            ([("Mcp-Name", "Echo")], []),
            ([("Mcp-Name", "=?base64?ZWNobw?=")], []), ([("Mcp-Name", "=?base64?####?=")], []),
            ([("Mcp-Name", "=?base64?/w==?=")], []), ([("Mcp-Name", "=?BASE64?ZWNobw==?=")], []),
            ([], [("Mcp-Name", "echo")]), ([], [("Mcp-Method", "tools/call")]),
            ([], [("MCP-Protocol-Version", "2026-07-28")]),
        ] as [([(String, String)], [(String, String)])])
    func headers(replaced: [(String, String)], added: [(String, String)]) async throws {
        let reply = try await EndpointClient().modern(
            "tools/call", ["name": "echo", "arguments": ["value": 1]], replacing: replaced, adding: added)
        #expect(reply.status == 400)
        #expect(reply.code == -32020)
        #expect(reply.message?["id"] == 7)
    }

    @Test(
        "headers that mean the same are taken",
        arguments: [("Mcp-Name", "=?base64?ZWNobw==?="), ("Mcp-Name", "  echo\t"), ("Mcp-Method", " tools/call ")])
    func equivalentHeaders(name: String, value: String) async throws {
        let reply = try await EndpointClient().modern(
            "tools/call", ["name": "echo", "arguments": ["value": 1]], replacing: [(name, value)])
        #expect(reply.status == 200)
    }

    @Test(
        "a version that is not served is -32022 and told what is",
        arguments: ["v999", "2025-11-25", "2027-01-01", ""])
    func unsupportedVersion(version: String) async throws {
        let reply = try await EndpointClient().modern(
            "tools/list", meta: [Self.version: .string(version), Self.capabilities: [:]],
            replacing: [("MCP-Protocol-Version", version)])
        #expect(reply.status == 400)
        // An empty header cannot be told from none.
        #expect(reply.code == (version.isEmpty ? -32020 : -32022))
        guard !version.isEmpty else { return }
        #expect(reply.message?["error"]?["data"]?["requested"]?.stringValue == version)
        #expect(reply.message?["error"]?["data"]?["supported"]?[0] == "2026-07-28")
    }

    @Test("a header of this version with a body of another is -32020, not -32022")
    func headerBeforeVersion() async throws {
        let reply = try await EndpointClient().modern(
            "tools/list", meta: [Self.version: "v999", Self.capabilities: [:]])
        #expect(reply.code == -32020)
    }

    @Test(
        "an unknown or removed method is 404 and -32601",
        arguments: ["ping", "logging/setLevel", "resources/subscribe", "initialize", "unknown/method", ""])
    func unknownMethod(method: String) async throws {
        let reply = try await EndpointClient().modern(method)
        guard !method.isEmpty else {
            #expect(reply.code == -32020)
            return
        }
        #expect(reply.status == 404)
        #expect(reply.code == -32601)
        #expect(reply.message?["id"] == 7)
    }

    @Test(
        "a mirrored argument that differs from its header is 400 and -32020",
        arguments: [
            (["region": "eu"], []), (["region": "eu"], [("Mcp-Param-Region", "us")]),
            ([:], [("Mcp-Param-Region", "eu")]),
            (["region": .null], [("Mcp-Param-Region", "null")]),
            (["region": "eu"], [("Mcp-Param-Region", "eu"), ("Mcp-Param-Region", "eu")]),
            (["region": "Hello"], [("Mcp-Param-Region", "=?base64?SGVsbG8?=")]),
            (["count": 42], [("Mcp-Param-Count", "43")]), (["count": 42], [("Mcp-Param-Count", "x")]),
            (["deep": ["dry": true]], [("Mcp-Param-Dry-Run", "True")]), (["deep": ["dry": true]], []),
        ] as [(JSONObject, [(String, String)])])
    func mismatchedParameter(arguments: JSONObject, headers: [(String, String)]) async throws {
        let reply = try await EndpointClient().modern(
            "tools/call", ["name": "mirrored", "arguments": .object(arguments)], adding: headers)
        #expect(reply.status == 400)
        #expect(reply.code == -32020)
    }

    @Test(
        "a mirrored argument that agrees with its header is served",
        arguments: [
            ([:], []), (["region": .null], []), (["region": "eu"], [("mcp-param-region", "eu")]),
            (["region": "Hello"], [("Mcp-Param-Region", "=?base64?SGVsbG8=?=")]),
            (["region": "a?="], [("Mcp-Param-Region", "a?=")]),
            (["count": 42], [("Mcp-Param-Count", "42.0")]),
            (["deep": ["dry": true]], [("Mcp-Param-Dry-Run", "true")]),
        ] as [(JSONObject, [(String, String)])])
    func matchingParameter(arguments: JSONObject, headers: [(String, String)]) async throws {
        let reply = try await EndpointClient().modern(
            "tools/call", ["name": "mirrored", "arguments": .object(arguments)], adding: headers)
        #expect(reply.status == 200)
    }

    @Test("a capability that the client did not declare is 400 and -32021")
    func missingCapability() async throws {
        let reply = try await EndpointClient().modern(
            "tools/call", ["name": "fail", "arguments": ["how": "capability"]])
        #expect(reply.status == 400)
        #expect(reply.code == -32021)
        #expect(reply.message?["error"]?["data"]?["requiredCapabilities"] == ["sampling": [:]])
    }

    @Test("an unknown tool is -32602")
    func unknownTool() async throws {
        let reply = try await EndpointClient().modern("tools/call", ["name": "nope"])
        #expect(reply.status == 200)
        #expect(reply.code == -32602)
    }

    @Test("a posted response or a batch is 400 and -32600")
    func responseOrBatch() async throws {
        let client = try EndpointClient()
        for text in [
            #"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]"#,
        ] {
            let reply = try await client.post(
                text, [("MCP-Protocol-Version", "2026-07-28")], speaking: "2026-07-28")
            #expect(reply.status == 400)
            #expect(reply.code == -32600)
        }
    }

    @Test("results say what they are, who made them and how long they keep")
    func results() async throws {
        let client = try EndpointClient()
        for method in ["server/discover", "tools/list"] {
            let result = try await client.modern(method).result
            #expect(result?["resultType"] == "complete")
            #expect(result?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "test")
            #expect(result?["ttlMs"]?.intValue ?? -1 >= 0)
            #expect(result?["cacheScope"] == "public")
        }
        let call = try await client.modern("tools/call", ["name": "echo", "arguments": ["value": "v"]]).result
        #expect(call?["resultType"] == "complete")
        #expect(call?["structuredContent"] == ["value": "v"])
    }

    @Test("session and event headers are ignored, and none is given out")
    func statelessHeaders() async throws {
        let client = try EndpointClient()
        let reply = try await client.modern(
            "tools/call", ["name": "inspect"], adding: [("Mcp-Session-Id", "whatever"), ("Last-Event-ID", "x")])
        #expect(reply.status == 200)
        #expect(reply.field("Mcp-Session-Id") == nil)
        #expect(reply.result?["structuredContent"]?["session"] == .null)
        #expect(reply.result?["structuredContent"]?["era"] == "modern")
    }

    @Test("a client that takes only events gets the response as one, without an id")
    func events() async throws {
        let reply = try await EndpointClient().modern(
            "tools/call", ["name": "echo", "arguments": ["value": 1]], adding: [("Accept", "text/event-stream")])
        #expect(reply.status == 200)
        #expect(reply.events.count == 1)
        #expect(reply.events.first?.id == nil)
        #expect(reply.field("X-Accel-Buffering") == "no")
        #expect(reply.result?["structuredContent"] == ["value": 1])
    }

    @Test("a client that closes its stream cancels the request")
    func cancellation() async throws {
        let (cancelled, signal) = AsyncStream.makeStream(of: Bool.self)
        let tool = TestTool("wait") { _, _ in
            do { try await Task.sleep(for: .seconds(20)) } catch { signal.yield(true) }
            signal.finish()
            return .success(structured: [:])
        }
        let server = try MCPServer(name: "test", version: "1", tools: [tool])
        let endpoint = Endpoint(server: server, sessions: InMemorySessionStore())
        let headers = [
            ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "wait"),
            ("Accept", "text/event-stream"),
        ]
        let body: JSONValue = [
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": ["name": "wait", "_meta": EndpointClient.modernMeta],
        ]
        let response = await endpoint.respond(to: EndpointClient.request(.post, headers), body: body.serialized())
        guard case .events(let events) = response.body else {
            Issue.record("no events")
            return
        }
        let reader = Task { for await _ in events {} }
        reader.cancel()
        var seen: [Bool] = []
        for await value in cancelled { seen.append(value) }
        #expect(seen == [true])
    }
}
#endif
