import MCP

/// Finds the session that a call is about: the one that its `session` argument names, else the legacy session that the
/// request belongs to.
enum SessionResolution {
    /// What the `session` argument of every tool is.
    static let argumentDescription = """
        The session's handle, ses_ and 32 more characters, as an earlier call returned it. Leave it out to use the \
        session of your connection, if it has one.
        """

    /// What the `session` member of every tool's result is.
    static let resultDescription =
        "The session's handle: whoever has it can use the session. Pass it as `session` in later calls."

    /// What a key may be.
    static let keyConstraints: JSONObject = ["minLength": 1, "maxLength": 256]

    /// What the model is told of a call that names no session and belongs to none.
    static let noSession = ToolError(
        code: "no_session",
        message: """
            This call names no session and your connection has none. Pass the handle that open_session or store_value \
            returned as `session`; without a handle, call one of them first, which opens a session.
            """)

    /// The handle of the call's session, or nil where the call has none.
    ///
    /// - Throws: ``SessionStoreError/sessionUnknown`` for an argument that cannot be a handle.
    static func handle(
        _ argument: String?, _ context: RequestContext
    ) throws(SessionStoreError) -> SessionHandle? {
        guard let argument else { return context.session }
        guard let handle = SessionHandle(argument) else { throw .sessionUnknown }
        return handle
    }

    /// The handle of the call's session.
    static func requiredHandle(_ argument: String?, _ context: RequestContext) throws -> SessionHandle {
        guard let handle = try handle(argument, context) else { throw noSession }
        return handle
    }
}
