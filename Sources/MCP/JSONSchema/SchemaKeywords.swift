/// Which keywords hold subschemas.
enum SchemaKeywords {
    private static let single = [
        "additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems", "contains", "propertyNames",
        "not",
        "if", "then", "else", "contentSchema",
    ]
    private static let lists = ["prefixItems", "allOf", "anyOf", "oneOf"]
    private static let maps = ["$defs", "definitions", "properties", "patternProperties", "dependentSchemas"]

    /// The schemas directly inside a schema, with their pointers.
    static func children(of value: JSONValue, at pointer: String) -> [(JSONValue, String)] {
        guard case .object(let schema) = value else { return [] }
        var children: [(JSONValue, String)] = []
        for keyword in single {
            if let child = schema[keyword] { children.append((child, pointer + "/" + keyword)) }
        }
        for keyword in lists {
            for (index, child) in (schema[keyword]?.arrayValue ?? []).enumerated() {
                children.append((child, JSONPointer.appending(index, to: pointer + "/" + keyword)))
            }
        }
        for keyword in maps {
            for (key, child) in schema[keyword]?.objectValue ?? [:] {
                children.append((child, JSONPointer.appending(key, to: pointer + "/" + keyword)))
            }
        }
        return children
    }
}

/// Which vocabularies a schema's dialect has switched on.
struct SchemaVocabularies: Sendable {
    var applicator = true
    var unevaluated = true
    var validation = true

    static let all = SchemaVocabularies()

    private static let prefix = "https://json-schema.org/draft/2020-12/vocab/"
    private static let known: Set<String> = [
        "core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content",
    ]

    private init() {}

    /// The vocabularies that a meta-schema names; all of them when it names none.
    init(metaSchema: JSONValue, at location: String) throws(JSONSchemaError) {
        guard let vocabularies = metaSchema["$vocabulary"]?.objectValue else { return }
        var named: Set<String> = []
        for (uri, isRequired) in vocabularies {
            let name = uri.hasPrefix(Self.prefix) ? String(uri.dropFirst(Self.prefix.count)) : ""
            if Self.known.contains(name) {
                named.insert(name)
            } else if isRequired == true {
                throw JSONSchemaError(
                    .unknownVocabulary, at: location, "the vocabulary \(SchemaMessage.cut(uri)) is not implemented")
            }
        }
        applicator = named.contains("applicator")
        unevaluated = named.contains("unevaluated")
        validation = named.contains("validation")
    }
}
