/// Hints about a resource or a piece of content, for clients that show or choose.
public struct Annotations: Sendable, Hashable {
    /// For whom it is meant; empty says nothing.
    public var audience: [Role]
    /// How important it is, from 0 to 1; nil says nothing.
    public var priority: Double?
    /// When it last changed, in the form of ISO 8601; known from 2025-06-18 on.
    public var lastModified: String?

    /// Hints; all absent by default.
    public init(audience: [Role] = [], priority: Double? = nil, lastModified: String? = nil) {
        self.audience = audience
        self.priority = priority
        self.lastModified = lastModified
    }

    /// The object as this revision writes it.
    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        var object = JSONObject()
        if !audience.isEmpty { object["audience"] = .array(audience.map { .string($0.rawValue) }) }
        object["priority"] = priority.flatMap(JSONNumber.init).map { .number($0) }
        if version.hasStructuredResults { object["lastModified"] = lastModified.map { .string($0) } }
        return .object(object)
    }
}
