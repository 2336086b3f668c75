import MCP

/// Tools of the tasks extension.
enum TaskFixtures {
    static let all: [ServerFeature] = [
        .tool(Tool("greet", "Greets someone.", input: Greeting.self) { input, _ in "Hello, \(input.name)!" }),
        .tool(
            Tool("slow_compute", "Computes for a while.", taskSupport: .optional, input: Computation.self) {
                input, context in
                try await context.inTask { context in
                    context.reportProgress(0, message: "Computing \(input.label)")
                    try await Task.sleep(for: .seconds(input.seconds))
                    return "\(input.label) computed"
                }
            }),
        .tool(
            Tool("failing_job", "Fails as a tool does.", taskSupport: .required) { context in
                try await context.inTask { _ in
                    try await Task.sleep(for: .seconds(1))
                    return CallToolResult(content: [.text("The job failed")], isError: true)
                }
            }),
        .tool(
            Tool("protocol_error_job", "Fails as a request does.", taskSupport: .required) { context in
                try await context.inTask { _ -> String in
                    try await Task.sleep(for: .milliseconds(200))
                    throw JSONRPCError(.internalError, "The job could not be done")
                }
            }),
        .tool(
            Tool("confirm_delete", "Asks before it deletes.", taskSupport: .required, input: File.self) {
                input, context in
                try await context.inTask { context in
                    let answer = try await context.ask(
                        Elicitation(
                            "Delete \(input.filename)?",
                            requestedSchema: [
                                "type": "object", "properties": ["confirm": ["type": "boolean"]],
                                "required": ["confirm"],
                            ], key: "confirm"))
                    let isConfirmed = answer.content["confirm"]?.boolValue ?? false
                    return isConfirmed ? "Deleted \(input.filename)" : "Kept \(input.filename)"
                }
            }),
        .tool(
            Tool("multi_input", "Asks two things at once.", taskSupport: .required) { context in
                try await context.inTask { context in
                    let (one, other) = try await context.ask(
                        InputRequiredFixtures.name("first", "The first name?"),
                        InputRequiredFixtures.name("second", "The second name?"))
                    let names = [one, other].map { $0.content["name"]?.stringValue ?? "" }
                    return "Both: \(names.joined(separator: " and "))"
                }
            }),
        .tool(
            Tool("test_tool_with_task", "Asks, then goes on as a task.", taskSupport: .required) { context in
                let answer = try await context.ask(InputRequiredFixtures.name("user_name", "What is your name?"))
                return try await context.inTask { _ in
                    try await Task.sleep(for: .milliseconds(200))
                    return "Done for \(answer.content["name"]?.stringValue ?? "nobody")"
                }
            }),
    ]

    struct Greeting: JSONStructure {
        @Field("Whom to greet.") var name: String
    }

    struct Computation: JSONStructure {
        @Field("For how long.", ["minimum": 0, "maximum": 60]) var seconds: Double
        @Field("What to call it.") var label = "result"
    }

    struct File: JSONStructure {
        @Field("Which file.") var filename: String
    }
}
