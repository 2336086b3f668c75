/// The name and version of a client or server, as it introduces itself.
public struct Implementation: Sendable, Hashable {
    /// The name for programs.
    public var name: String
    /// The version, in whatever form.
    public var version: String
    /// The name for people; known from 2025-06-18 on.
    public var title: String?

    /// An implementation.
    public init(name: String, version: String, title: String? = nil) {
        self.name = name
        self.version = version
        self.title = title
    }

    /// The object as this revision writes it.
    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        var object: JSONObject = ["name": .string(name), "version": .string(self.version)]
        if version.hasStructuredResults { object["title"] = title.map { .string($0) } }
        return .object(object)
    }

    /// Whether a value has what every revision demands of an implementation: name and version, both strings.
    static func isValid(_ value: JSONValue) -> Bool {
        value["name"]?.stringValue != nil && value["version"]?.stringValue != nil
    }
}
