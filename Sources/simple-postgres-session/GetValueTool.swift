import MCP

/// `get_value`: reads what `store_value` stored.
struct GetValueTool: SessionTool {
    let store: any SessionStore

    let name = "get_value"
    let title = "Get a value"
    let description = """
        Reads the value that store_value stored under a key of a session, with its version. A key without a value is \
        no error: `found` is false then.
        """
    let arguments: JSONObject = ["key": SessionResolution.keyProperty("The name under which the value was stored.")]
    let requiredArguments = ["key"]
    let results: JSONObject = [
        "key": ["type": "string"],
        "found": ["type": "boolean", "description": "Whether the key has a value."],
        "value": ["description": "The value, exactly as it was stored; absent where there is none."],
        "version": [
            "type": "integer", "minimum": 1,
            "description": "The key's version, for store_value's if_version; absent where there is none.",
        ],
    ]
    let optionalResults = ["value", "version"]
    let annotations = ToolAnnotations.reading

    func call(
        _ arguments: JSONObject, in session: SessionHandle, of principal: Principal
    ) async throws -> JSONObject {
        let key = try SessionResolution.string("key", in: arguments)
        let found = try await store.value(forKey: key, in: session, of: principal)
        var result: JSONObject = ["key": .string(key), "found": .bool(found != nil)]
        if let found {
            result["value"] = found.value
            result["version"] = JSONValue(found.version)
        }
        return result
    }
}
