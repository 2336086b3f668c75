import MCP
import TestSupport
import Testing

/// The extension `io.modelcontextprotocol/tasks`.
@Suite("Conformance: tasks", .timeLimit(.minutes(5)))
struct TaskTests {
    private func begin(_ client: ModernClient, _ tool: String, _ arguments: JSONObject = [:]) async throws -> JSONObject
    {
        let result = try await client.call(tool, arguments).result
        #expect(result?["resultType"] == "task")
        return ["taskId": try #require(result?["taskId"])]
    }

    /// Asks until the task has this status.
    private func wait(
        _ client: ModernClient, _ task: JSONObject, for status: JSONValue
    ) async throws -> JSONValue? {
        var last: JSONValue?
        let reached = try await eventually {
            last = try await client.send("tasks/get", task).result
            return last?["status"] == status
        }
        #expect(reached, "\(last ?? .null)")
        #expect(last?["resultType"] == "complete")
        return last
    }

    @Test("a task is asked for until it is done, or cancelled", arguments: StoreKind.available)
    func life(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server, capabilities: ModernClient.taskCapabilities)
            #expect(try await client.call("greet", ["name": "Ada"]).resultText == "Hello, Ada!")
            let quick = try await begin(client, "slow_compute", ["seconds": 0, "label": "x"])
            let done = try await wait(client, quick, for: "completed")
            #expect(done?["result"]?["content"]?[0]?["text"] == "x computed")
            let slow = try await begin(client, "slow_compute", ["seconds": 60, "label": "y"])
            #expect(try await wait(client, slow, for: "working")?["statusMessage"] == "Computing y")
            #expect(try await client.send("tasks/cancel", slow).result?["resultType"] == "complete")
            _ = try await wait(client, slow, for: "cancelled")
            let failing = try await begin(client, "failing_job")
            #expect(try await wait(client, failing, for: "completed")?["result"]?["isError"] == true)
            let broken = try await begin(client, "protocol_error_job")
            #expect(try await wait(client, broken, for: "failed")?["error"]?["code"] == -32603)
        }
    }

    @Test("what a task asks is part of it until it is answered", arguments: StoreKind.available)
    func questions(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server, capabilities: ModernClient.taskCapabilities)
            func update(_ task: JSONObject, _ answers: JSONValue) async throws {
                var params = task
                params["inputResponses"] = answers
                #expect(try await client.send("tasks/update", params).result?["resultType"] == "complete")
            }
            func accepted(_ content: JSONValue) -> JSONValue { ["action": "accept", "content": content] }
            let delete = try await begin(client, "confirm_delete", ["filename": "a.txt"])
            let asking = try await wait(client, delete, for: "input_required")
            #expect(asking?["inputRequests"]?["confirm"]?["method"] == "elicitation/create")
            try await update(delete, ["unknown": accepted([:]), "confirm": 1])
            #expect(try await client.send("tasks/get", delete).result?["status"] == "input_required")
            try await update(delete, ["confirm": accepted(["confirm": true])])
            let deleted = try await wait(client, delete, for: "completed")
            #expect(deleted?["result"]?["content"]?[0]?["text"] == "Deleted a.txt")

            let both = try await begin(client, "multi_input")
            _ = try await wait(client, both, for: "input_required")
            let hasBoth = try await eventually {
                try await client.send("tasks/get", both).result?["inputRequests"]?.objectValue?.count == 2
            }
            #expect(hasBoth)
            try await update(both, ["first": accepted(["name": "A"])])
            let left = try await client.send("tasks/get", both).result?["inputRequests"]?.objectValue?.keys
            #expect(left == ["second"])
            try await update(both, ["second": accepted(["name": "B"])])
            let named = try await wait(client, both, for: "completed")
            #expect(named?["result"]?["content"]?[0]?["text"] == "Both: A and B")

            let first = try await client.call("test_tool_with_task").result
            #expect(first?["resultType"] == "input_required")
            let second = try await client.call(
                "test_tool_with_task", answers: ["user_name": accepted(["name": "Ada"])],
                state: first?["requestState"]
            ).result
            #expect(second?["resultType"] == "task")
            let task: JSONObject = ["taskId": try #require(second?["taskId"])]
            let result = try await wait(client, task, for: "completed")
            #expect(result?["result"]?["content"]?[0]?["text"] == "Done for Ada")
        }
    }

    @Test(
        "a client that does not know tasks is told so, and no task is found that is not there",
        arguments: StoreKind.available)
    func refusals(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server, capabilities: ModernClient.taskCapabilities)
            let stranger = ModernClient(server)
            for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
                let params: JSONObject = ["taskId": "none", "inputResponses": [:]]
                let unknown = try await client.send(method, params)
                #expect(unknown.code == -32602)
                let reply = try await stranger.send(method, params)
                #expect(reply.code == -32021 && reply.status == 400)
            }
            let needed = try await stranger.call("failing_job")
            #expect(needed.code == -32021)
            let waited = try await stranger.call("slow_compute", ["seconds": 0])
            #expect(waited.resultText == "result computed")
        }
    }

    @Test("a subscription is told of a task's changes", arguments: StoreKind.available)
    func notifications(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server, capabilities: ModernClient.taskCapabilities)
            let task = try await begin(client, "slow_compute", ["seconds": 60])
            let id = try #require(task["taskId"])
            let stream = try await client.open(
                "subscriptions/listen", ["notifications": ["taskIds": [id, "none"]]], id: 5)
            #expect(try await stream.next()?["params"]?["notifications"]?["taskIds"] == [id])
            _ = try await client.send("tasks/cancel", task)
            let told = try await stream.next()
            #expect(told?["method"] == "notifications/tasks")
            #expect(told?["params"]?["status"] == "cancelled")
        }
    }
}
