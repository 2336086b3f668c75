/// The tools of a server in their fixed order, checked once when the server is made.
struct ToolRegistry: Sendable {
    /// A tool with what was derived from its definition.
    struct Entry: Sendable {
        let tool: any ToolProtocol
        let definition: ToolDefinition
        let input: JSONSchema
        let output: JSONSchema?
        let headers: [HeaderParameter]
    }

    /// In the order of registration.
    let entries: [Entry]
    private let positions: [ByteExactString: Int]

    /// Checks and keeps the tools.
    init(_ tools: [any ToolProtocol]) throws(FeatureDefinitionError) {
        var entries: [Entry] = []
        var positions: [ByteExactString: Int] = [:]
        for tool in tools {
            let entry = try Entry(tool)
            let name = entry.definition.name
            guard positions.updateValue(entries.count, forKey: ByteExactString(name)) == nil else {
                throw FeatureDefinitionError(tool: name, reason: "there are two tools of this name")
            }
            entries.append(entry)
        }
        self.entries = entries
        self.positions = positions
    }

    /// The tool of this name.
    subscript(name: String) -> Entry? {
        positions[ByteExactString(name)].map { entries[$0] }
    }
}

extension ToolRegistry.Entry {
    private static let maximumNameLength = 64

    init(_ tool: any ToolProtocol) throws(FeatureDefinitionError) {
        let definition = tool.definition
        let name = definition.name
        guard (1...Self.maximumNameLength).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameCharacter) else {
            throw FeatureDefinitionError(tool: name, reason: "a name has 1 to 64 letters, digits, _, - or .")
        }
        guard definition.inputSchema["type"]?.stringValue == "object" else {
            throw FeatureDefinitionError(tool: name, reason: "the input schema must have the type object")
        }
        for schema in [definition.inputSchema, definition.outputSchema ?? [:]] {
            guard schema["properties"]?.objectValue?.values.allSatisfy({ $0.objectValue != nil }) ?? true else {
                throw FeatureDefinitionError(tool: name, reason: "the schemas of properties must be objects")
            }
        }
        do throws(JSONSchemaError) {
            input = try JSONSchema(definition.inputSchema)
            if let schema = definition.outputSchema { output = try JSONSchema(schema) } else { output = nil }
        } catch {
            throw FeatureDefinitionError(tool: name, reason: "\(error)")
        }
        self.tool = tool
        self.definition = definition
        headers = try HeaderParameter.all(in: definition.inputSchema, tool: name)
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
