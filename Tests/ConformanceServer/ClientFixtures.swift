import MCP
import Synchronization

/// Tools that report to the client, ask it, or leave it for a while.
enum ClientFixtures {
    static let all: [ServerFeature] = [
        .tool(
            Tool("test_tool_with_progress", "Reports how far it is.") { context in
                for step in 0...2 {
                    context.reportProgress(Double(step) * 50, of: 100)
                    try await Task.sleep(for: .milliseconds(50))
                }
                return "Progress reported"
            }),
        .tool(
            Tool("test_many_events", "Sends progress and log messages in turn.", input: Counted.self) {
                input, context in
                for number in 1...max(1, input.count) {
                    if number.isMultiple(of: 2) {
                        context.log(.info, JSONValue(number))
                    } else {
                        context.reportProgress(Double(number), of: Double(input.count))
                    }
                    try await Task.sleep(for: .milliseconds(30))
                }
                return "Sent \(input.count)"
            }),
        .tool(
            Tool("test_tool_with_logging", "Sends log messages.") { context in
                context.log(.info, "Tool execution started")
                try await Task.sleep(for: .milliseconds(50))
                context.log(.info, "Tool processing data")
                try await Task.sleep(for: .milliseconds(50))
                context.log(.info, "Tool execution completed")
                return "Logging done"
            }),
        .tool(
            Tool("test_logging_tool", "Sends a log message of each level.") { context in
                for level in LogLevel.allCases { context.log(level, ["level": .string(level.rawValue)]) }
                return "Logging done"
            }),
        .tool(
            Tool("test_sampling", "Asks the client's model.", input: Prompted.self) { input, context in
                "LLM response: \(try await context.sample(input.prompt, maximumTokens: 100).text)"
            }),
        .tool(
            Tool("test_elicitation", "Asks the person.", input: Messaged.self) { input, context in
                let answer = try await context.ask(
                    Elicitation(
                        input.message,
                        requestedSchema: [
                            "type": "object",
                            "properties": [
                                "username": ["type": "string", "description": "The name."],
                                "email": ["type": "string", "description": "The address."],
                            ],
                            "required": ["username", "email"],
                        ]))
                return "User response: action=\(answer.action.rawValue), content=\(answer.content)"
            }),
        .tool(form("test_elicitation_sep1034_defaults", "Please review the defaults", defaults)),
        .tool(form("test_elicitation_sep1330_enums", "Please choose", choices)),
        .tool(form("test_streaming_elicitation", "Please answer", ["answer": ["type": "string"]])),
        .tool(
            Tool("test_url_elicitation", "Asks the person to open a page.") { context in
                let action = try await context.ask(
                    URLElicitation("Please sign in", url: "https://example.com/sign-in", key: "sign_in"))
                return "Page: \(action.rawValue)"
            }),
        .tool(
            Tool("test_list_roots", "Asks for the client's roots.") { context in
                "Roots: \(try await context.roots().map(\.uri).joined(separator: ", "))"
            }),
        .tool(
            Tool("test_reconnection", "Closes the connection before it is done.") { context in
                context.disconnect()
                try await Task.sleep(for: .milliseconds(200))
                return "Reconnection test completed"
            }),
        .tool(
            Tool("test_wait", "Waits until it is cancelled.") { context in
                context.reportProgress(0)
                context.log(.info, "waiting")
                do {
                    try await Task.sleep(for: .seconds(30))
                } catch {
                    cancelled.withLock { $0 += 1 }
                    throw error
                }
                return "Waited"
            }),
        .tool(
            Tool("test_cancelled_calls", "Tells how many calls of test_wait were cancelled.") { _ in
                String(cancelled.withLock { $0 })
            }),
        .tool(
            Tool("test_missing_capability", "Needs a client with a model.") { context in
                try context.requireSupport(for: Sampling("", maximumTokens: 1))
                return "The client has a model"
            }),
    ]

    private static let cancelled = Mutex(0)

    struct Prompted: JSONStructure {
        @Field("What to ask.") var prompt: String
    }

    struct Counted: JSONStructure {
        @Field("How many.") var count: Int
    }

    struct Messaged: JSONStructure {
        @Field("What the person is told.") var message: String
    }

    private static func form(
        _ name: String, _ message: String, _ properties: JSONObject
    ) -> Tool<NoArguments, String> {
        Tool(name, "Asks the person to fill in a form.") { context in
            let schema: JSONObject = ["type": "object", "properties": .object(properties), "required": []]
            let answer = try await context.ask(Elicitation(message, requestedSchema: schema))
            return "Elicitation completed: action=\(answer.action.rawValue), content=\(answer.content)"
        }
    }

    private static let defaults: JSONObject = [
        "name": ["type": "string", "default": "John Doe"],
        "age": ["type": "integer", "default": 30],
        "score": ["type": "number", "default": 95.5],
        "status": ["type": "string", "enum": ["active", "inactive", "pending"], "default": "active"],
        "verified": ["type": "boolean", "default": true],
    ]

    private static let choices: JSONObject = [
        "untitledSingle": ["type": "string", "enum": ["option1", "option2", "option3"]],
        "titledSingle": [
            "type": "string",
            "oneOf": [
                ["const": "value1", "title": "First"], ["const": "value2", "title": "Second"],
                ["const": "value3", "title": "Third"],
            ],
        ],
        "legacyEnum": [
            "type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": ["One", "Two", "Three"],
        ],
        "untitledMulti": ["type": "array", "items": ["type": "string", "enum": ["option1", "option2", "option3"]]],
        "titledMulti": [
            "type": "array",
            "items": [
                "anyOf": [
                    ["const": "value1", "title": "First"], ["const": "value2", "title": "Second"],
                    ["const": "value3", "title": "Third"],
                ]
            ],
        ],
    ]
}
