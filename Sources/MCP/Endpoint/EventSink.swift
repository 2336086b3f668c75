#if Servers
/// Where the events of an answer go. A client that reads too slowly loses the connection rather than events.
struct EventSink: Sendable {
    /// How many events may wait for a client that reads slowly.
    private static let buffer = 256

    private let continuation: AsyncStream<ServerSentEvent>.Continuation

    /// A stream of events and its source. The source does not keep the stream: one that nobody holds has ended.
    static func makeStream() -> (AsyncStream<ServerSentEvent>, EventSink) {
        let (events, continuation) = AsyncStream.makeStream(
            of: ServerSentEvent.self, bufferingPolicy: .bufferingOldest(buffer))
        return (events, EventSink(continuation: continuation))
    }

    /// Sends an event; false where the connection has ended.
    @discardableResult
    func send(_ event: ServerSentEvent) -> Bool {
        switch continuation.yield(event) {
        case .enqueued: return true
        case .dropped:
            continuation.finish()
            return false
        default: return false
        }
    }

    /// Ends the connection.
    func finish() { continuation.finish() }

    /// What is to be done when the connection has ended, from whichever side.
    func onEnd(_ body: @escaping @Sendable () -> Void) { continuation.onTermination = { _ in body() } }
}
#endif
