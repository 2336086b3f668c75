#if Servers
internal import Logging
internal import Synchronization

/// The GET streams of legacy sessions, which are told what changes. A message goes to one stream of a session alone.
final class SessionListeners: Sendable {
    private struct Listener: Sendable {
        var key: UInt64
        var sink: EventSink
        var principal: Principal
    }

    private struct State {
        var next: UInt64 = 0
        var listeners: [SessionHandle: [Listener]] = [:]
        var pump: Task<Void, Never>?
    }

    private let changes: any ChangeFeed
    private let sessions: any SessionStore
    private let logger: Logger
    private let state = Mutex(State())

    init(changes: any ChangeFeed, sessions: any SessionStore, logger: Logger) {
        self.changes = changes
        self.sessions = sessions
        self.logger = logger
    }

    deinit { state.withLock { $0.pump?.cancel() } }

    /// Adds a stream; who opened it has a place for it.
    func add(_ sink: EventSink, _ handle: SessionHandle, _ principal: Principal) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.listeners[handle, default: []].append(
                Listener(key: state.next, sink: sink, principal: principal))
            if state.pump == nil {
                let feed = changes.changes()
                state.pump = Task { [weak self] in
                    for await change in feed { await self?.tell(change) }
                }
            }
            return state.next
        }
    }

    /// Removes a stream. With the last one listening to the feed ends.
    func remove(_ key: UInt64, _ handle: SessionHandle) {
        state.withLock { state in
            state.listeners[handle]?.removeAll { $0.key == key }
            if state.listeners[handle]?.isEmpty ?? false { state.listeners[handle] = nil }
            guard state.listeners.isEmpty else { return }
            state.pump?.cancel()
            state.pump = nil
        }
    }

    private func tell(_ published: PublishedChange) async {
        guard let message = published.change.legacyNotification?.serialized() else { return }
        let all = state.withLock { $0.listeners }
        for (handle, listeners) in all {
            guard let principal = listeners.first?.principal, await wants(published, handle, principal) else {
                continue
            }
            // The youngest stream is the likeliest to be alive; one that has ended takes nothing.
            for listener in listeners.reversed() where listener.sink.send(.message(message)) { break }
        }
    }

    /// Whether the session is to be told, and by this instance.
    private func wants(
        _ published: PublishedChange, _ handle: SessionHandle, _ principal: Principal
    ) async -> Bool {
        do throws(SessionStoreError) {
            if case .resource(let uri) = published.change {
                let subscriptions = try await sessions.session(handle, of: principal).subscriptions
                guard subscriptions.contains(where: { $0.hasSameBytes(as: uri) }) else { return false }
            }
            guard changes.isShared else { return true }
            return try await sessions.post(
                [], to: "change \(published.id)", in: handle, of: principal, lasting: .seconds(10))
        } catch {
            logger.warning("a session was not told of a change", metadata: ["reason": "\(error)"])
            return false
        }
    }
}
#endif
