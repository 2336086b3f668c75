/// A tool, resource, template or prompt, as ``ServerBuilder`` collects them.
public enum ServerFeature: Sendable {
    /// A tool.
    case tool(any ToolProtocol)
    /// A resource.
    case resource(Resource)
    /// Resources of a common form.
    case template(ResourceTemplate)
    /// A prompt.
    case prompt(Prompt)
}

/// Collects what a server offers, in the order in which it is listed.
@resultBuilder
public enum ServerBuilder {
    /// A tool.
    public static func buildExpression(_ tool: any ToolProtocol) -> [ServerFeature] { [.tool(tool)] }
    /// A resource.
    public static func buildExpression(_ resource: Resource) -> [ServerFeature] { [.resource(resource)] }
    /// Resources of a common form.
    public static func buildExpression(_ template: ResourceTemplate) -> [ServerFeature] { [.template(template)] }
    /// A prompt.
    public static func buildExpression(_ prompt: Prompt) -> [ServerFeature] { [.prompt(prompt)] }
    /// Several of any kind.
    public static func buildExpression(_ features: [ServerFeature]) -> [ServerFeature] { features }
    /// One after the other.
    public static func buildBlock(_ features: [ServerFeature]...) -> [ServerFeature] { features.flatMap { $0 } }
    /// What a condition allows.
    public static func buildOptional(_ features: [ServerFeature]?) -> [ServerFeature] { features ?? [] }
    /// The first choice.
    public static func buildEither(first features: [ServerFeature]) -> [ServerFeature] { features }
    /// The second choice.
    public static func buildEither(second features: [ServerFeature]) -> [ServerFeature] { features }
    /// What a loop brings.
    public static func buildArray(_ features: [[ServerFeature]]) -> [ServerFeature] { features.flatMap { $0 } }
}
