import MCP

/// `store_value`: stores a JSON value under a key. The one tool that opens a session where the call has none, so that
/// a client that knows nothing of sessions can begin with it.
struct StoreValueTool: TypedTool {
    struct Input: JSONStructure {
        @Field(SessionResolution.argumentDescription) var session: String?
        @Field(
            "The name of the value within the session: 1 to 256 characters, without U+0000.",
            SessionResolution.keyConstraints)
        var key: String
        @Field("The value: any JSON, also null. Numbers keep all their digits.") var value: JSONValue
        @Field(
            """
            Store only if the key's version is this one; 0 means only if the key has no value. Otherwise nothing changes \
            and the error version_conflict tells the current version.
            """, ["minimum": 0])
        var if_version: Int64?
        @Field(
            "The value is gone after so many seconds. Without it the value lives as long as its session.",
            ["minimum": 1])
        var ttl_seconds: Int64?
    }

    struct Output: JSONStructure {
        @Field(SessionResolution.resultDescription) var session: String
        @Field var key: String
        @Field("The key's version; every write raises it.", ["minimum": 1]) var version: Int64
        @Field("Whether the key had no value before.") var created: Bool
        @Field("When the value is gone, where ttl_seconds was given.", ["format": "date-time"])
        var expires_at: String?
    }

    let store: any SessionStore
    /// How long a session that this tool opens lives without use.
    let sessionLifetime: Duration

    let name = "store_value"
    let title: String? = "Store a value"
    let annotations: ToolAnnotations? = .writing(destructive: true, idempotent: false)

    var description: String {
        """
        Stores any JSON value under a key of a session and replaces the value that the key had. It can be read back with \
        get_value, exactly as it was stored, also after the server restarted. Where the call names no session and the \
        connection has none, a new session is opened: keep the handle that is returned as `session` and pass it in later \
        calls. A session ends \(sessionLifetime.inWords) after its last use. To change a value that others may change \
        too, pass the version that you read as `if_version`.
        """
    }

    func call(_ input: Input, context: RequestContext) async throws -> Output {
        let named = try SessionResolution.handle(input.session, context)
        let session = if let named { named } else { try await open(context) }
        let receipt: StoredValueReceipt
        do {
            receipt = try await store.storeValue(
                input.value, forKey: input.key, in: session, of: context.principal, ifVersion: input.if_version,
                timeToLive: input.ttl_seconds.map { .seconds($0) })
        } catch {
            // Nobody was told the handle of a session that was opened for nothing.
            if named == nil { _ = try? await store.close(session, of: context.principal) }
            throw error
        }
        var output = Output()
        output.session = session.text
        output.key = input.key
        output.version = receipt.version
        output.created = receipt.created
        output.expires_at = receipt.expiresAt?.description
        return output
    }

    private func open(_ context: RequestContext) async throws(SessionStoreError) -> SessionHandle {
        let handle = SessionHandle.random()
        _ = try await store.open(NewSession(context, timeToLive: sessionLifetime), as: handle)
        return handle
    }
}
