import MCP

/// `delete_value`: removes what `store_value` stored.
struct DeleteValueTool: SessionTool {
    let store: any SessionStore

    let name = "delete_value"
    let title = "Delete a value"
    let description = """
        Removes a key of a session and its value. A key without a value is no error: `deleted` is false then. To be \
        sure that nobody changed the value since you read it, pass its version as `if_version`.
        """
    let arguments: JSONObject = [
        "key": SessionResolution.keyProperty("The name under which the value was stored."),
        "if_version": [
            "type": "integer", "minimum": 0,
            "description": """
            Delete only if the value's version is this one. Otherwise nothing changes and the error version_conflict \
            tells the current version.
            """,
        ],
    ]
    let requiredArguments = ["key"]
    let results: JSONObject = ["deleted": ["type": "boolean", "description": "Whether the key had a value."]]
    let annotations = ToolAnnotations.writing(destructive: true, idempotent: true)

    func call(
        _ arguments: JSONObject, in session: SessionHandle, of principal: Principal
    ) async throws -> JSONObject {
        let deleted = try await store.deleteValue(
            forKey: try SessionResolution.string("key", in: arguments), in: session, of: principal,
            ifVersion: try SessionResolution.integer("if_version", in: arguments))
        return ["deleted": .bool(deleted)]
    }
}
