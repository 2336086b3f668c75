internal import Digests
public import MCP

/// Carries changes to all instances that share a database.
final class SharedChangeFeed: ChangeFeed {
    private let local: LocalChangeFeed
    private let signals: SessionSignals

    init(_ local: LocalChangeFeed, _ signals: SessionSignals) {
        self.local = local
        self.signals = signals
    }

    func publish(_ change: ServerChange) {
        let published = PublishedChange(id: Base64.encodeURL(SecureRandom.bytes(12)), change: change, isOwn: true)
        local.publish(published)
        signals.tell(of: published)
    }

    func changes() -> AsyncStream<PublishedChange> {
        signals.listen()
        return local.changes()
    }
}

extension PostgresSessionStore {
    /// Carries changes of what a server offers to all instances that share the database, for
    /// `MCPServer.Options.changes`.
    public var changes: any ChangeFeed { SharedChangeFeed(signals.changes, signals) }
}
