/// Something that clients can read (server features, resources).
public struct Resource: Sendable {
    /// Where it is; the key by which it is read.
    public var uri: String
    /// The name for programs.
    public var name: String
    /// The name for people; known from 2025-06-18 on.
    public var title: String?
    /// What it is, for models.
    public var description: String?
    /// The media type.
    public var mimeType: String?
    /// The number of its bytes.
    public var size: Int?
    /// Hints for clients.
    public var annotations: Annotations?
    /// Pictures of it; known from 2025-11-25 on.
    public var icons: [Icon]
    /// How long what was read may be kept.
    public var cacheHint: CacheHint
    let read: @Sendable (RequestContext) async throws -> [ResourceContents]

    /// A resource.
    ///
    /// - Parameters:
    ///   - uri: See ``uri``.
    ///   - name: See ``name``.
    ///   - title: See ``title``.
    ///   - description: See ``description``.
    ///   - mimeType: See ``mimeType``.
    ///   - size: See ``size``.
    ///   - annotations: See ``annotations``.
    ///   - icons: See ``icons``.
    ///   - cacheHint: See ``cacheHint``; not at all by default.
    ///   - read: Reads it. What it throws becomes an error response: a ``JSONRPCError`` as it is, anything else without
    ///     details.
    public init(
        _ uri: String, name: String, title: String? = nil, description: String? = nil, mimeType: String? = nil,
        size: Int? = nil, annotations: Annotations? = nil, icons: [Icon] = [], cacheHint: CacheHint = .none,
        read: @escaping @Sendable (RequestContext) async throws -> [ResourceContents]
    ) {
        self.uri = uri
        self.name = name
        self.title = title
        self.description = description
        self.mimeType = mimeType
        self.size = size
        self.annotations = annotations
        self.icons = icons
        self.cacheHint = cacheHint
        self.read = read
    }

    /// The object as this revision writes it.
    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        var object: JSONObject = ["uri": .string(uri), "name": .string(name)]
        if version.hasStructuredResults { object["title"] = title.map { .string($0) } }
        object["description"] = description.map { .string($0) }
        object["mimeType"] = mimeType.map { .string($0) }
        object["size"] = size.map { JSONValue($0) }
        object["annotations"] = annotations?.jsonValue(for: version)
        object["icons"] = Icon.jsonValue(icons, for: version)
        return .object(object)
    }
}
