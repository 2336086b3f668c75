import MCP

/// Prompts.
enum PromptFixtures {
    static let all: [ServerFeature] = [
        .prompt(
            Prompt("test_simple_prompt", "Has no arguments.") { _, _ in
                [.user("This is a simple prompt for testing.")]
            }),
        .prompt(
            Prompt(
                "test_prompt_with_arguments", "Has two arguments.",
                arguments: [
                    PromptArgument("arg1", "The first.", isRequired: true) { request, _ in
                        ["test1", "test2", "other"].filter { $0.hasPrefix(request.value) }
                    },
                    PromptArgument("arg2", "The second.", isRequired: true),
                ]
            ) { arguments, _ in
                [.user("Prompt with arguments: arg1='\(arguments["arg1"] ?? "")', arg2='\(arguments["arg2"] ?? "")'")]
            }),
        .prompt(
            Prompt(
                "test_prompt_with_embedded_resource", "Has a resource in it.",
                arguments: [PromptArgument("resourceUri", "Its URI.", isRequired: true)]
            ) { arguments, _ in
                [
                    PromptMessage(
                        .user,
                        .textResource(
                            uri: arguments["resourceUri"] ?? "", text: "Embedded resource content for testing.",
                            mimeType: "text/plain")),
                    .user("Please process the embedded resource above."),
                ]
            }),
        .prompt(
            Prompt("test_prompt_with_image", "Has an image in it.") { _, _ in
                [
                    PromptMessage(.user, .image(base64: Samples.png, mimeType: "image/png")),
                    .user("Please analyze the image above."),
                ]
            }),
        .prompt(
            Prompt("test_input_required_result_prompt", "Asks for context.") { _, context in
                let answer = try await context.ask(
                    Elicitation(
                        "What context should the prompt use?",
                        requestedSchema: [
                            "type": "object", "properties": ["context": ["type": "string"]], "required": ["context"],
                        ], key: "user_context"))
                return [.user("Context: \(answer.content["context"]?.stringValue ?? "")")]
            }),
    ]
}
