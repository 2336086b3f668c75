public import MCP

/// Checks of whole messages that a server sends: the JSON-RPC envelope and what it carries.
extension MCPSchema {
    /// What is wrong with a message from a server.
    ///
    /// A response is held to the result that the revision defines for the method it answers, an error to the definition
    /// of its code where there is one, a notification or request to those that a server may send. Stricter than the
    /// schema in that no message may be of two kinds at once, and a result counts as `InputRequiredResult` only if its
    /// `resultType` says so.
    /// - Parameters:
    ///   - message: the message; in 2025-03-26 also a batch, whose responses are then checked as envelopes only.
    ///   - requestMethod: the method of the request that it answers; nil for a notification or request, and for an
    ///     error that answers what could not be read.
    public static func validateServerMessage(
        _ message: JSONValue, revision: String, requestMethod: String?
    ) throws -> [JSONSchema.Violation] {
        try of(revision).validateServerMessage(message, answering: requestMethod)
    }

    private func validateServerMessage(
        _ message: JSONValue, answering method: String?
    ) throws -> [JSONSchema.Violation] {
        if let batch = message.arrayValue, defines("JSONRPCBatchResponse") {
            return try validate(message, as: "JSONRPCBatchResponse")
                + batch.flatMap { $0["method"] == nil ? [] : try validateServerMessage($0, answering: nil) }
        }
        guard let object = message.objectValue else { return [violation("#", "must be an object")] }
        let kinds = ["method", "result", "error"].filter(object.contains(key:))
        guard kinds.count == 1 else {
            return [violation("#", "must have exactly one of method, result and error, but has \(kinds)")]
        }
        switch kinds[0] {
        case "method": return try validateServerCall(message, isRequest: object.contains(key: "id"))
        case "error": return try validateError(message)
        default: return try validateResult(message, answering: method)
        }
    }

    private func validateServerCall(_ message: JSONValue, isRequest: Bool) throws -> [JSONSchema.Violation] {
        let definition = isRequest ? "ServerRequest" : "ServerNotification"
        guard defines(definition) else {
            return [violation("/id", "in this revision a server may not send requests")]
        }
        return try validate(message, as: isRequest ? "JSONRPCRequest" : "JSONRPCNotification")
            + validate(message, as: definition)
    }

    private func validateError(_ message: JSONValue) throws -> [JSONSchema.Violation] {
        var violations = try validate(
            message, as: defines("JSONRPCErrorResponse") ? "JSONRPCErrorResponse" : "JSONRPCError")
        guard let code = message["error"]?["code"] else { return violations }
        for name in definitionNames {
            let definition = definition(name)
            if definition?["properties"]?["code"]?["const"] == code {
                violations += try validate(message["error"] ?? .null, as: name)
            }
            let parts = definition?["properties"]?["error"]?["allOf"]?.arrayValue ?? []
            if parts.contains(where: { $0["properties"]?["code"]?["const"] == code }) {
                violations += try validate(message, as: name)
            }
        }
        return violations
    }

    private func validateResult(
        _ message: JSONValue, answering method: String?
    ) throws -> [JSONSchema.Violation] {
        var violations = try validate(
            message, as: defines("JSONRPCResultResponse") ? "JSONRPCResultResponse" : "JSONRPCResponse")
        guard let method else {
            return violations + [violation("/result", "answers no request")]
        }
        guard let name = resultDefinition(for: method) else {
            return violations + [violation("/result", "this revision has no request \(method) to a server")]
        }
        let result = message["result"] ?? .null
        if result["resultType"] == "input_required", defines(name + "Response") {
            violations += try validate(message, as: name + "Response")
            violations += try validate(result, as: "InputRequiredResult")
            if result["inputRequests"] == nil, result["requestState"] == nil {
                violations.append(violation("/result", "must have inputRequests or requestState"))
            }
            return violations
        }
        return try violations + validate(result, as: name)
    }

    /// The definition of the result of a request that a client may send; nil when there is no such request.
    func resultDefinition(for method: String) -> String? {
        for reference in definition("ClientRequest")?["anyOf"]?.arrayValue ?? [] {
            guard let name = reference["$ref"]?.stringValue?.split(separator: "/").last.map(String.init),
                definition(name)?["properties"]?["method"]?["const"]?.stringValue == method
            else { continue }
            let result = name.dropLast("Request".count) + "Result"
            return defines(String(result)) ? String(result) : "EmptyResult"
        }
        return nil
    }

    private func violation(_ path: String, _ message: String) -> JSONSchema.Violation {
        JSONSchema.Violation(instancePath: path == "#" ? "" : path, keywordPath: "#", message: message)
    }
}
