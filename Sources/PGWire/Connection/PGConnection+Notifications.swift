/// The notifications that reach one connection, as long as it lasts.
///
/// What is not read is kept up to a bound and then dropped. For one channel across lost connections there is
/// ``PGPool/notifications(on:options:)``.
///
/// See [LISTEN](https://www.postgresql.org/docs/current/sql-listen.html).
public struct PGConnectionNotifications: AsyncSequence, Sendable {
    public typealias Element = PGNotification
    public typealias Failure = PGError

    fileprivate let queue: NotificationQueue
    fileprivate let connection: PGConnection

    /// An iterator; several share what comes.
    public func makeAsyncIterator() -> Iterator { Iterator(queue: queue, connection: connection) }

    /// Reads the notifications of a connection.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let queue: NotificationQueue
        fileprivate let connection: PGConnection

        /// Waits for the next one; never nil.
        ///
        /// - Throws: ``PGError`` once the connection has ended; with ``PGError/Code/usage`` where messages were dropped
        ///   because nobody read them; ``PGError/Code/cancelled``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(PGError) -> PGNotification? {
            while true {
                switch await queue.next(until: .distantFuture, on: connection.session.loop) {
                case .success(.notification(let notification)): return notification
                case .success(.dropped):
                    throw PGError(
                        .usage, "Notifications were dropped, since too many waited to be read", retry: .unknown)
                case .success(.nothing): continue
                case .failure(let error): throw connection.located(error)
                }
            }
        }
    }
}

extension PGConnection {
    /// The notifications that come from now on, of all channels for which a LISTEN was run on this connection.
    ///
    /// - Parameter capacity: How many are kept until they are read.
    public func notifications(capacity: Int = 10_000) -> PGConnectionNotifications {
        let queue = NotificationQueue(capacity: capacity)
        session.subscribe(queue, as: lease)
        return PGConnectionNotifications(queue: queue, connection: self)
    }
}
