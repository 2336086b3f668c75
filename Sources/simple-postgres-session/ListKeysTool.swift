import MCP

/// `list_keys`: shows which keys of a session have a value, page by page.
struct ListKeysTool: SessionTool {
    let store: any SessionStore

    let name = "list_keys"
    let title = "List keys"
    let description = """
        Lists the keys of a session that have a value, in the order of their bytes, with the version and the size of \
        each value. Where there are more, `next_cursor` is there: pass it as `cursor`, with the same `prefix`, to get \
        the following ones.
        """
    let arguments: JSONObject = [
        "prefix": [
            "type": "string", "maxLength": 256, "description": "List only the keys that begin with this text.",
        ],
        "limit": [
            "type": "integer", "minimum": 1, "maximum": 1000, "default": 100,
            "description": "How many keys are listed at most.",
        ],
        "cursor": ["type": "string", "description": "The next_cursor of the call before."],
    ]
    let results: JSONObject = [
        "keys": [
            "type": "array",
            "items": [
                "type": "object",
                "properties": [
                    "key": ["type": "string"],
                    "version": ["type": "integer", "minimum": 1],
                    "size": ["type": "integer", "minimum": 1, "description": "The bytes of the value as JSON."],
                    "expires_at": [
                        "type": "string", "format": "date-time",
                        "description": "When the value is gone; absent where it lives as long as its session.",
                    ],
                ],
                "required": ["key", "version", "size"],
            ],
        ],
        "next_cursor": ["type": "string", "description": "There are more keys; absent on the last page."],
    ]
    let optionalResults = ["next_cursor"]
    let annotations = ToolAnnotations.reading

    func call(
        _ arguments: JSONObject, in session: SessionHandle, of principal: Principal
    ) async throws -> JSONObject {
        let limit = try SessionResolution.integer("limit", in: arguments) ?? 100
        let prefix = arguments["prefix"] == nil ? "" : try SessionResolution.string("prefix", in: arguments)
        let page = try await store.keys(
            withPrefix: prefix, after: try cursor(in: arguments), limit: Int(clamping: limit), in: session,
            of: principal)
        var result: JSONObject = ["keys": .array(page.keys.map(Self.description))]
        result["next_cursor"] = page.next.map { .string($0.text) }
        return result
    }

    private func cursor(in arguments: JSONObject) throws(SessionStoreError) -> KeyCursor? {
        guard arguments["cursor"] != nil else { return nil }
        guard let cursor = KeyCursor(try SessionResolution.string("cursor", in: arguments)) else {
            throw .invalidArgument("`cursor` is none that list_keys returned as next_cursor; begin without one")
        }
        return cursor
    }

    private static func description(_ key: StoredKey) -> JSONValue {
        var description: JSONObject = [
            "key": .string(key.key), "version": JSONValue(key.version), "size": JSONValue(key.size),
        ]
        description["expires_at"] = key.expiresAt.map { .string($0.description) }
        return .object(description)
    }
}
