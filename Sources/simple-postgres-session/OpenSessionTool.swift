import MCP

/// `open_session`: opens a session, for clients that have none or want one more.
struct OpenSessionTool: TypedTool {
    struct Input: JSONStructure {
        @Field("The session ends so many seconds after its last use.", ["minimum": 1]) var ttl_seconds: Int64?
        @Field("What the session is for; session_info shows it.", ["maxLength": 256]) var label: String?
    }

    struct Output: JSONStructure {
        @Field(SessionResolution.resultDescription) var session: String
        @Field("When it ends unless it is used before.", ["format": "date-time"]) var expires_at: String
    }

    let store: any SessionStore
    /// How long a session lives without use where the call does not say.
    let sessionLifetime: Duration

    let name = "open_session"
    let title: String? = "Open a session"
    let annotations: ToolAnnotations? = .writing(destructive: false, idempotent: false)

    var description: String {
        """
        Opens a new session, in which values are stored by key, and returns its handle as `session`. Pass the handle in \
        later calls; whoever has it can use the session. It ends \(sessionLifetime.inWords) after its last use, or after \
        ttl_seconds.
        """
    }

    func call(_ input: Input, context: RequestContext) async throws -> Output {
        let handle = SessionHandle.random()
        let lifetime = input.ttl_seconds.map { Duration.seconds($0) } ?? sessionLifetime
        let session = try await store.open(
            NewSession(context, timeToLive: lifetime, label: input.label), as: handle)
        var output = Output()
        output.session = handle.text
        output.expires_at = session.expiresAt.description
        return output
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
