/// What `tools/list` says of a tool.
public struct ToolDefinition: Sendable, Hashable {
    /// 1 to 64 ASCII letters, digits, `_`, `-` or `.`.
    public var name: String
    /// The name for people; known from 2025-06-18 on.
    public var title: String?
    /// What the tool does, for the model that is to call it.
    public var description: String
    /// A JSON Schema (2020-12) of the arguments, with `"type": "object"`. Arguments that do not fit never reach the tool.
    ///
    /// Top-level properties must be given as objects (`{}`, not `true`): the schemas of the legacy revisions ask for it.
    /// A property with `x-mcp-header` is mirrored into an HTTP header by modern clients.
    public var inputSchema: JSONValue
    /// A JSON Schema of ``CallToolResult/structuredContent``; known from 2025-06-18 on.
    public var outputSchema: JSONValue?
    /// Hints for clients.
    public var annotations: ToolAnnotations?
    /// Pictures of it; known from 2025-11-25 on.
    public var icons: [Icon]
    /// Whether a call may go on as a task, or must; see ``RequestContext/inTask(timeToLive:_:)``.
    public var taskSupport: TaskSupport

    /// A definition; ``MCPServer`` checks it.
    public init(
        name: String, title: String? = nil, description: String, inputSchema: JSONValue,
        outputSchema: JSONValue? = nil, annotations: ToolAnnotations? = nil, icons: [Icon] = [],
        taskSupport: TaskSupport = .forbidden
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.annotations = annotations
        self.icons = icons
        self.taskSupport = taskSupport
    }

    /// The object as this revision writes it: without what the revision does not know.
    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        var object: JSONObject = ["name": .string(name)]
        if version.hasStructuredResults { object["title"] = title.map { .string($0) } }
        object["description"] = .string(description)
        object["inputSchema"] = inputSchema
        if let outputSchema, hasUsableOutputSchema(for: version) { object["outputSchema"] = outputSchema }
        object["annotations"] = annotations?.jsonValue
        object["icons"] = Icon.jsonValue(icons, for: version)
        return .object(object)
    }

    /// Whether the output schema is one that this revision allows.
    private func hasUsableOutputSchema(for version: ProtocolVersion) -> Bool {
        version.hasAnyStructuredValue
            || version.hasStructuredResults && outputSchema?["type"]?.stringValue == "object"
    }
}
