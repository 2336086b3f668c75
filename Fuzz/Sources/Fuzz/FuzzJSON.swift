import MCP

enum FuzzJSON {
    static func run(_ bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: bytes) else { return }
        guard let again = try? JSONValue(parsing: value.serialized()) else {
            fatalError("what was written cannot be read")
        }
        precondition(again == value, "a value is not what was written of it")
    }
}
