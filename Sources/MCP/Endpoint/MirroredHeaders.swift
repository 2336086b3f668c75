#if Servers
internal import Digests
internal import HTTPTypes

/// The check of a modern request's headers against its body (2026-07-28, Streamable HTTP, server validation).
///
/// Intermediaries route by the headers and this server acts by the body: a request on which they disagree is refused,
/// always with code -32020.
enum MirroredHeaders {
    /// Checks `MCP-Protocol-Version`, `Mcp-Method` and, where the method has one, `Mcp-Name`.
    static func check(
        _ fields: HTTPFields, request: JSONRPCRequest, version: String
    ) throws(JSONRPCError) {
        try check(.protocolVersion, fields, is: version)
        try check(.method, fields, is: request.method)
        guard let key = nameKeys[request.method] ?? taskNameKeys[request.method] else { return }
        let header = try single(.name, fields)
        // The extension asks clients for the header, but defines no error for the want of it.
        if header == nil, taskNameKeys[request.method] != nil { return }
        guard let header, let decoded = decode(header) else {
            throw mismatch(.name, "is missing or badly encoded")
        }
        guard let name = request.params?[key]?.stringValue, decoded.hasSameBytes(as: name) else {
            throw mismatch(.name, "does not match params.\(key)")
        }
    }

    /// Checks the `Mcp-Param-` headers of a tool call.
    static func check(
        _ fields: HTTPFields, parameters: [HeaderParameter], arguments: JSONObject
    ) throws(JSONRPCError) {
        for parameter in parameters {
            let name = HTTPField.Name.parameter(parameter.name)
            let header = try single(name, fields)
            guard let value = parameter.value(in: arguments) else {
                guard header == nil else { throw mismatch(name, "is there without its argument") }
                continue
            }
            guard let header, let text = decode(header) else { throw mismatch(name, "is missing or badly encoded") }
            guard matches(text, value) else { throw mismatch(name, "does not match its argument") }
        }
    }

    /// The parameter that `Mcp-Name` mirrors, by method.
    private static let nameKeys = ["tools/call": "name", "prompts/get": "name", "resources/read": "uri"]
    /// The same for tasks (extension `io.modelcontextprotocol/tasks`, Streamable HTTP).
    private static let taskNameKeys = ["tasks/get": "taskId", "tasks/update": "taskId", "tasks/cancel": "taskId"]

    private static func check(
        _ name: HTTPField.Name, _ fields: HTTPFields, is expected: String
    ) throws(JSONRPCError) {
        guard let value = try single(name, fields) else { throw mismatch(name, "is missing") }
        guard value.hasSameBytes(as: expected) else { throw mismatch(name, "does not match the body") }
    }

    /// The value of a header that may be there once, of visible characters, spaces and tabs.
    private static func single(_ name: HTTPField.Name, _ fields: HTTPFields) throws(JSONRPCError) -> String? {
        let values = fields.trimmed(name)
        guard values.count <= 1 else { throw mismatch(name, "is there more than once") }
        guard let value = values.first else { return nil }
        guard value.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else {
            throw mismatch(name, "has invalid characters")
        }
        return value
    }

    /// What a header stands for: itself, or the text in base64 between `=?base64?` and `?=`; nil when that is invalid.
    private static func decode(_ value: String) -> String? {
        let prefix = "=?base64?"
        let suffix = "?="
        guard value.hasPrefix(prefix), value.hasSuffix(suffix),
            value.utf8.count >= prefix.utf8.count + suffix.utf8.count
        else { return value }
        let text = String(value.dropFirst(prefix.count).dropLast(suffix.count))
        guard let bytes = Base64.decode(text) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Whether a header stands for an argument: numbers are compared as numbers.
    private static func matches(_ text: String, _ value: JSONValue) -> Bool {
        switch value {
        case .string(let string): text.hasSameBytes(as: string)
        case .bool(let bool): text == (bool ? "true" : "false")
        case .number(let number): JSONNumber(literal: text).map { $0 == number } ?? false
        case .null, .array, .object: false
        }
    }

    private static func mismatch(_ name: HTTPField.Name, _ what: String) -> JSONRPCError {
        JSONRPCError(.headerMismatch, "Header mismatch: \(name.rawName) \(what)")
    }
}
#endif
