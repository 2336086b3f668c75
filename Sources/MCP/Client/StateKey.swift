internal import Synchronization

/// The key that seals `requestState`: the configured one, or the one that all instances share in their store.
final class StateKey: Sendable {
    private let store: (any SessionStore)?
    private let known: Mutex<[UInt8]?>

    init(_ configured: [UInt8]?, sharedIn store: (any SessionStore)?) {
        self.store = store
        known = Mutex(configured)
    }

    /// The key, which is asked for once.
    func bytes() async throws(SessionStoreError) -> [UInt8] {
        if let known = known.withLock({ $0 }) { return known }
        guard let store else { throw .unavailable("there is no store to share a key in") }
        let shared = try await store.sharedKey()
        known.withLock { $0 = shared }
        return shared
    }
}
