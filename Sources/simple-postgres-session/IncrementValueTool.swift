import MCP

/// `increment_value`: adds to an integer, however many do so at once.
struct IncrementValueTool: SessionTool {
    let store: any SessionStore

    let name = "increment_value"
    let title = "Add to a value"
    let description = """
        Adds an integer to the integer that a key of a session has, in one step: of several calls at once none is \
        lost. A key without a value counts as 0. A value that is no integer of 64 bits is the error not_a_number.
        """
    let arguments: JSONObject = [
        "key": SessionResolution.keyProperty("The name of the value within the session."),
        "by": ["type": "integer", "default": 1, "description": "What is added; negative to subtract."],
    ]
    let requiredArguments = ["key"]
    let results: JSONObject = [
        "value": ["type": "integer", "description": "The sum, which is the value now."],
        "version": ["type": "integer", "minimum": 1, "description": "The key's version; every write raises it."],
    ]
    let annotations = ToolAnnotations.writing(destructive: false, idempotent: false)

    func call(
        _ arguments: JSONObject, in session: SessionHandle, of principal: Principal
    ) async throws -> JSONObject {
        let sum = try await store.incrementValue(
            forKey: try SessionResolution.string("key", in: arguments),
            by: try SessionResolution.integer("by", in: arguments) ?? 1, in: session, of: principal)
        return ["value": JSONValue(sum.value), "version": JSONValue(sum.version)]
    }
}
