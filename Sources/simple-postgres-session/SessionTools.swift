import MCP

/// The tools of this server, in the order in which they are listed.
enum SessionTools {
    /// - Parameters:
    ///   - store: Where the sessions live.
    ///   - sessionLifetime: How long a session lives without use where its opening does not say.
    ///   - instance: The name of this process among those that share the store.
    static func all(store: any SessionStore, sessionLifetime: Duration, instance: String) -> [any ToolProtocol] {
        [
            OpenSessionTool(store: store, sessionLifetime: sessionLifetime),
            StoreValueTool(store: store, sessionLifetime: sessionLifetime),
            GetValueTool(store: store),
            DeleteValueTool(store: store),
            ListKeysTool(store: store),
            IncrementValueTool(store: store),
            SessionInfoTool(store: store, instance: instance),
            ClearSessionTool(store: store),
            CloseSessionTool(store: store),
        ]
    }
}
