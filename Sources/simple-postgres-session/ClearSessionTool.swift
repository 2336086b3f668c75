import MCP

/// `clear_session`: removes all values of a session.
struct ClearSessionTool: SessionTool {
    let store: any SessionStore

    let name = "clear_session"
    let title = "Clear a session"
    let description = "Removes all keys of a session and their values. The session goes on under the same handle."
    let results: JSONObject = SessionResolution.removedResult
    let annotations = ToolAnnotations.writing(destructive: true, idempotent: true)

    func call(
        _ arguments: JSONObject, in session: SessionHandle, of principal: Principal
    ) async throws -> JSONObject {
        ["removed": JSONValue(try await store.clear(session, of: principal))]
    }
}
