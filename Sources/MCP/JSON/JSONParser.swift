/// Reads one JSON text (RFC 8259), strictly and without recursion.
///
/// Finished values wait on one stack until the array or object around them closes, so that nothing is copied on the way
/// and the depth costs no stack.
struct JSONParser {
    private struct Container {
        let isObject: Bool
        let firstValue: Int
        let firstKey: Int
    }

    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var position = 0
    private var open: [Container] = []
    private var values: [JSONValue] = []
    private var keys: [String] = []

    init(_ bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func parse() throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.maximumBytes else { throw JSONError(.tooLarge, at: limits.maximumBytes) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw JSONError(.byteOrderMark, at: 0) }
        var value = try parseValue()
        while true {
            if let complete = value {
                guard let container = open.last else {
                    skipWhitespace()
                    guard position == bytes.count else { throw JSONError(.trailingContent, at: position) }
                    return complete
                }
                values.append(complete)
                value = try parseSeparator(in: container)
            } else {
                value = try parseValue()
            }
        }
    }

    /// A scalar or an empty container, or nil when a container was opened whose first value comes next.
    private mutating func parseValue() throws(JSONError) -> JSONValue? {
        skipWhitespace()
        let byte = try peek()
        switch byte {
        case UInt8(ascii: "["): return try parseOpening(isObject: false, closing: UInt8(ascii: "]"))
        case UInt8(ascii: "{"): return try parseOpening(isObject: true, closing: UInt8(ascii: "}"))
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parse("true", as: .bool(true))
        case UInt8(ascii: "f"): return try parse("false", as: .bool(false))
        case UInt8(ascii: "n"): return try parse("null", as: .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard let end = JSONNumberGrammar.end(in: bytes, from: position) else {
                throw JSONError(.invalidNumber, at: position)
            }
            defer { position = end }
            return .number(JSONNumber(checked: String(decoding: bytes[position..<end], as: UTF8.self)))
        default: throw JSONError(.unexpectedByte(byte), at: position)
        }
    }

    private mutating func parseOpening(isObject: Bool, closing: UInt8) throws(JSONError) -> JSONValue? {
        guard open.count < limits.maximumDepth else { throw JSONError(.tooDeep, at: position) }
        position += 1
        skipWhitespace()
        if try peek() == closing {
            position += 1
            return isObject ? .object(JSONObject()) : .array([])
        }
        open.append(Container(isObject: isObject, firstValue: values.count, firstKey: keys.count))
        if isObject { try parseKey() }
        return nil
    }

    /// What follows a value: nil after a comma, or the container that the value was the last of.
    private mutating func parseSeparator(in container: Container) throws(JSONError) -> JSONValue? {
        skipWhitespace()
        let byte = try peek()
        if byte == UInt8(ascii: ",") {
            position += 1
            if container.isObject { try parseKey() }
            return nil
        }
        guard byte == (container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
            throw JSONError(.unexpectedByte(byte), at: position)
        }
        position += 1
        open.removeLast()
        return container.isObject ? .object(popObject(container)) : .array(popElements(container))
    }

    // Both take their part of a stack before it shrinks and hold no slice of it meanwhile: that would copy the whole
    // stack for every container that closes.

    private mutating func popElements(_ container: Container) -> [JSONValue] {
        let elements = Array(values[container.firstValue...])
        values.removeSubrange(container.firstValue...)
        return elements
    }

    private mutating func popObject(_ container: Container) -> JSONObject {
        var object = JSONObject()
        let count = values.count - container.firstValue
        object.reserveCapacity(count)
        for index in 0..<count {
            object[keys[container.firstKey + index]] = values[container.firstValue + index]
        }
        values.removeSubrange(container.firstValue...)
        keys.removeSubrange(container.firstKey...)
        return object
    }

    private mutating func parseKey() throws(JSONError) {
        skipWhitespace()
        let byte = try peek()
        guard byte == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte(byte), at: position) }
        keys.append(try parseString())
        skipWhitespace()
        let separator = try peek()
        guard separator == UInt8(ascii: ":") else { throw JSONError(.unexpectedByte(separator), at: position) }
        position += 1
    }

    private mutating func parse(_ word: StaticString, as value: JSONValue) throws(JSONError) -> JSONValue {
        for expected in word.description.utf8 {
            let byte = try peek()
            guard byte == expected else { throw JSONError(.unexpectedByte(byte), at: position) }
            position += 1
        }
        return value
    }

    private mutating func parseString() throws(JSONError) -> String {
        let scanned = try JSONStringScanner.scan(bytes, from: position + 1)
        position = scanned.end
        return scanned.text
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
        return bytes[position]
    }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }
}
