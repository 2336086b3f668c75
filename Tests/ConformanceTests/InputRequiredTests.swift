import MCP
import TestSupport
import Testing

/// Multi round-trip requests of 2026-07-28.
@Suite("Conformance: input required", .timeLimit(.minutes(5)))
struct InputRequiredTests {
    private static let accepted: @Sendable (JSONObject) -> JSONValue = { content in
        ["action": "accept", "content": .object(content)]
    }

    @Test("one question: asked, asked again until it is answered, and answered at once", arguments: StoreKind.available)
    func elicitation(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let tool = "test_input_required_result_elicitation"
            let first = try await client.call(tool)
            #expect(first.result?["resultType"] == "input_required")
            let request = first.result?["inputRequests"]?["user_name"]
            #expect(request?["method"] == "elicitation/create")
            #expect(request?["params"]?["requestedSchema"]?["required"] == ["name"])
            let answer = Self.accepted(["name": "Ada"])
            let state = first.result?["requestState"]
            #expect(
                try await client.call(tool, answers: ["user_name": answer, "more": 1], state: state).resultText
                    == "Hello, Ada!")
            #expect(try await client.call(tool, answers: ["user_name": answer]).resultText == "Hello, Ada!")
            for useless in [
                ["wrong": answer], ["user_name": 12345], .null, ["user_name": ["action": "maybe"]],
                ["user_name": ["action": "accept", "content": ["name": 7]]],
            ] as [JSONValue] {
                let again = try await client.call(tool, answers: useless, state: state)
                #expect(again.result?["resultType"] == "input_required", "\(useless)")
                #expect(again.result?["inputRequests"]?["user_name"] != nil)
            }
            #expect(try await client.call(tool, answers: [1]).code == -32602)
            let declined = try await client.call(tool, answers: ["user_name": ["action": "decline"]], state: state)
            #expect(declined.resultText == "Hello, stranger!")
        }
    }

    @Test("the client's model and its roots are asked alike", arguments: StoreKind.available)
    func samplingAndRoots(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let sampling = "test_input_required_result_sampling"
            let question = try await client.call(sampling).result
            #expect(question?["inputRequests"]?["capital_question"]?["params"]?["maxTokens"] == 100)
            let said: JSONValue = ["role": "assistant", "content": ["type": "text", "text": "Paris"], "model": "m"]
            #expect(
                try await client.call(
                    sampling, answers: ["capital_question": said], state: question?["requestState"]
                ).resultText == "Paris")
            let roots = "test_input_required_result_list_roots"
            let asked = try await client.call(roots).result
            #expect(asked?["inputRequests"]?["client_roots"]?["method"] == "roots/list")
            #expect(
                try await client.call(
                    roots, answers: ["client_roots": ["roots": [["uri": "file:///a"]]]], state: asked?["requestState"]
                ).resultText == "Roots: file:///a")
        }
    }

    @Test(
        "the state is sealed for one request, and what it remembers is not done again", arguments: StoreKind.available)
    func requestState(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let answers: JSONValue = ["confirm": Self.accepted(["ok": true])]
            let tool = "test_input_required_result_request_state"
            let state = try #require(try await client.call(tool).result?["requestState"]?.stringValue)
            let done = try await client.call(tool, answers: answers, state: .string(state))
            #expect(done.resultText == "state-ok")
            // One character of the seal, and no other.
            let place = state.index(state.endIndex, offsetBy: -10)
            let resealed = state[..<place] + (state[place] == "A" ? "B" : "A") + state[place...].dropFirst()
            for tampered in [
                String(resealed), state + "-TAMPERED", "A" + state.dropFirst(), String(state.dropLast(2)), "", ".",
            ] {
                let reply = try await client.call(tool, answers: answers, state: .string(tampered))
                #expect(reply.code == -32602, "\(tampered)")
            }
            let other = "test_input_required_result_tampered_state"
            #expect(try await client.call(other, answers: answers, state: .string(state)).code == -32602)
            #expect(try await client.call(tool, ["a": 1], answers: answers, state: .string(state)).code == -32602)
            #expect(try await client.call(tool, answers: answers, state: 1).code == -32602)
        }
    }

    @Test("several questions are asked in one round, or one after the other", arguments: StoreKind.available)
    func severalQuestions(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = ModernClient(server)
            let multiple = "test_input_required_result_multiple_inputs"
            let asked = try await client.call(multiple).result
            #expect(asked?["inputRequests"]?.objectValue?.keys == ["user_name", "greeting", "client_roots"])
            let said: JSONValue = ["role": "assistant", "content": ["type": "text", "text": "Hi"], "model": "m"]
            let name = Self.accepted(["name": "Ada"])
            let partly = try await client.call(
                multiple, answers: ["user_name": name, "greeting": said], state: asked?["requestState"]
            ).result
            #expect(partly?["inputRequests"]?.objectValue?.keys == ["client_roots"])
            let whole = try await client.call(
                multiple, answers: ["client_roots": ["roots": []]], state: partly?["requestState"])
            #expect(whole.resultText == "Ada: Hi (0 roots)")

            let rounds = "test_input_required_result_multi_round"
            let first = try await client.call(rounds).result
            #expect(first?["inputRequests"]?.objectValue?.keys == ["step1"])
            let second = try await client.call(rounds, answers: ["step1": name], state: first?["requestState"]).result
            #expect(second?["inputRequests"]?.objectValue?.keys == ["step2"])
            #expect(second?["requestState"] != first?["requestState"])
            let third = try await client.call(
                rounds, answers: ["step2": Self.accepted(["color": "red"])], state: second?["requestState"])
            #expect(third.resultText == "Ada likes red")
        }
    }

    @Test("only what the client declared is asked for, and prompts ask too", arguments: StoreKind.available)
    func capabilitiesAndPrompts(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let sampler = ModernClient(server, capabilities: ["sampling": [:]])
            let asked = try await sampler.call("test_input_required_result_capabilities").result
            #expect(asked?["inputRequests"]?.objectValue?.keys == ["capital_question"])
            let client = ModernClient(server)
            let name: JSONObject = ["name": "test_input_required_result_prompt"]
            let first = try await client.send("prompts/get", name).result
            #expect(first?["inputRequests"]?["user_context"] != nil)
            var params = name
            params["inputResponses"] = ["user_context": Self.accepted(["context": "tests"])]
            params["requestState"] = first?["requestState"]
            let filled = try await client.send("prompts/get", params)
            #expect(filled.result?["messages"]?[0]?["content"]?["text"] == "Context: tests")
            for list in ["tools/list", "prompts/list"] {
                #expect(try await client.send(list).result?["resultType"] == "complete")
            }
            let streaming = try await client.call("test_streaming_elicitation")
            #expect(streaming.messages.allSatisfy { $0["method"] == nil })
        }
    }

    @Test(
        "a round may go to another instance on the same database", .enabled(if: PostgresServer.isAvailable))
    func otherInstance() async throws {
        try await FixtureServer.with(.postgresql, instances: 2) { servers in
            let tool = "test_input_required_result_multi_round"
            let first = try await ModernClient(servers[0]).call(tool).result
            let second = try await ModernClient(servers[1]).call(
                tool, answers: ["step1": Self.accepted(["name": "Ada"])], state: first?["requestState"]
            ).result
            let third = try await ModernClient(servers[0]).call(
                tool, answers: ["step2": Self.accepted(["color": "red"])], state: second?["requestState"])
            #expect(third.resultText == "Ada likes red")
        }
    }
}
