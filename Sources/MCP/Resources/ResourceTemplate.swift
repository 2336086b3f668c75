/// Any number of resources whose URIs have a common form (server features, resource templates).
public struct ResourceTemplate: Sendable {
    /// Gives values for a variable that begin with what was typed so far.
    public typealias Completer = @Sendable (CompletionRequest, RequestContext) async throws -> [String]

    /// The form of their URIs.
    public var uriTemplate: URITemplate
    /// The name for programs.
    public var name: String
    /// The name for people; known from 2025-06-18 on.
    public var title: String?
    /// What they are, for models.
    public var description: String?
    /// The media type, where all have the same.
    public var mimeType: String?
    /// Hints for clients.
    public var annotations: Annotations?
    /// Pictures of them; known from 2025-11-25 on.
    public var icons: [Icon]
    /// How long what was read may be kept.
    public var cacheHint: CacheHint
    let completers: [String: Completer]
    let read: @Sendable (String, [String: String], RequestContext) async throws -> [ResourceContents]

    /// A template.
    ///
    /// - Parameters:
    ///   - uriTemplate: The form of the URIs, by RFC 6570.
    ///   - name: See ``name``.
    ///   - title: See ``title``.
    ///   - description: See ``description``.
    ///   - mimeType: See ``mimeType``.
    ///   - annotations: See ``annotations``.
    ///   - icons: See ``icons``.
    ///   - cacheHint: See ``cacheHint``; not at all by default.
    ///   - completers: For variables whose values can be suggested.
    ///   - read: Reads the resource of a URI, with the variables' values. ``JSONRPCError/resourceNotFound(_:_:)`` says that
    ///     there is none.
    /// - Throws: ``URITemplate/Malformed``
    public init(
        _ uriTemplate: String, name: String, title: String? = nil, description: String? = nil,
        mimeType: String? = nil, annotations: Annotations? = nil, icons: [Icon] = [], cacheHint: CacheHint = .none,
        completers: [String: Completer] = [:],
        read: @escaping @Sendable (String, [String: String], RequestContext) async throws -> [ResourceContents]
    ) throws(URITemplate.Malformed) {
        self.uriTemplate = try URITemplate(uriTemplate)
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
        self.annotations = annotations
        self.icons = icons
        self.cacheHint = cacheHint
        self.completers = completers
        self.read = read
    }

    /// The object as this revision writes it.
    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        var object: JSONObject = ["uriTemplate": .string(uriTemplate.text), "name": .string(name)]
        if version.hasStructuredResults { object["title"] = title.map { .string($0) } }
        object["description"] = description.map { .string($0) }
        object["mimeType"] = mimeType.map { .string($0) }
        object["annotations"] = annotations?.jsonValue(for: version)
        object["icons"] = Icon.jsonValue(icons, for: version)
        return .object(object)
    }
}
