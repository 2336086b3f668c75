import MCP
import TestSupport
import Testing

/// `subscriptions/listen` of 2026-07-28.
@Suite("Conformance: subscriptions", .timeLimit(.minutes(5)))
struct SubscriptionTests {
    @Test("only what was asked for is told, each message with the subscription's id", arguments: StoreKind.available)
    func listening(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let tools = try await client.open(
                "subscriptions/listen", ["notifications": ["toolsListChanged": true]], id: "tools")
            let prompts = try await client.open(
                "subscriptions/listen",
                [
                    "notifications": [
                        "promptsListChanged": true, "resourceSubscriptions": ["test://watched-resource"],
                    ]
                ], id: 2)
            let acknowledged = try await tools.next()
            #expect(acknowledged?["method"] == "notifications/subscriptions/acknowledged")
            #expect(acknowledged?["params"]?["notifications"] == ["toolsListChanged": true])
            #expect(
                try await prompts.next()?["params"]?["notifications"]
                    == ["promptsListChanged": true, "resourceSubscriptions": ["test://watched-resource"]])
            for tool in ["test_trigger_resource_update", "test_trigger_prompt_change", "test_trigger_tool_change"] {
                #expect(try await client.call(tool).resultText != nil)
            }
            #expect(try await tools.next()?["method"] == "notifications/tools/list_changed")
            #expect(try await prompts.next()?["method"] == "notifications/resources/updated")
            #expect(try await prompts.next()?["method"] == "notifications/prompts/list_changed")
            let key = "io.modelcontextprotocol/subscriptionId"
            #expect(tools.messages.allSatisfy { $0["params"]?["_meta"]?[key] == "tools" })
            #expect(prompts.messages.allSatisfy { $0["params"]?["_meta"]?[key] == 2 })
            #expect(tools.events.allSatisfy { $0.id == nil })
            let listed = try await client.send("tools/list").result?["tools"]?.arrayValue?.map { $0["name"] }
            #expect(listed?.last == "test_dynamic")
        }
    }

    @Test("a filter that is malformed is refused", arguments: StoreKind.available)
    func refusals(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            for filter in [.null, 1, ["toolsListChanged": 1], ["resourceSubscriptions": "x"]] as [JSONValue] {
                let reply = try await client.send("subscriptions/listen", ["notifications": filter])
                #expect(reply.code == -32602 && reply.status == 400, "\(filter)")
            }
            let tasks = try await client.send("subscriptions/listen", ["notifications": ["taskIds": ["t"]]])
            #expect(tasks.code == -32021)
            let json = try await client.send(
                "subscriptions/listen", ["notifications": [:]], headers: ["Accept": "application/json"])
            #expect(json.status == 406)
        }
    }

    @Test("a server that shuts down ends its subscriptions with their response", arguments: StoreKind.available)
    func gracefulClosure(store: StoreKind) async throws {
        try await FixtureServer.with(store, isEnded: true) { server in
            let reply = try await ModernClient(server).open("subscriptions/listen", ["notifications": [:]], id: 9)
            #expect(try await reply.next()?["method"] == "notifications/subscriptions/acknowledged")
            server.terminate()
            let response = try await reply.next()
            #expect(response?["id"] == 9 && response?["result"]?["resultType"] == "complete")
            #expect(response?["result"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 9)
            #expect(try await reply.next() == nil)
        }
    }
}
