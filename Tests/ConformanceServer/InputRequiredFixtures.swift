import MCP

/// Tools that need one or several rounds with a modern client.
enum InputRequiredFixtures {
    static let all: [ServerFeature] = [
        .tool(
            Tool("test_input_required_result_elicitation", "Asks for a name.") { context in
                let answer = try await context.ask(name("user_name", "What is your name?"))
                return "Hello, \(answer.content["name"]?.stringValue ?? "stranger")!"
            }),
        .tool(
            Tool("test_input_required_result_sampling", "Asks the client's model.") { context in
                try await context.sample(
                    "What is the capital of France?", maximumTokens: 100, key: "capital_question"
                ).text
            }),
        .tool(
            Tool("test_input_required_result_list_roots", "Asks for the client's roots.") { context in
                let roots = try await context.ask(RootsRequest(key: "client_roots"))
                return "Roots: \(roots.map(\.uri).joined(separator: ", "))"
            }),
        .tool(
            Tool("test_input_required_result_request_state", "Asks for a confirmation.") { context in
                let begun = try await context.remember("begun") { "state-ok" }
                _ = try await context.ask(confirmation)
                return begun.stringValue ?? "state lost"
            }),
        .tool(
            Tool("test_input_required_result_multiple_inputs", "Asks three things at once.") { context in
                let (user, greeting, roots) = try await context.ask(
                    name("user_name", "What is your name?"),
                    Sampling("Generate a greeting", maximumTokens: 50, key: "greeting"),
                    RootsRequest(key: "client_roots"))
                return "\(user.content["name"]?.stringValue ?? ""): \(greeting.text) (\(roots.count) roots)"
            }),
        .tool(
            Tool("test_input_required_result_multi_round", "Asks one thing after the other.") { context in
                let first = try await context.ask(name("step1", "Step 1: What is your name?"))
                let second = try await context.ask(text("color", "step2", "Step 2: What is your favorite color?"))
                return "\(first.content["name"]?.stringValue ?? "") likes \(second.content["color"]?.stringValue ?? "")"
            }),
        .tool(
            Tool("test_input_required_result_tampered_state", "Asks for a confirmation.") { context in
                _ = try await context.ask(confirmation)
                return "Confirmed"
            }),
        .tool(
            Tool("test_input_required_result_capabilities", "Asks what the client can answer.") { context in
                if context.clientSupports(name("user_name", "")) {
                    _ = try await context.ask(name("user_name", "What is your name?"))
                }
                let question = Sampling("What is the capital of France?", maximumTokens: 100, key: "capital_question")
                return context.clientSupports(question) ? try await context.ask(question).text : "Nothing to ask"
            }),
    ]

    static func name(_ key: String, _ message: String) -> Elicitation { text("name", key, message) }

    private static func text(_ field: String, _ key: String, _ message: String) -> Elicitation {
        Elicitation(
            message,
            requestedSchema: [
                "type": "object", "properties": [field: ["type": "string"]], "required": [.string(field)],
            ], key: key)
    }

    private static let confirmation = Elicitation(
        "Please confirm",
        requestedSchema: ["type": "object", "properties": ["ok": ["type": "boolean"]], "required": ["ok"]],
        key: "confirm")
}
