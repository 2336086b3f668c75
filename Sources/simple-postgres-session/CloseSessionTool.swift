import MCP

/// `close_session`: ends a session.
struct CloseSessionTool: SessionTool {
    typealias Input = WholeSession
    typealias Output = RemovedValues

    let store: any SessionStore

    let name = "close_session"
    let title: String? = "Close a session"
    let description = """
        Ends a session and removes its values; its handle is unknown from then on. To close the session of your \
        connection ends the connection's later calls too, until the client initializes anew.
        """
    let annotations: ToolAnnotations? = .writing(destructive: true, idempotent: true)

    func call(_ input: Input, in session: SessionHandle, of principal: Principal) async throws -> Output {
        RemovedValues(try await store.close(session, of: principal))
    }
}
