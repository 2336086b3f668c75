/// Phrases for a reader, usually a language model, who is to correct a value. All are bounded in length.
enum SchemaMessage {
    private static let maximumExcerpt = 80
    private static let maximumListed = 20

    /// A text of at most 80 characters.
    static func cut(_ text: String, to length: Int = maximumExcerpt) -> String {
        text.utf8.count <= length ? text : String(text.prefix(length)) + "…"
    }

    /// The beginning of a value as JSON text.
    static func excerpt(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): JSONValue.string(cut(text)).description
        case .array(let elements) where elements.count > 8: "an array of \(elements.count) items"
        case .object(let object) where object.count > 8: "an object of \(object.count) properties"
        case .number(let number): cut(number.literal)
        default: cut(value.description)
        }
    }

    /// The type of a value, and the value itself where it is short to say.
    static func phrase(for value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number: "the number \(excerpt(value))"
        case .string: "the string \(excerpt(value))"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// `a, b or c`
    static func list(_ phrases: [String]) -> String {
        var listed = Array(phrases.prefix(maximumListed))
        if phrases.count > listed.count { return listed.joined(separator: ", ") + " or \(phrases.count - 20) others" }
        guard let last = listed.popLast() else { return "nothing" }
        return listed.isEmpty ? last : listed.joined(separator: ", ") + " or " + last
    }

    /// The values as JSON texts: `"a", "b" or "c"`
    static func list(_ values: [JSONValue]) -> String {
        list(values.prefix(maximumListed + 1).map(excerpt) + Array(repeating: "", count: max(0, values.count - 21)))
    }

    static func missing(_ keys: [String]) -> String {
        let names = keys.prefix(maximumListed).map { excerpt(.string($0)) }.joined(separator: ", ")
        let rest = keys.count > maximumListed ? " and \(keys.count - maximumListed) more" : ""
        return keys.count == 1
            ? "lacks the required property \(names); add it" : "lacks the required properties \(names)\(rest); add them"
    }

    static func unknownProperty(_ key: String, allowed: [String]) -> String {
        allowed.isEmpty
            ? "is not an allowed property; remove it"
            : "is not an allowed property; remove it or use \(list(allowed.prefix(100).map { JSONValue.string($0) }))"
    }
}
