/// A compiled subschema. Others refer to it by its number in ``SchemaProgram``, as references may form cycles.
struct SchemaNode: Sendable {
    /// The number of the schema resource that it belongs to, for dynamic references.
    let resource: Int
    /// Where it stands, such as `#/$defs/name`.
    let location: String
    /// What a Boolean schema says.
    var isAllowed: Bool?
    /// In the order in which they are evaluated: the unevaluated ones last.
    var keywords: [SchemaKeyword] = []
}

/// A keyword with its subschemas compiled.
enum SchemaKeyword: Sendable {
    case reference(Int)
    case dynamicReference(anchor: ByteExactString?, fallback: Int)
    case assertion(SchemaAssertion)
    case properties(PropertySchemas)
    case propertyNames(Int)
    case dependentSchemas([(key: String, node: Int)])
    case items(prefix: [Int], rest: Int?)
    case contains(Int, minimum: Int, maximum: Int?)
    case allOf([Int])
    case anyOf([Int])
    case oneOf([Int])
    case not(Int)
    case conditional(condition: Int, then: Int?, otherwise: Int?)
    case unevaluatedProperties(Int)
    case unevaluatedItems(Int)

    /// Whether the outcome means nothing once another keyword has failed.
    var dependsOnEvaluation: Bool {
        switch self {
        case .unevaluatedProperties, .unevaluatedItems: true
        default: false
        }
    }
}

/// `properties`, `patternProperties` and `additionalProperties`, of which the last depends on the others.
struct PropertySchemas: Sendable {
    var named: [ByteExactString: Int] = [:]
    /// The names in the schema's order, for messages.
    var names: [String] = []
    var patterns: [(pattern: Pattern, node: Int)] = []
    var additional: Int?
}

/// A compiled schema: what evaluation needs, and nothing that changes.
struct SchemaProgram: Sendable {
    var nodes: [SchemaNode] = []
    var root = 0
    /// For each name of a dynamic anchor in use: the resources that define it, with the node.
    var dynamicAnchors: [ByteExactString: [Int: Int]] = [:]
    /// Whether `unevaluatedProperties` or `unevaluatedItems` occur, so that evaluation must be recorded.
    var tracksEvaluation = false
}
