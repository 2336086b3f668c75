import MCP

/// `open_session`: opens a session, for clients that have none or want one more.
struct OpenSessionTool: ToolProtocol {
    let store: any SessionStore
    /// How long a session lives without use where the call does not say.
    let sessionLifetime: Duration

    var definition: ToolDefinition {
        ToolDefinition(
            name: "open_session",
            title: "Open a session",
            description: """
                Opens a new session, in which values are stored by key, and returns its handle as `session`. Pass the \
                handle in later calls; whoever has it can use the session. It ends \(sessionLifetime.inWords) after \
                its last use, or after ttl_seconds.
                """,
            inputSchema: [
                "type": "object",
                "properties": [
                    "ttl_seconds": [
                        "type": "integer", "minimum": 1,
                        "description": "The session ends so many seconds after its last use.",
                    ],
                    "label": [
                        "type": "string", "maxLength": 256,
                        "description": "What the session is for; session_info shows it.",
                    ],
                ],
                "additionalProperties": false,
            ],
            outputSchema: SessionResolution.outputSchema(
                [
                    "expires_at": [
                        "type": "string", "format": "date-time",
                        "description": "When it ends unless it is used before.",
                    ]
                ], optional: []),
            annotations: .writing(destructive: false, idempotent: false))
    }

    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        let lifetime = try SessionResolution.integer("ttl_seconds", in: arguments).map { Duration.seconds($0) }
        let label = arguments["label"] == nil ? nil : try SessionResolution.string("label", in: arguments)
        let handle = SessionHandle.random()
        let session = try await store.open(
            NewSession(context, timeToLive: lifetime ?? sessionLifetime, label: label), as: handle)
        return .success(structured: [
            "session": .string(handle.text), "expires_at": .string(session.expiresAt.description),
        ])
    }
}

extension NewSession {
    /// A session of whoever sent the request.
    init(_ context: RequestContext, timeToLive: Duration, label: String? = nil) {
        self.init(
            principal: context.principal, era: context.era, protocolVersion: context.protocolVersion,
            clientInfo: context.clientInfo, clientCapabilities: context.clientCapabilities, timeToLive: timeToLive,
            label: label)
    }
}

extension Duration {
    /// The duration in the largest unit of which it is a multiple.
    var inWords: String {
        for (length, name) in [(86_400, "days"), (3600, "hours"), (60, "minutes")] as [(Int64, String)]
        where components.seconds >= 2 * length && components.seconds % length == 0 {
            return "\(components.seconds / length) \(name)"
        }
        return "\(components.seconds) seconds"
    }
}
