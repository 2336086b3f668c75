/// A picture for a tool, a resource, a prompt or an implementation; known from 2025-11-25 on.
public struct Icon: Sendable, Hashable {
    /// The background that an icon is made for.
    public enum Theme: String, Sendable, Hashable {
        /// A light one.
        case light
        /// A dark one.
        case dark
    }

    /// An `https:` or `data:` URI.
    public var source: String
    /// The media type, where the URI does not tell.
    public var mimeType: String?
    /// The sizes that it is good for, such as `48x48` or `any`.
    public var sizes: [String]
    /// The background that it is made for; nil for any.
    public var theme: Theme?

    /// An icon.
    public init(_ source: String, mimeType: String? = nil, sizes: [String] = [], theme: Theme? = nil) {
        self.source = source
        self.mimeType = mimeType
        self.sizes = sizes
        self.theme = theme
    }

    var jsonValue: JSONValue {
        var object: JSONObject = ["src": .string(source)]
        object["mimeType"] = mimeType.map { .string($0) }
        if !sizes.isEmpty { object["sizes"] = .array(sizes.map { .string($0) }) }
        object["theme"] = theme.map { .string($0.rawValue) }
        return .object(object)
    }

    /// The member `icons`, where this revision knows it and there are some.
    static func jsonValue(_ icons: [Icon], for version: ProtocolVersion) -> JSONValue? {
        icons.isEmpty || !version.hasIcons ? nil : .array(icons.map(\.jsonValue))
    }
}
