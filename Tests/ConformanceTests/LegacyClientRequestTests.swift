import MCP
import TestSupport
import Testing

/// What legacy servers ask their clients, and how clients interrupt them.
@Suite("Conformance: legacy requests to clients", .timeLimit(.minutes(5)))
struct LegacyClientRequestTests {
    private static let said: JSONValue = [
        "role": "assistant", "content": ["type": "text", "text": "This is a test response from the client"],
        "model": "test-model", "stopReason": "endTurn",
    ]

    /// Calls a tool, and answers what it asks as soon as it asks it.
    private func call(
        _ tool: String, _ arguments: JSONObject, _ client: LegacyClient, answeringAs other: LegacyClient? = nil,
        _ answer: JSONValue
    ) async throws -> (Reply, JSONValue?) {
        let reply = try await client.open("tools/call", ["name": .string(tool), "arguments": .object(arguments)])
        var request: JSONValue?
        while let message = try await reply.next() {
            guard message["method"] != nil, message["id"] != nil else { continue }
            request = message
            try await (other ?? client).answer(message, answer)
        }
        return (reply, request)
    }

    @Test(
        "the client's model is asked on the stream of the answer", arguments: StoreKind.available,
        LegacyClient.revisions)
    func sampling(store: StoreKind, revision: String) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server, revision)
            let (reply, request) = try await call("test_sampling", ["prompt": "Test prompt"], client, Self.said)
            #expect(request?["method"] == "sampling/createMessage")
            #expect(request?["params"]?["messages"]?[0]?["content"]?["text"] == "Test prompt")
            #expect(request?["params"]?["maxTokens"] == 100)
            #expect(reply.resultText == "LLM response: This is a test response from the client")
        }
    }

    @Test("the person is asked, from 2025-06-18 on", arguments: StoreKind.available, LegacyClient.revisions)
    func elicitation(store: StoreKind, revision: String) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server, revision)
            let answer: JSONValue = [
                "action": "accept", "content": ["username": "testuser", "email": "test@example.com"],
            ]
            let (reply, request) = try await call("test_elicitation", ["message": "Who?"], client, answer)
            guard revision != "2025-03-26" else {
                #expect(reply.result?["isError"] == true && request == nil)
                return
            }
            #expect(request?["params"]?["requestedSchema"]?["required"] == ["username", "email"])
            #expect(reply.resultText?.contains("action=accept") == true)
            #expect(reply.resultText?.contains("testuser") == true)
            let (declined, _) = try await call("test_elicitation", ["message": "?"], client, ["action": "decline"])
            #expect(declined.resultText?.contains("action=decline") == true)
            let (useless, _) = try await call("test_elicitation", ["message": "?"], client, ["action": "perhaps"])
            #expect(useless.result?["isError"] == true)
        }
    }

    @Test("forms have defaults and choices of every kind", arguments: StoreKind.available)
    func forms(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server)
            let (_, defaults) = try await call(
                "test_elicitation_sep1034_defaults", [:], client, ["action": "accept", "content": [:]])
            let fields = defaults?["params"]?["requestedSchema"]?["properties"]
            #expect(fields?["name"] == ["type": "string", "default": "John Doe"])
            #expect(fields?["age"] == ["type": "integer", "default": 30])
            #expect(fields?["score"] == ["type": "number", "default": 95.5])
            #expect(
                fields?["status"] == [
                    "type": "string", "enum": ["active", "inactive", "pending"], "default": "active",
                ])
            #expect(fields?["verified"] == ["type": "boolean", "default": true])
            let (reply, choices) = try await call(
                "test_elicitation_sep1330_enums", [:], client,
                [
                    "action": "accept",
                    "content": [
                        "untitledSingle": "option1", "titledSingle": "value1", "legacyEnum": "opt1",
                        "untitledMulti": ["option1"], "titledMulti": ["value1"],
                    ],
                ])
            #expect(reply.resultText?.hasPrefix("Elicitation completed: action=accept") == true)
            let kinds = choices?["params"]?["requestedSchema"]?["properties"]
            #expect(kinds?["untitledSingle"]?["enum"] != nil && kinds?["untitledSingle"]?["oneOf"] == nil)
            #expect(kinds?["titledSingle"]?["oneOf"]?[0]?["title"] != nil && kinds?["titledSingle"]?["enum"] == nil)
            #expect(kinds?["legacyEnum"]?["enumNames"]?.arrayValue?.count == 3)
            #expect(kinds?["untitledMulti"]?["items"]?["enum"] != nil)
            #expect(kinds?["titledMulti"]?["items"]?["anyOf"]?[0]?["const"] != nil)
        }
    }

    @Test("roots are asked for, and pages to open from 2025-11-25 on", arguments: StoreKind.available)
    func rootsAndPages(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let capabilities: JSONValue = ["roots": [:], "elicitation": ["url": [:]]]
            let client = try await LegacyClient(server, capabilities: capabilities)
            let (reply, _) = try await call("test_list_roots", [:], client, ["roots": [["uri": "file:///work"]]])
            #expect(reply.resultText == "Roots: file:///work")
            let (page, request) = try await call("test_url_elicitation", [:], client, ["action": "accept"])
            #expect(request?["params"]?["mode"] == "url" && request?["params"]?["elicitationId"] != nil)
            #expect(page.resultText == "Page: accept")
            let older = try await LegacyClient(server, "2025-06-18", capabilities: capabilities)
            #expect(try await older.call("test_url_elicitation").result?["isError"] == true)
        }
    }

    @Test("an answer in JSON alone leaves no room for questions", arguments: StoreKind.available)
    func jsonOnly(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server)
            let reply = try await client.send(
                "tools/call", ["name": "test_sampling", "arguments": ["prompt": "p"]],
                headers: ["Accept": "application/json"])
            #expect(!reply.isStream && reply.result?["isError"] == true)
        }
    }

    @Test("a request is cancelled by notification, and not answered", arguments: StoreKind.available)
    func cancellation(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server)
            for id in [77, "seven"] as [JSONValue] {
                let reply = try await client.open(
                    "tools/call", ["name": "test_wait", "_meta": ["progressToken": 1]], id: id)
                #expect(try await reply.next()?["method"] == "notifications/progress")
                #expect(try await client.notify("notifications/cancelled", ["requestId": id]).status == 202)
                let rest = try await reply.all()
                #expect(rest.messages.allSatisfy { $0["id"] == nil })
            }
            #expect(try await client.notify("notifications/cancelled", ["requestId": 12345]).status == 202)
        }
    }

    @Test(
        "an answer and a cancellation reach the instance where the handler runs",
        .enabled(if: PostgresServer.isAvailable))
    func otherInstance() async throws {
        try await FixtureServer.with(.postgresql, instances: 2) { servers in
            let client = try await LegacyClient(servers[0])
            let elsewhere = LegacyClient(client, on: servers[1])
            let (reply, _) = try await call(
                "test_sampling", ["prompt": "p"], client, answeringAs: elsewhere, Self.said)
            #expect(reply.resultText == "LLM response: This is a test response from the client")
            let waiting = try await client.open(
                "tools/call", ["name": "test_wait", "_meta": ["progressToken": 1]], id: 5)
            #expect(try await waiting.next() != nil)
            #expect(try await elsewhere.notify("notifications/cancelled", ["requestId": 5]).status == 202)
            let rest = try await waiting.all()
            #expect(rest.messages.allSatisfy { $0["id"] == nil })
        }
    }
}
