import MCP

/// A tool that works on one session, which its `session` argument names or which the request belongs to.
protocol SessionTool: ToolProtocol {
    /// See `ToolDefinition.name`.
    var name: String { get }
    /// See `ToolDefinition.title`.
    var title: String { get }
    /// See `ToolDefinition.description`.
    var description: String { get }
    /// The arguments beside `session`, with their schemas.
    var arguments: JSONObject { get }
    /// Those of them that have to be there.
    var requiredArguments: [String] { get }
    /// The members of the result beside `session`, with their schemas.
    var results: JSONObject { get }
    /// Those of them that may be missing.
    var optionalResults: [String] { get }
    /// See `ToolDefinition.annotations`.
    var annotations: ToolAnnotations { get }

    /// Serves one call.
    ///
    /// - Returns: The members of the result beside `session`.
    func call(
        _ arguments: JSONObject, in session: SessionHandle, of principal: Principal
    ) async throws -> JSONObject
}

extension SessionTool {
    var arguments: JSONObject { [:] }
    var requiredArguments: [String] { [] }
    var optionalResults: [String] { [] }

    var definition: ToolDefinition {
        var properties: JSONObject = ["session": SessionResolution.inputProperty]
        for (name, schema) in arguments { properties[name] = schema }
        var input: JSONObject = ["type": "object", "properties": .object(properties), "additionalProperties": false]
        if !requiredArguments.isEmpty { input["required"] = .array(requiredArguments.map { .string($0) }) }
        return ToolDefinition(
            name: name, title: title, description: description, inputSchema: .object(input),
            outputSchema: SessionResolution.outputSchema(results, optional: optionalResults), annotations: annotations)
    }

    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        do {
            let session = try SessionResolution.requiredHandle(arguments, context)
            var result: JSONObject = ["session": .string(session.text)]
            for (name, value) in try await call(arguments, in: session, of: context.principal) { result[name] = value }
            return .success(structured: .object(result))
        } catch let error as SessionResolution.NoSession {
            return error.result
        }
    }
}

extension ToolAnnotations {
    /// Of a tool that changes nothing.
    static let reading = ToolAnnotations(readOnlyHint: true, openWorldHint: false)

    /// Of a tool that changes something in the store and nothing outside it.
    static func writing(destructive: Bool, idempotent: Bool) -> ToolAnnotations {
        ToolAnnotations(
            readOnlyHint: false, destructiveHint: destructive, idempotentHint: idempotent, openWorldHint: false)
    }
}
