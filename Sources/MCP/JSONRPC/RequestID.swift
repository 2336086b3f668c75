/// The id of a JSON-RPC request: a string or an integer, given back exactly as it came.
public enum RequestID: Sendable {
    /// A string.
    case string(String)
    /// An integer of any size; its literal is kept.
    case integer(JSONNumber)

    /// The longest id that is taken, in bytes; every reply repeats it.
    static let maximumBytes = 1024

    /// The id that a JSON value stands for; nil for anything but a string or an integer of at most 1024 bytes.
    ///
    /// MCP, unlike JSON-RPC, has no null ids, and none with a fraction.
    public init?(_ value: JSONValue) {
        switch value {
        case .string(let text) where text.utf8.count <= Self.maximumBytes: self = .string(text)
        case .number(let number) where number.literal.utf8.count <= Self.maximumBytes && number.isInteger:
            self = .integer(number)
        default: return nil
        }
    }

    /// An integer id.
    public init(_ value: some FixedWidthInteger) { self = .integer(JSONNumber(value)) }

    /// The id as it stands in a message.
    public var jsonValue: JSONValue {
        switch self {
        case .string(let text): .string(text)
        case .integer(let number): .number(number)
        }
    }
}

extension RequestID: Hashable {
    /// Whether both are the same JSON value.
    public static func == (left: RequestID, right: RequestID) -> Bool { left.jsonValue == right.jsonValue }

    /// Hashes the JSON value.
    public func hash(into hasher: inout Hasher) { hasher.combine(jsonValue) }
}
