import Synchronization

/// What happens on a channel that is listened to.
///
/// See [NOTIFY](https://www.postgresql.org/docs/current/sql-notify.html).
public enum PGNotificationEvent: Sendable, Equatable {
    /// A message came.
    case message(PGNotification)
    /// Messages may have been missed since that moment: the connection was lost and has been made anew, or the reader was
    /// too slow. Whoever keeps a state by notifications reads it anew now.
    case gap(since: ContinuousClock.Instant)
}

/// Notifications on one channel, on a connection of its own that is made anew whenever it is lost.
///
/// ```swift
/// for try await event in pool.notifications(on: "orders") {
///     switch event {
///     case .message(let notification): …
///     case .gap: …   // read the state from the tables
///     }
/// }
/// ```
/// The connection is opened by the first ``Iterator/next(isolation:)`` and closed with the iterator. It needs a session of
/// its own: behind a pooler in transaction mode LISTEN hears nothing. See
/// [LISTEN](https://www.postgresql.org/docs/current/sql-listen.html).
public struct PGNotificationSequence: AsyncSequence, Sendable {
    public typealias Element = PGNotificationEvent
    public typealias Failure = PGError

    /// Bounds on what listening does.
    public struct Options: Sendable {
        /// How many messages wait for the reader; what comes beyond is dropped and told as a gap. Defaults to 10,000.
        public var capacity = 10_000
        /// After how long a silence the connection is tried. Defaults to 30 seconds.
        public var heartbeat: Duration = .seconds(30)
        /// How long to wait before the connection is made anew, doubled each time it fails. Defaults to 100 milliseconds.
        public var minimumBackoff: Duration = .milliseconds(100)
        /// The longest wait between two attempts. Defaults to 5 seconds.
        public var maximumBackoff: Duration = .seconds(5)

        /// The defaults.
        public init() {}
    }

    private let channel: String
    private let options: Options
    private let connect: @Sendable () async throws(PGError) -> PGConnection

    /// - Parameter connect: Makes a connection that nobody else uses.
    init(channel: String, options: Options, connect: @escaping @Sendable () async throws(PGError) -> PGConnection) {
        self.channel = channel
        self.options = options
        self.connect = connect
    }

    /// An iterator with a connection of its own.
    public func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// Listens.
    public struct Iterator: AsyncIteratorProtocol {
        private let sequence: PGNotificationSequence
        private var listening: Listening?
        private var lastSeen: ContinuousClock.Instant?
        private var backoff: Duration

        init(_ sequence: PGNotificationSequence) {
            self.sequence = sequence
            backoff = sequence.options.minimumBackoff
        }

        /// Waits for the next event; never nil.
        ///
        /// - Throws: ``PGError`` where the first connection cannot be made, or a later one is refused for a reason that
        ///   does not pass, such as a wrong password; ``PGError/Code/cancelled``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(PGError) -> PGNotificationEvent? {
            while true {
                guard let listening else {
                    if let gap = try await listen() { return gap }
                    continue
                }
                switch await listening.next(heartbeat: sequence.options.heartbeat) {
                case .success(.notification(let notification)):
                    lastSeen = .now
                    if notification.channel == sequence.channel { return .message(notification) }
                case .success(.dropped):
                    return .gap(since: lastSeen ?? .now)
                case .success(.nothing):
                    if await listening.isAlive() { lastSeen = .now } else { self.listening = nil }
                case .failure(let error):
                    guard error.code != .cancelled, error.code != .usage else { throw error }
                    self.listening = nil
                }
            }
        }

        /// Connects; where it is not for the first time, that is a gap.
        nonisolated(nonsending) private mutating func listen() async throws(PGError) -> PGNotificationEvent? {
            let since = lastSeen
            do throws(PGError) {
                listening = try await Listening(
                    to: sequence.channel, on: try await sequence.connect(), capacity: sequence.options.capacity)
            } catch {
                guard since != nil, error.retry != .pointless, error.code != .cancelled else { throw error }
                do { try await Task.sleep(for: backoff) } catch {
                    throw PGError(.cancelled, "Cancelled while waiting to connect again", retry: .safe)
                }
                backoff = Swift.min(backoff * 2, sequence.options.maximumBackoff)
                return nil
            }
            backoff = sequence.options.minimumBackoff
            lastSeen = .now
            return since.map { .gap(since: $0) }
        }
    }
}

/// A connection that listens to a channel, as long as somebody holds this.
private final class Listening: Sendable {
    private let connection: PGConnection
    private let queue: NotificationQueue

    init(to channel: String, on connection: PGConnection, capacity: Int) async throws(PGError) {
        self.connection = connection
        queue = NotificationQueue(capacity: capacity)
        connection.session.subscribe(queue, as: connection.lease)
        try await connection.query("LISTEN \(identifier: channel)")
    }

    deinit {
        connection.close()
    }

    func next(heartbeat: Duration) async -> NotificationQueue.Next {
        await queue.next(until: .now + heartbeat, on: connection.session.loop)
    }

    func isAlive() async -> Bool {
        do throws(PGError) {
            try await connection.query("SELECT 1", timeout: .seconds(5))
            return true
        } catch {
            return false
        }
    }
}
