internal import Digests
internal import Synchronization

/// Carries changes to all who listen: within one process (``LocalChangeFeed``), or among all instances.
///
/// A change may get lost where a listener is slow or an instance is cut off: clients that hear of one read anew, and do so
/// from time to time anyway.
public protocol ChangeFeed: Sendable {
    /// Tells all listeners, without waiting for them.
    func publish(_ change: ServerChange)

    /// What is published from now on, until the iteration ends.
    func changes() -> AsyncStream<PublishedChange>
}

/// Carries changes within this process.
public final class LocalChangeFeed: ChangeFeed {
    private struct State {
        var next: UInt64 = 0
        var listeners: [UInt64: AsyncStream<PublishedChange>.Continuation] = [:]
    }

    /// How many changes wait for one listener; the oldest are dropped.
    private static let maximumWaiting = 256
    private let state = Mutex(State())

    /// A feed without listeners.
    public init() {}

    /// Tells all listeners.
    public func publish(_ change: ServerChange) {
        publish(PublishedChange(id: Base64.encodeURL(SecureRandom.bytes(12)), change: change, isOwn: true))
    }

    /// Tells all listeners of a change that has a name, such as one that came from another instance.
    public func publish(_ change: PublishedChange) {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.yield(change) }
    }

    /// What is published from now on. The number of listeners is that of open streams, which transports bound.
    public func changes() -> AsyncStream<PublishedChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: PublishedChange.self, bufferingPolicy: .bufferingNewest(Self.maximumWaiting))
        let key = state.withLock { state in
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[key] = nil } }
        return stream
    }
}
