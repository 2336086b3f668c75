/// What reading a resource brings: a text or bytes, each with its address.
public struct ResourceContents: Sendable, Hashable {
    /// What is in it.
    public enum Body: Sendable, Hashable {
        /// Text.
        case text(String)
        /// Bytes in base64.
        case base64(String)
    }

    /// The address; a part of what was asked for may have one of its own.
    public var uri: String
    /// The media type.
    public var mimeType: String?
    /// What is in it.
    public var body: Body

    /// Text.
    public init(uri: String, text: String, mimeType: String? = "text/plain") {
        self.uri = uri
        self.mimeType = mimeType
        body = .text(text)
    }

    /// Bytes in base64.
    public init(uri: String, base64: String, mimeType: String? = nil) {
        self.uri = uri
        self.mimeType = mimeType
        body = .base64(base64)
    }

    /// The object, the same in every revision.
    var jsonValue: JSONValue {
        var object: JSONObject = ["uri": .string(uri)]
        object["mimeType"] = mimeType.map { .string($0) }
        switch body {
        case .text(let text): object["text"] = .string(text)
        case .base64(let data): object["blob"] = .string(data)
        }
        return .object(object)
    }
}
