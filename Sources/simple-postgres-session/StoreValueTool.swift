import MCP

/// `store_value`: stores a JSON value under a key. The one tool that opens a session where the call has none, so that
/// a client that knows nothing of sessions can begin with it.
struct StoreValueTool: ToolProtocol {
    let store: any SessionStore
    /// How long a session that this tool opens lives without use.
    let sessionLifetime: Duration

    var definition: ToolDefinition {
        ToolDefinition(
            name: "store_value",
            title: "Store a value",
            description: """
                Stores any JSON value under a key of a session and replaces the value that the key had. It can be read \
                back with get_value, exactly as it was stored, also after the server restarted. Where the call names \
                no session and the connection has none, a new session is opened: keep the handle that is returned as \
                `session` and pass it in later calls. A session ends \(sessionLifetime.inWords) after its last use. \
                To change a value that others may change too, pass the version that you read as `if_version`.
                """,
            inputSchema: [
                "type": "object",
                "properties": [
                    "session": SessionResolution.inputProperty,
                    "key": SessionResolution.keyProperty(
                        "The name of the value within the session: 1 to 256 characters, without U+0000."),
                    "value": ["description": "The value: any JSON, also null. Numbers keep all their digits."],
                    "if_version": [
                        "type": "integer", "minimum": 0,
                        "description": """
                        Store only if the key's version is this one; 0 means only if the key has no value. Otherwise \
                        nothing changes and the error version_conflict tells the current version.
                        """,
                    ],
                    "ttl_seconds": [
                        "type": "integer", "minimum": 1,
                        "description": """
                        The value is gone after so many seconds. Without it the value lives as long as its session.
                        """,
                    ],
                ],
                "required": ["key", "value"],
                "additionalProperties": false,
            ],
            outputSchema: SessionResolution.outputSchema(
                [
                    "key": ["type": "string"],
                    "version": [
                        "type": "integer", "minimum": 1, "description": "The key's version; every write raises it.",
                    ],
                    "created": ["type": "boolean", "description": "Whether the key had no value before."],
                    "expires_at": [
                        "type": "string", "format": "date-time",
                        "description": "When the value is gone, where ttl_seconds was given.",
                    ],
                ], optional: ["expires_at"]),
            annotations: .writing(destructive: true, idempotent: false))
    }

    func call(_ arguments: JSONObject, context: RequestContext) async throws -> CallToolResult {
        let key = try SessionResolution.string("key", in: arguments)
        guard let value = arguments["value"] else { throw SessionStoreError.invalidArgument("`value` is missing") }
        let version = try SessionResolution.integer("if_version", in: arguments)
        let lifetime = try SessionResolution.integer("ttl_seconds", in: arguments).map { Duration.seconds($0) }
        let named = try SessionResolution.handle(arguments, context)
        let session = if let named { named } else { try await open(context) }
        let receipt: StoredValueReceipt
        do {
            receipt = try await store.storeValue(
                value, forKey: key, in: session, of: context.principal, ifVersion: version, timeToLive: lifetime)
        } catch {
            // Nobody was told the handle of a session that was opened for nothing.
            if named == nil { _ = try? await store.close(session, of: context.principal) }
            throw error
        }
        var result: JSONObject = [
            "session": .string(session.text), "key": .string(key), "version": JSONValue(receipt.version),
            "created": .bool(receipt.created),
        ]
        result["expires_at"] = receipt.expiresAt.map { .string($0.description) }
        return .success(structured: .object(result))
    }

    private func open(_ context: RequestContext) async throws(SessionStoreError) -> SessionHandle {
        let handle = SessionHandle.random()
        _ = try await store.open(NewSession(context, timeToLive: sessionLifetime), as: handle)
        return handle
    }
}
