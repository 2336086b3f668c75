import MCP
import Testing

/// What a server says on stdio beside its responses.
@Suite("Stdio: both directions", .timeLimit(.minutes(1)))
struct StdioClientTests {
    struct Name: JSONStructure {
        @Field("Who.") var name: String
    }

    private func server() throws -> MCPServer {
        var options = MCPServer.Options()
        options.logging = true
        options.announcesListChanges = true
        options.resourceSubscriptions = true
        return try MCPServer(name: "test", version: "1", options: options) {
            Tool("greet", "Asks for a name.") { context in
                context.log(.warning, "asking")
                guard let answer = try await context.elicit("Who are you?", Name.self, key: "who") else { return "Bye" }
                return "Hello, \(answer.name)"
            }
            Tool("change", "Says that something changed.") { context in
                context.server?.resourceChanged("test:r")
                try context.server?.changePrompts { $0.removeAll() }
                return "changed"
            }
            Resource("test:r", name: "r") { _ in [ResourceContents(uri: "test:r", text: "r")] }
            Prompt("p") { _, _ in [] }
        }
    }

    private func call(_ tool: String, id: JSONValue, _ more: JSONObject = [:]) -> JSONValue {
        var params: JSONObject = ["name": .string(tool)]
        for (key, value) in more { params[key] = value }
        return ["jsonrpc": "2.0", "id": id, "method": "tools/call", "params": .object(params)]
    }

    private func initialize(_ client: StdioClient) async throws {
        client.send([
            "jsonrpc": "2.0", "id": 0, "method": "initialize",
            "params": [
                "protocolVersion": "2025-11-25", "capabilities": ["elicitation": [:]],
                "clientInfo": ["name": "c", "version": "1"],
            ],
        ])
        #expect(try await client.next(answering: "initialize")?["id"] == 0)
    }

    private static let meta: JSONValue = [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": ["elicitation": [:]],
    ]

    @Test("a legacy client is asked by a request, and told of changes that it watches")
    func legacy() async throws {
        let client = try StdioClient(try server(), speaking: "2025-11-25")
        try await initialize(client)
        client.send(call("greet", id: 1))
        #expect(try await client.next()?["method"] == "notifications/message")
        let request = try #require(try await client.next())
        #expect(request["method"] == "elicitation/create")
        client.send([
            "jsonrpc": "2.0", "id": request["id"] ?? .null,
            "result": ["action": "accept", "content": ["name": "Ada"]],
        ])
        let response = try await client.next(answering: "tools/call")
        #expect(response?["result"]?["content"]?[0]?["text"] == "Hello, Ada")
        client.send([
            "jsonrpc": "2.0", "id": 2, "method": "logging/setLevel", "params": ["level": "error"],
        ])
        #expect(try await client.next(answering: "logging/setLevel")?["result"] == [:])
        client.send([
            "jsonrpc": "2.0", "id": 3, "method": "resources/subscribe", "params": ["uri": "test:r"],
        ])
        #expect(try await client.next(answering: "resources/subscribe")?["id"] == 3)
        client.send(call("greet", id: 4))
        // Without a log message this time.
        #expect(try await client.next()?["method"] == "elicitation/create")
        client.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": 4]])
        #expect(try await client.next()?["method"] == "notifications/cancelled")
        client.send(call("change", id: 5))
        var methods: [JSONValue?] = []
        for _ in 0..<3 { methods.append(try await client.next(answering: "tools/call")?["method"]) }
        #expect(
            methods.compactMap { $0 } == [
                "notifications/resources/updated", "notifications/prompts/list_changed",
            ])
        await client.finish()
    }

    @Test("the end of input ends a wait for the client")
    func endOfInput() async throws {
        let client = try StdioClient(try server(), speaking: "2025-11-25")
        try await initialize(client)
        client.send(call("greet", id: 1))
        _ = try await client.next()
        #expect(try await client.next()?["method"] == "elicitation/create")
        await client.finish()
    }

    @Test("a modern client is asked in rounds, and subscribes until it cancels")
    func modern() async throws {
        let client = try StdioClient(try server(), speaking: "2026-07-28")
        client.send(call("greet", id: 1, ["_meta": Self.meta]))
        let asked = try await client.next(answering: "tools/call")?["result"]
        #expect(asked?["resultType"] == "input_required")
        client.send(
            call(
                "greet", id: 2,
                [
                    "_meta": Self.meta, "requestState": asked?["requestState"] ?? .null,
                    "inputResponses": ["who": ["action": "accept", "content": ["name": "Ada"]]],
                ]))
        let answered = try await client.next(answering: "tools/call")
        #expect(answered?["result"]?["content"]?[0]?["text"] == "Hello, Ada")
        client.send([
            "jsonrpc": "2.0", "id": "s", "method": "subscriptions/listen",
            "params": ["_meta": Self.meta, "notifications": ["promptsListChanged": true]],
        ])
        #expect(try await client.next()?["method"] == "notifications/subscriptions/acknowledged")
        client.send(call("change", id: 3, ["_meta": Self.meta]))
        var told: [JSONValue] = []
        for _ in 0..<2 { told.append(try #require(try await client.next(answering: "tools/call"))) }
        #expect(told.contains { $0["method"] == "notifications/prompts/list_changed" })
        client.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": "s"]])
        client.send(call("change", id: 4, ["_meta": Self.meta]))
        #expect(try await client.next(answering: "tools/call")?["id"] == 4)
        await client.finish()
    }
}
