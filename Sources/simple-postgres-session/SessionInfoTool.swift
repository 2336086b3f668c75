import MCP

/// `session_info`: shows a session; to a legacy client also the handle of the session that its connection has.
struct SessionInfoTool: ToolProtocol {
    private let store: any SessionStore
    private let instance: String

    /// - Parameter instance: The name of this process among those that share the store.
    init(store: any SessionStore, instance: String) {
        self.store = store
        self.instance = instance
    }

    var definition: ToolDefinition {
        ToolDefinition(
            name: "session_info",
            title: "Session information",
            description: """
                Shows a session: its handle, when it was opened, last used, and when it ends unless it is used before, \
                how many values it holds and their size, and which server instance and kind of storage answered.
                """,
            inputSchema: [
                "type": "object",
                "properties": ["session": SessionResolution.inputProperty],
                "additionalProperties": false,
            ],
            outputSchema: [
                "type": "object",
                "properties": [
                    "session": SessionResolution.outputProperty,
                    "era": [
                        "type": "string", "enum": ["legacy", "modern"],
                        "description": "The family of protocol revisions with which the session was opened.",
                    ],
                    "created_at": ["type": "string", "format": "date-time"],
                    "last_activity": [
                        "type": "string", "format": "date-time",
                        "description": "When it was last used, to a tenth of its lifetime.",
                    ],
                    "expires_at": [
                        "type": "string", "format": "date-time",
                        "description": "When it ends unless it is used before.",
                    ],
                    "key_count": ["type": "integer", "minimum": 0, "description": "How many keys have a value."],
                    "bytes": [
                        "type": "integer", "minimum": 0,
                        "description": "The size of the keys and their values as JSON.",
                    ],
                    "backend": ["type": "string", "description": "Where sessions are kept: postgresql or memory."],
                    "instance": ["type": "string", "description": "The server process that answered."],
                ],
                "required": [
                    "session", "era", "created_at", "last_activity", "expires_at", "key_count", "bytes", "backend",
                    "instance",
                ],
            ],
            annotations: ToolAnnotations(readOnlyHint: true, openWorldHint: false))
    }

    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        do {
            let handle = try SessionResolution.requiredHandle(arguments, context)
            let summary = try await store.summary(of: handle, principal: context.principal)
            return .success(structured: [
                "session": .string(handle.text),
                "era": .string(summary.session.era.rawValue),
                "created_at": .string(summary.session.createdAt.description),
                "last_activity": .string(summary.session.lastActivity.description),
                "expires_at": .string(summary.session.expiresAt.description),
                "key_count": JSONValue(summary.keyCount),
                "bytes": JSONValue(summary.bytes),
                "backend": .string(store.backend),
                "instance": .string(instance),
            ])
        } catch let error as SessionResolution.NoSession {
            return error.result
        }
    }
}
