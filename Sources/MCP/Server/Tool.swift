/// A ``TypedTool`` made of a closure.
public struct Tool<Input: JSONStructure, Output: ToolOutput>: TypedTool {
    /// See ``ToolDefinition/name``.
    public let name: String
    /// See ``ToolDefinition/title``.
    public let title: String?
    /// See ``ToolDefinition/description``.
    public let description: String
    /// See ``ToolDefinition/annotations``.
    public let annotations: ToolAnnotations?
    /// See ``ToolDefinition/icons``.
    public let icons: [Icon]
    /// See ``ToolDefinition/taskSupport``.
    public let taskSupport: TaskSupport
    private let body: @Sendable (Input, RequestContext) async throws -> Output

    /// A tool.
    ///
    /// - Parameters:
    ///   - name: See ``ToolDefinition/name``.
    ///   - description: See ``ToolDefinition/description``.
    ///   - title: See ``ToolDefinition/title``.
    ///   - annotations: See ``ToolDefinition/annotations``.
    ///   - icons: See ``ToolDefinition/icons``.
    ///   - taskSupport: See ``ToolDefinition/taskSupport``.
    ///   - input: The type of the arguments.
    ///   - body: Serves one call; see ``ToolProtocol/call(_:context:)``.
    public init(
        _ name: String, _ description: String, title: String? = nil, annotations: ToolAnnotations? = nil,
        icons: [Icon] = [], taskSupport: TaskSupport = .forbidden, input: Input.Type = Input.self,
        _ body: @escaping @Sendable (Input, RequestContext) async throws -> Output
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.annotations = annotations
        self.icons = icons
        self.taskSupport = taskSupport
        self.body = body
    }

    /// Serves one call.
    public func call(_ input: Input, context: RequestContext) async throws -> Output {
        try await body(input, context)
    }
}

extension Tool where Input == NoArguments {
    /// A tool without arguments; see ``init(_:_:title:annotations:icons:taskSupport:input:_:)``.
    public init(
        _ name: String, _ description: String, title: String? = nil, annotations: ToolAnnotations? = nil,
        icons: [Icon] = [], taskSupport: TaskSupport = .forbidden,
        _ body: @escaping @Sendable (RequestContext) async throws -> Output
    ) {
        self.init(
            name, description, title: title, annotations: annotations, icons: icons, taskSupport: taskSupport,
            input: NoArguments.self
        ) { _, context in try await body(context) }
    }
}
