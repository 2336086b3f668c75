import MCP

/// `session_info`: shows a session; to a legacy client also the handle of the session that its connection has.
struct SessionInfoTool: SessionTool {
    let store: any SessionStore
    /// The name of this process among those that share the store.
    let instance: String

    let name = "session_info"
    let title = "Session information"
    let description = """
        Shows a session: its handle, when it was opened, last used, and when it ends unless it is used before, how \
        many values it holds and their size, and which server instance and kind of storage answered.
        """
    let results: JSONObject = [
        "era": [
            "type": "string", "enum": ["legacy", "modern"],
            "description": "The family of protocol revisions with which the session was opened.",
        ],
        "label": ["type": "string", "description": "What open_session was told to call it."],
        "created_at": ["type": "string", "format": "date-time"],
        "last_activity": [
            "type": "string", "format": "date-time",
            "description": "When it was last used, to a tenth of its lifetime.",
        ],
        "expires_at": [
            "type": "string", "format": "date-time", "description": "When it ends unless it is used before.",
        ],
        "key_count": ["type": "integer", "minimum": 0, "description": "How many keys have a value."],
        "bytes": ["type": "integer", "minimum": 0, "description": "The size of the keys and their values as JSON."],
        "backend": ["type": "string", "description": "Where sessions are kept: postgresql or memory."],
        "instance": ["type": "string", "description": "The server process that answered."],
    ]
    let optionalResults = ["label"]
    let annotations = ToolAnnotations.reading

    func call(
        _ arguments: JSONObject, in session: SessionHandle, of principal: Principal
    ) async throws -> JSONObject {
        let summary = try await store.summary(of: session, principal: principal)
        var result: JSONObject = [
            "era": .string(summary.session.era.rawValue),
            "created_at": .string(summary.session.createdAt.description),
            "last_activity": .string(summary.session.lastActivity.description),
            "expires_at": .string(summary.session.expiresAt.description),
            "key_count": JSONValue(summary.keyCount),
            "bytes": JSONValue(summary.bytes),
            "backend": .string(store.backend),
            "instance": .string(instance),
        ]
        result["label"] = summary.session.label.map { .string($0) }
        return result
    }
}
