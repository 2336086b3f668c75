import MCP
import TestSupport
import Testing

/// The revisions from 2025-03-26 to 2025-11-25, scenario by scenario, on both stores.
@Suite("Conformance: legacy revisions", .timeLimit(.minutes(5)))
struct LegacyTests {
    @Test("every kind of content comes in every revision", arguments: StoreKind.available, LegacyClient.revisions)
    func content(store: StoreKind, revision: String) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server, revision)
            #expect(try await client.send("ping").result == [:])
            #expect(try await client.send("logging/setLevel", ["level": "debug"]).result == [:])
            #expect(try await client.send("logging/setLevel", ["level": "loud"]).code == -32602)
            let bare = try await client.send("tools/call", ["name": "test_simple_text"])
            #expect(bare.resultText == "This is a simple text response for testing.")
            for (tool, types) in [
                ("test_image_content", ["image"]), ("test_audio_content", ["audio"]),
                ("test_embedded_resource", ["resource"]),
                ("test_multiple_content_types", ["text", "image", "resource"]),
            ] {
                let content = try await client.call(tool).result?["content"]?.arrayValue
                #expect(content?.map { $0["type"]?.stringValue } == types)
            }
            let failed = try await client.call("test_error_handling")
            #expect(failed.result?["isError"] == true)
            #expect(failed.resultText == "This tool intentionally returns an error for testing")
            let tools = try await client.send("tools/list").result?["tools"]?.arrayValue ?? []
            let schema = tools.first { $0["name"] == "json_schema_2020_12_tool" }?["inputSchema"]
            #expect(schema?["$schema"] == "https://json-schema.org/draft/2020-12/schema")
            #expect(schema?["if"]?["properties"]?["contactMethod"]?["const"] == "phone")
            #expect(try await client.send("resources/templates/list").result?["resourceTemplates"]?[0] != nil)
            #expect(
                try await client.send("resources/read", ["uri": "test://template/123/data"])
                    .result?["contents"]?[0]?["text"]?.stringValue?.contains("123") == true)
            #expect(try await client.send("resources/read", ["uri": "test://none"]).code == -32002)
            #expect(try await client.send("prompts/list").result?["prompts"]?[0] != nil)
            for prompt in ["test_simple_prompt", "test_prompt_with_image"] {
                #expect(try await client.send("prompts/get", ["name": .string(prompt)]).result?["messages"] != nil)
            }
            let embedded = try await client.send(
                "prompts/get",
                ["name": "test_prompt_with_embedded_resource", "arguments": ["resourceUri": "test://r"]])
            #expect(embedded.result?["messages"]?[0]?["content"]?["resource"]?["uri"] == "test://r")
            let completion = try await client.send(
                "completion/complete",
                [
                    "ref": ["type": "ref/prompt", "name": "test_prompt_with_arguments"],
                    "argument": ["name": "arg1", "value": "test"],
                ])
            #expect(completion.result?["completion"]?["values"] == ["test1", "test2"])
        }
    }

    @Test("progress and log messages come before the result", arguments: StoreKind.available, LegacyClient.revisions)
    func notifications(store: StoreKind, revision: String) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server, revision)
            let progress = try await client.send(
                "tools/call",
                ["name": "test_tool_with_progress", "arguments": [:], "_meta": ["progressToken": "progress-test-1"]])
            #expect(
                progress.messages.dropLast().map { $0["params"]?["progress"]?.doubleValue } == [0, 50, 100])
            #expect(progress.resultText != nil)
            #expect(progress.events.first?.data == (revision == "2025-11-25" ? "" : progress.events.first?.data))
            #expect((progress.events.first?.data == "") == (revision == "2025-11-25"))
            _ = try await client.send("logging/setLevel", ["level": "debug"])
            let logged = try await client.call("test_tool_with_logging")
            #expect(logged.messages.dropLast().map { $0["method"] == "notifications/message" } == [true, true, true])
            #expect(try await client.call("test_logging_tool").messages.count == LogLevel.allCases.count + 1)
            _ = try await client.send("logging/setLevel", ["level": "critical"])
            #expect(try await client.call("test_logging_tool").messages.count == 4)
        }
    }

    @Test("a batch is answered in 2025-03-26 and refused later", arguments: StoreKind.available)
    func batches(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let batch: JSONValue = [
                ["jsonrpc": "2.0", "id": 1, "method": "ping"],
                ["jsonrpc": "2.0", "method": "notifications/initialized"],
                ["jsonrpc": "2.0", "id": 2, "method": "ping"],
            ]
            let client = try await LegacyClient(server, "2025-03-26")
            let reply = try await client.post(batch, method: "ping").all()
            #expect(reply.messages.map { $0["id"] } == [1, 2])
            let speaking: JSONValue = [
                [
                    "jsonrpc": "2.0", "id": 1, "method": "tools/call",
                    "params": ["name": "test_tool_with_progress", "_meta": ["progressToken": 7]],
                ],
                ["jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": ["name": "test_simple_text"]],
            ]
            let stream = try await client.post(speaking, method: "tools/call").all()
            #expect(stream.isStream)
            #expect(stream.messages.filter { $0["id"] != nil }.count == 2)
            for (revision, body) in [
                ("2025-06-18", batch), ("2025-11-25", batch),
                ("2025-03-26", [["jsonrpc": "2.0", "id": 1, "method": "initialize"]]), ("2025-03-26", []),
            ] as [(String, JSONValue)] {
                let refused = try await LegacyClient(server, revision).post(body, method: nil).all()
                #expect(refused.status == 400 && refused.code == -32600, "\(revision)")
            }
        }
    }

    @Test("several requests of one session are served at once", arguments: StoreKind.available)
    func concurrency(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for id in 0..<3 {
                    group.addTask { try await client.send("tools/list", id: JSONValue(1000 + id)).status }
                }
                for try await status in group { #expect(status == 200) }
            }
        }
    }

    @Test("a session ends with DELETE", arguments: StoreKind.available)
    func ending(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server)
            #expect(try await client.delete().status == 204)
            #expect(try await client.send("tools/list").status == 404)
            #expect(try await client.delete().status == 404)
        }
    }

    @Test("a host or origin that is not this machine's is refused", arguments: StoreKind.available)
    func rebinding(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server)
            let evil = "evil.example.com"
            #expect(try await client.send("ping", headers: ["Host": evil, "Origin": "http://\(evil)"]).status == 403)
            #expect(try await client.send("ping", headers: ["Origin": "http://\(evil)"]).status == 403)
            let own = "127.0.0.1:\(server.port)"
            #expect(try await client.send("ping", headers: ["Host": own, "Origin": "http://\(own)"]).status == 200)
        }
    }
}
