import MCP

/// `clear_session`: removes all values of a session.
struct ClearSessionTool: SessionTool {
    typealias Input = WholeSession
    typealias Output = RemovedValues

    let store: any SessionStore

    let name = "clear_session"
    let title: String? = "Clear a session"
    let description = "Removes all keys of a session and their values. The session goes on under the same handle."
    let annotations: ToolAnnotations? = .writing(destructive: true, idempotent: true)

    func call(_ input: Input, in session: SessionHandle, of principal: Principal) async throws -> Output {
        RemovedValues(try await store.clear(session, of: principal))
    }
}
