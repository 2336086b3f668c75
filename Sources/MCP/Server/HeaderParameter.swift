/// An argument that modern clients mirror into an HTTP header (2026-07-28, Streamable HTTP, custom headers).
struct HeaderParameter: Sendable, Hashable {
    /// What follows `Mcp-Param-` in the header's name, in lower case.
    var name: String
    /// The keys that lead to the argument.
    var path: [String]

    /// How deep annotations are looked for; schemas are written by the server's author.
    private static let maximumDepth = 16

    /// The annotated properties of an input schema.
    ///
    /// - Throws: The reason why an annotation breaks the rules of the specification.
    static func all(in schema: JSONValue, tool: String) throws(FeatureDefinitionError) -> [HeaderParameter] {
        var found: [HeaderParameter] = []
        try collect(schema, path: [], tool: tool, into: &found)
        if Set(found.map(\.name)).count < found.count {
            throw FeatureDefinitionError(tool: tool, reason: "two properties have the same x-mcp-header")
        }
        return found
    }

    private static func collect(
        _ schema: JSONValue, path: [String], tool: String, into found: inout [HeaderParameter]
    ) throws(FeatureDefinitionError) {
        guard path.count < maximumDepth, let properties = schema["properties"]?.objectValue else { return }
        for (key, property) in properties {
            let path = path + [key]
            if let annotation = property["x-mcp-header"] {
                guard let name = annotation.stringValue, isToken(name) else {
                    throw FeatureDefinitionError(tool: tool, reason: "x-mcp-header of \(key) is no field name")
                }
                guard ["string", "integer", "boolean"].contains(property["type"]?.stringValue) else {
                    throw FeatureDefinitionError(
                        tool: tool, reason: "x-mcp-header of \(key) needs the type string, integer or boolean")
                }
                found.append(HeaderParameter(name: name.lowercased(), path: path))
            }
            try collect(property, path: path, tool: tool, into: &found)
        }
    }

    /// Whether a text is a token of RFC 9110 section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        let marks = Array("!#$%&'*+-.^_`|~".utf8)
        return !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: marks.contains(byte)
                }
            }
    }

    /// The argument that the header mirrors; nil where it is absent or null.
    func value(in arguments: JSONObject) -> JSONValue? {
        var value: JSONValue? = .object(arguments)
        for key in path { value = value?[key] }
        guard let value, !value.isNull else { return nil }
        return value
    }
}
