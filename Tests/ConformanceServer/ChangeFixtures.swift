import MCP

/// Tools that change what the server offers, or say that a resource changed.
enum ChangeFixtures {
    static let all: [ServerFeature] = [
        .tool(
            Tool("test_trigger_tool_change", "Adds a tool, or removes it.") { context in
                try context.server?.changeTools { tools in
                    let count = tools.count
                    tools.removeAll { $0.definition.name == added }
                    if tools.count == count { tools.append(Tool(added, "Comes and goes.") { _ in "here" }) }
                }
                return "Tools changed"
            }),
        .tool(
            Tool("test_trigger_prompt_change", "Adds a prompt, or removes it.") { context in
                try context.server?.changePrompts { prompts in
                    let count = prompts.count
                    prompts.removeAll { $0.name == added }
                    if prompts.count == count {
                        prompts.append(Prompt(added, "Comes and goes.") { _, _ in [.user("here")] })
                    }
                }
                return "Prompts changed"
            }),
        .tool(
            Tool("test_trigger_resource_update", "Says that the watched resource changed.") { context in
                context.server?.resourceChanged(ResourceFixtures.watched)
                return "Resource changed"
            }),
    ]

    private static let added = "test_dynamic"
}
