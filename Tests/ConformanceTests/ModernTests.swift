import MCP
import TestSupport
import Testing

/// 2026-07-28, scenario by scenario, on both stores.
@Suite("Conformance: 2026-07-28", .timeLimit(.minutes(5)))
struct ModernTests {
    @Test("server/discover tells what is served, and every list and read can be cached", arguments: StoreKind.available)
    func discovery(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let discovered = try await client.send("server/discover").result
            #expect(discovered?["supportedVersions"]?.arrayValue?.first == "2026-07-28")
            #expect(discovered?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "mcp-conformance-server")
            for capability in ["tools", "prompts", "resources"] {
                #expect(discovered?["capabilities"]?[capability]?["listChanged"] == true)
            }
            for (method, params) in [
                ("server/discover", [:]), ("tools/list", [:]), ("prompts/list", [:]), ("resources/list", [:]),
                ("resources/templates/list", [:]), ("resources/read", ["uri": "test://static-text"]),
            ] as [(String, JSONObject)] {
                let first = try await client.send(method, params).result
                #expect(first?["resultType"] == "complete")
                #expect(first?["ttlMs"]?.intValue ?? -1 >= 0, "\(method)")
                #expect(["public", "private"].contains(first?["cacheScope"]))
                #expect(try await client.send(method, params).result == first)
            }
        }
    }

    @Test("what a request says of itself must be there and agree with the headers", arguments: StoreKind.available)
    func admission(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            for missing in ["_meta", "protocolVersion", "clientCapabilities"] {
                let reply = try await client.send("tools/list", without: [missing])
                #expect(reply.status == 400 && reply.code == -32602, "\(missing)")
                #expect(reply.message?["id"] == 1)
            }
            #expect(try await client.send("tools/list", without: ["clientInfo"]).status == 200)
            let version = "io.modelcontextprotocol/protocolVersion"
            let unknown = try await client.send(
                "tools/list", meta: [version: "v999.0.0"], headers: ["MCP-Protocol-Version": "v999.0.0"])
            #expect(unknown.status == 400 && unknown.code == -32022)
            let data = unknown.message?["error"]?["data"]
            #expect(data?["requested"] == "v999.0.0" && data?["supported"]?[0] == "2026-07-28")
            let differing = try await client.send("tools/list", meta: [version: "v999.0.0"])
            #expect(differing.status == 400 && differing.code == -32020)
            for method in [
                "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe",
                "unknown/method", "tasks/list", "tasks/result",
            ] {
                let reply = try await client.send(method, id: "x-\(method)" as JSONValue)
                #expect(reply.status == 404 && reply.code == -32601, "\(method)")
                #expect(reply.message?["id"] == .string("x-\(method)"))
            }
        }
    }

    @Test("headers are compared with the body, their names without regard to case", arguments: StoreKind.available)
    func headers(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let first = try #require(try await client.send("tools/list").result?["tools"]?[0]?["name"]?.stringValue)
            for (header, value) in [
                ("Mcp-Method", "tools/list"), ("Mcp-Method", nil), ("Mcp-Method", "TOOLS/CALL"), ("Mcp-Name", "other"),
                ("Mcp-Name", nil), ("MCP-Protocol-Version", nil), ("Mcp-Name", "=?base64?!?="),
            ] as [(String, String?)] {
                let reply = try await client.call(first, [:], headers: [header: value])
                #expect(reply.status == 400 && reply.code == -32020, "\(header): \(value ?? "-")")
            }
            for name in ["mcp-method", "MCP-METHOD"] {
                let reply = try await client.call(first, [:], headers: ["Mcp-Method": nil, name: " tools/call "])
                #expect(reply.status == 200, "\(name)")
            }
        }
    }

    @Test("arguments that are mirrored into headers must agree with them", arguments: StoreKind.available)
    func customHeaders(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let cases: [(header: String?, region: JSONValue?, isAccepted: Bool)] = [
                ("us", "us", true), ("=?base64?SGVsbG8=?=", "Hello", true),
                ("=?base64?SGVsbG8=", "=?base64?SGVsbG8=", true), ("SGVsbG8=", "SGVsbG8=", true), (nil, nil, true),
                ("=?base64?SGVsbG8?=", "Hello", false), ("=?base64?SGVs!G8=?=", "Hello", false), (nil, "us", false),
                ("eu", "us", false), ("us", nil, false),
            ]
            for (header, region, isAccepted) in cases {
                var arguments = JSONObject()
                arguments["region"] = region
                let reply = try await client.call(
                    "test_x_mcp_header", arguments, headers: ["Mcp-Param-Region": header])
                #expect(reply.status == (isAccepted ? 200 : 400), "\(header ?? "-")")
                #expect(reply.code == (isAccepted ? nil : -32020), "\(header ?? "-")")
            }
        }
    }

    @Test("no notification is sent that was not asked for", arguments: StoreKind.available)
    func logging(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            #expect(try await client.call("test_logging_tool").messages.count == 1)
            let level = "io.modelcontextprotocol/logLevel"
            let errors = try await client.call("test_logging_tool", meta: [level: "error"])
            #expect(
                errors.messages.dropLast().map { $0["params"]?["level"] } == [
                    "error", "critical", "alert", "emergency",
                ])
            #expect(errors.events.allSatisfy { $0.id == nil })
            #expect(try await client.call("test_logging_tool", meta: [level: "loud"]).code == -32602)
            #expect(try await client.call("test_tool_with_progress").messages.count == 1)
            let progress = try await client.call("test_tool_with_progress", [:], meta: ["progressToken": "p-1"])
            let values = progress.messages.dropLast().map { $0["params"]?["progress"]?.doubleValue ?? -1 }
            #expect(values == [0, 50, 100])
            #expect(progress.messages.dropLast().allSatisfy { $0["params"]?["progressToken"] == "p-1" })
            #expect(progress.resultText != nil)
        }
    }

    @Test("a capability that a tool needs and the client lacks is -32021", arguments: StoreKind.available)
    func missingCapability(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let poor = ModernClient(server, capabilities: [:])
            for (tool, needed) in [
                ("test_missing_capability", "sampling"), ("test_sampling", "sampling"), ("failing_job", "extensions"),
                ("test_input_required_result_elicitation", "elicitation"),
                ("test_input_required_result_list_roots", "roots"),
            ] {
                let reply = try await poor.call(tool, tool == "test_sampling" ? ["prompt": "p"] : [:])
                #expect(reply.status == 400 && reply.code == -32021, "\(tool)")
                #expect(reply.message?["error"]?["data"]?["requiredCapabilities"]?[needed] != nil)
            }
            let url = ModernClient(server, capabilities: ["elicitation": ["url": [:]]])
            #expect(try await url.call("test_input_required_result_elicitation").code == -32021)
            #expect(try await url.call("test_url_elicitation").result?["resultType"] == "input_required")
            #expect(try await ModernClient(server).call("test_missing_capability").resultText != nil)
        }
    }

    @Test(
        "resources are read by their URI or their template's; one that is missing is named",
        arguments: StoreKind.available)
    func resources(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let listed = try await client.send("resources/list").result?["resources"]?.arrayValue?.map { $0["uri"] }
            #expect(listed == ["test://static-text", "test://static-binary", "test://watched-resource"])
            let text = try await client.send("resources/read", ["uri": "test://static-text"])
            #expect(
                text.result?["contents"]?[0]?["text"] == "This is the content of the static text resource.")
            let binary = try await client.send("resources/read", ["uri": "test://static-binary"])
            #expect(binary.result?["contents"]?[0]?["mimeType"] == "image/png")
            #expect(binary.result?["contents"]?[0]?["blob"] != nil)
            let made = try await client.send("resources/read", ["uri": "test://template/1%2F2/data"])
            #expect(made.result?["contents"]?[0]?["text"]?.stringValue?.contains(#""id":"1/2""#) == true)
            let uri: JSONValue = "test://nonexistent-resource-for-conformance-testing"
            let missing = try await client.send("resources/read", ["uri": uri])
            #expect(missing.code == -32602 && missing.message?["error"]?["data"]?["uri"] == uri)
        }
    }

    @Test("prompts are filled in, and their arguments completed", arguments: StoreKind.available)
    func prompts(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let filled = try await client.send(
                "prompts/get",
                ["name": "test_prompt_with_arguments", "arguments": ["arg1": "one", "arg2": "two"]])
            #expect(
                filled.result?["messages"]?[0]?["content"]?["text"] == "Prompt with arguments: arg1='one', arg2='two'")
            #expect(try await client.send("prompts/get", ["name": "test_prompt_with_arguments"]).code == -32602)
            #expect(try await client.send("prompts/get", ["name": "none"]).code == -32602)
            let completion = try await client.send(
                "completion/complete",
                [
                    "ref": ["type": "ref/prompt", "name": "test_prompt_with_arguments"],
                    "argument": ["name": "arg1", "value": "test"],
                ])
            #expect(completion.result?["completion"]?["values"] == ["test1", "test2"])
            let variable = try await client.send(
                "completion/complete",
                [
                    "ref": ["type": "ref/resource", "uri": "test://template/{id}/data"],
                    "argument": ["name": "id", "value": "12"],
                ])
            #expect(variable.result?["completion"]?["values"] == ["123", "124"])
        }
    }

    @Test("a client that closes its stream cancels the call", arguments: StoreKind.available)
    func cancellation(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let reply = try await client.open(
                "tools/call", ["name": "test_wait"], meta: ["progressToken": 1])
            #expect(try await reply.next()?["method"] == "notifications/progress")
            await reply.close()
            // The task ends with the call: nothing of it is left that a graceful end would wait for.
            #expect(try await client.send("tools/list").status == 200)
        }
    }
}
