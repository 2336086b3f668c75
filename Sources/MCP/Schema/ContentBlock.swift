/// A piece of what a tool answers for the model to read or see.
public enum ContentBlock: Sendable, Hashable {
    /// Text.
    case text(String)
    /// An image: its bytes in base64 and its media type.
    case image(base64: String, mimeType: String)
    /// Sound: its bytes in base64 and its media type.
    case audio(base64: String, mimeType: String)
    /// The address of something that can be read; known from 2025-06-18 on, plain text before.
    case resourceLink(uri: String, name: String, description: String? = nil, mimeType: String? = nil)
    /// Text that has an address.
    case textResource(uri: String, text: String, mimeType: String? = nil)
    /// Bytes, in base64, that have an address.
    case blobResource(uri: String, base64: String, mimeType: String? = nil)

    /// The object as this revision writes it.
    func jsonValue(for version: ProtocolVersion) -> JSONValue {
        switch self {
        case .text(let text): return ["type": "text", "text": .string(text)]
        case .image(let data, let type):
            return ["type": "image", "data": .string(data), "mimeType": .string(type)]
        case .audio(let data, let type):
            return ["type": "audio", "data": .string(data), "mimeType": .string(type)]
        case .resourceLink(let uri, let name, let description, let type):
            guard version.hasStructuredResults else { return ["type": "text", "text": .string("\(name): \(uri)")] }
            var object: JSONObject = ["type": "resource_link", "uri": .string(uri), "name": .string(name)]
            object["description"] = description.map { .string($0) }
            object["mimeType"] = type.map { .string($0) }
            return .object(object)
        case .textResource(let uri, let text, let type):
            return Self.resource(["uri": .string(uri), "text": .string(text)], type)
        case .blobResource(let uri, let data, let type):
            return Self.resource(["uri": .string(uri), "blob": .string(data)], type)
        }
    }

    private static func resource(_ contents: JSONObject, _ mimeType: String?) -> JSONValue {
        var contents = contents
        contents["mimeType"] = mimeType.map { .string($0) }
        return ["type": "resource", "resource": .object(contents)]
    }
}
