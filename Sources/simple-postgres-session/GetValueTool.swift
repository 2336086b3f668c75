import MCP

/// `get_value`: reads what `store_value` stored.
struct GetValueTool: ToolProtocol {
    private let store: any SessionStore

    init(store: any SessionStore) { self.store = store }

    var definition: ToolDefinition {
        ToolDefinition(
            name: "get_value",
            title: "Get a value",
            description: """
                Reads the value that store_value stored under a key of a session, with its version. A key without a \
                value is no error: `found` is false then.
                """,
            inputSchema: [
                "type": "object",
                "properties": [
                    "session": SessionResolution.inputProperty,
                    "key": [
                        "type": "string", "minLength": 1, "maxLength": 256,
                        "description": "The name under which the value was stored.",
                    ],
                ],
                "required": ["key"],
                "additionalProperties": false,
            ],
            outputSchema: [
                "type": "object",
                "properties": [
                    "session": SessionResolution.outputProperty,
                    "key": ["type": "string"],
                    "found": ["type": "boolean", "description": "Whether the key has a value."],
                    "value": ["description": "The value, exactly as it was stored; absent where there is none."],
                    "version": [
                        "type": "integer", "minimum": 1,
                        "description": "The key's version, for store_value's if_version; absent where there is none.",
                    ],
                ],
                "required": ["session", "key", "found"],
            ],
            annotations: ToolAnnotations(readOnlyHint: true, openWorldHint: false))
    }

    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        do {
            let key = try SessionResolution.string("key", in: arguments)
            let session = try SessionResolution.requiredHandle(arguments, context)
            let found = try await store.value(forKey: key, in: session, of: context.principal)
            var result: JSONObject = [
                "session": .string(session.text), "key": .string(key), "found": .bool(found != nil),
            ]
            if let found {
                result["value"] = found.value
                result["version"] = JSONValue(found.version)
            }
            return .success(structured: .object(result))
        } catch let error as SessionResolution.NoSession {
            return error.result
        }
    }
}
