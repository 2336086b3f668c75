/// Hints for clients about what a tool does; a hint that is nil is not sent.
public struct ToolAnnotations: Sendable, Hashable {
    /// The tool's name for people, for revisions and clients that do not know ``ToolDefinition/title``.
    public var title: String?
    /// Whether the tool changes nothing.
    public var readOnlyHint: Bool?
    /// Whether the tool may destroy or overwrite something.
    public var destructiveHint: Bool?
    /// Whether calling it again with the same arguments changes nothing further.
    public var idempotentHint: Bool?
    /// Whether the tool reaches things outside the server's own domain.
    public var openWorldHint: Bool?

    /// Hints; all absent by default.
    public init(
        title: String? = nil, readOnlyHint: Bool? = nil, destructiveHint: Bool? = nil, idempotentHint: Bool? = nil,
        openWorldHint: Bool? = nil
    ) {
        self.title = title
        self.readOnlyHint = readOnlyHint
        self.destructiveHint = destructiveHint
        self.idempotentHint = idempotentHint
        self.openWorldHint = openWorldHint
    }

    /// The object, the same in every revision.
    var jsonValue: JSONValue {
        var object = JSONObject()
        object["title"] = title.map { .string($0) }
        object["readOnlyHint"] = readOnlyHint.map { .bool($0) }
        object["destructiveHint"] = destructiveHint.map { .bool($0) }
        object["idempotentHint"] = idempotentHint.map { .bool($0) }
        object["openWorldHint"] = openWorldHint.map { .bool($0) }
        return .object(object)
    }
}
