public import MCP
import Synchronization

/// The schema that the MCP specification publishes for a protocol revision, for checking what a server sends.
///
/// Read from `mcp-schema/REVISION/schema.json` in ``SharedData``.
public final class MCPSchema: Sendable {
    /// The revisions that have a schema, oldest first.
    public static let revisions = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]

    private static let loaded = Mutex<[String: MCPSchema]>([:])

    let revision: String
    private let document: JSONValue
    private let definitions: JSONObject
    private let definitionsKey: String
    private let compiled = Mutex<[String: JSONSchema]>([:])

    private init(revision: String) throws {
        self.revision = revision
        document = try JSONValue(parsing: SharedData.bytes(of: "mcp-schema/\(revision)/schema.json"))
        definitionsKey = document["$defs"] == nil ? "definitions" : "$defs"
        guard let definitions = document[definitionsKey]?.objectValue else {
            throw SharedDataError(message: "the schema of \(revision) has no definitions")
        }
        self.definitions = definitions
    }

    /// The schema of a revision.
    public static func of(_ revision: String) throws -> MCPSchema {
        try loaded.withLock { loaded in
            if let known = loaded[revision] { return known }
            let schema = try MCPSchema(revision: revision)
            loaded[revision] = schema
            return schema
        }
    }

    /// What is wrong with a value as an instance of one of the revision's definitions, such as `CallToolResult`.
    public static func validate(
        _ value: JSONValue, as definition: String, revision: String
    ) throws -> [JSONSchema.Violation] {
        try of(revision).validate(value, as: definition)
    }

    /// Whether the revision has a definition of this name.
    func defines(_ name: String) -> Bool { definitions.contains(key: name) }

    /// The schema of a definition.
    func definition(_ name: String) -> JSONValue? { definitions[name] }

    /// The definitions in the schema's order.
    var definitionNames: [String] { definitions.keys }

    func validate(_ value: JSONValue, as definition: String) throws -> [JSONSchema.Violation] {
        let schema = try compiled.withLock { compiled in
            if let known = compiled[definition] { return known }
            guard defines(definition) else {
                throw SharedDataError(message: "revision \(revision) has no definition \(definition)")
            }
            let uri = "mcp://schema/\(revision)"
            let schema = try JSONSchema(
                ["$ref": .string("\(uri)#/\(definitionsKey)/\(definition)")], documents: [uri: document])
            compiled[definition] = schema
            return schema
        }
        return schema.validate(value)
    }
}
