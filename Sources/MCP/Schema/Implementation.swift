/// The name and version of a client or server, as it introduces itself.
public struct Implementation: Sendable, Hashable {
    /// The name for programs.
    public var name: String
    /// The version, in whatever form.
    public var version: String
    /// The name for people; known from 2025-06-18 on.
    public var title: String?
    /// What it is, in a sentence; known from 2025-11-25 on.
    public var description: String?
    /// Its home page; known from 2025-11-25 on.
    public var websiteURL: String?
    /// Pictures of it; known from 2025-11-25 on.
    public var icons: [Icon]

    /// An implementation.
    public init(
        name: String, version: String, title: String? = nil, description: String? = nil, websiteURL: String? = nil,
        icons: [Icon] = []
    ) {
        self.name = name
        self.version = version
        self.title = title
        self.description = description
        self.websiteURL = websiteURL
        self.icons = icons
    }

    /// The object as this revision writes it.
    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        var object: JSONObject = ["name": .string(name), "version": .string(self.version)]
        if version.hasStructuredResults { object["title"] = title.map { .string($0) } }
        if version.hasIcons {
            object["description"] = description.map { .string($0) }
            object["websiteUrl"] = websiteURL.map { .string($0) }
            object["icons"] = Icon.jsonValue(icons, for: version)
        }
        return .object(object)
    }

    /// Whether a value has what every revision demands of an implementation: name and version, both strings.
    static func isValid(_ value: JSONValue) -> Bool {
        value["name"]?.stringValue != nil && value["version"]?.stringValue != nil
    }
}
