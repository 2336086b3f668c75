import MCP

/// `session_info`: shows a session; to a legacy client also the handle of the session that its connection has.
struct SessionInfoTool: SessionTool {
    typealias Input = WholeSession

    struct Output: SessionOutput {
        @Field(SessionResolution.resultDescription) var session: String
        @Field("The family of protocol revisions with which the session was opened.", ["enum": ["legacy", "modern"]])
        var era: String
        @Field("What open_session was told to call it.") var label: String?
        @Field(["format": "date-time"]) var created_at: String
        @Field("When it was last used, to a tenth of its lifetime.", ["format": "date-time"]) var last_activity: String
        @Field("When it ends unless it is used before.", ["format": "date-time"]) var expires_at: String
        @Field("How many keys have a value.", ["minimum": 0]) var key_count: Int
        @Field("The size of the keys and their values as JSON.", ["minimum": 0]) var bytes: Int
        @Field("Where sessions are kept: postgresql or memory.") var backend: String
        @Field("The server process that answered.") var instance: String
    }

    let store: any SessionStore
    /// The name of this process among those that share the store.
    let instance: String

    let name = "session_info"
    let title: String? = "Session information"
    let description = """
        Shows a session: its handle, when it was opened, last used, and when it ends unless it is used before, how many \
        values it holds and their size, and which server instance and kind of storage answered.
        """
    let annotations: ToolAnnotations? = .reading

    func call(_ input: Input, in session: SessionHandle, of principal: Principal) async throws -> Output {
        let summary = try await store.summary(of: session, principal: principal)
        var output = Output()
        output.era = summary.session.era.rawValue
        output.label = summary.session.label
        output.created_at = summary.session.createdAt.description
        output.last_activity = summary.session.lastActivity.description
        output.expires_at = summary.session.expiresAt.description
        output.key_count = summary.keyCount
        output.bytes = summary.bytes
        output.backend = store.backend
        output.instance = instance
        return output
    }
}
