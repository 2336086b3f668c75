/// A text with gaps that a person chooses to begin or continue a conversation with (server features, prompts).
public struct Prompt: Sendable {
    /// The name for programs.
    public var name: String
    /// The name for people; known from 2025-06-18 on.
    public var title: String?
    /// What it is for.
    public var description: String?
    /// Its gaps, in the order in which a person fills them.
    public var arguments: [PromptArgument]
    /// Pictures of it; known from 2025-11-25 on.
    public var icons: [Icon]
    let messages: @Sendable ([String: String], RequestContext) async throws -> [PromptMessage]

    /// A prompt.
    ///
    /// - Parameters:
    ///   - name: See ``name``.
    ///   - description: See ``description``.
    ///   - title: See ``title``.
    ///   - arguments: See ``arguments``.
    ///   - icons: See ``icons``.
    ///   - messages: Makes the messages of the arguments, of which the required ones are there. What it throws becomes an
    ///     error response: a ``JSONRPCError`` as it is, anything else without details.
    public init(
        _ name: String, _ description: String? = nil, title: String? = nil, arguments: [PromptArgument] = [],
        icons: [Icon] = [],
        messages: @escaping @Sendable ([String: String], RequestContext) async throws -> [PromptMessage]
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.arguments = arguments
        self.icons = icons
        self.messages = messages
    }

    /// The object as this revision writes it.
    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        var object: JSONObject = ["name": .string(name)]
        if version.hasStructuredResults { object["title"] = title.map { .string($0) } }
        object["description"] = description.map { .string($0) }
        if !arguments.isEmpty { object["arguments"] = .array(arguments.map { $0.jsonValue(for: version) }) }
        object["icons"] = Icon.jsonValue(icons, for: version)
        return .object(object)
    }
}

/// A gap of a ``Prompt``.
public struct PromptArgument: Sendable {
    /// Gives values that begin with what was typed so far.
    public typealias Completer = @Sendable (CompletionRequest, RequestContext) async throws -> [String]

    /// The name for programs.
    public var name: String
    /// The name for people; known from 2025-06-18 on.
    public var title: String?
    /// What belongs into it.
    public var description: String?
    /// Whether it must be filled.
    public var isRequired: Bool
    let completer: Completer?

    /// A gap; with a completer its values can be suggested.
    public init(
        _ name: String, _ description: String? = nil, title: String? = nil, isRequired: Bool = false,
        completer: Completer? = nil
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.isRequired = isRequired
        self.completer = completer
    }

    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        var object: JSONObject = ["name": .string(name)]
        if version.hasStructuredResults { object["title"] = title.map { .string($0) } }
        object["description"] = description.map { .string($0) }
        object["required"] = .bool(isRequired)
        return .object(object)
    }
}
