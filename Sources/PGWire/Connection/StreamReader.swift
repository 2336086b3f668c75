/// The one who reads a stream. When it is let go of before the end, the server is asked to stop.
final class StreamReader: Sendable {
    /// Kept, since a connection ends with its last user.
    let connection: PGConnection
    let stream: PendingStream
    private let timeout: Duration
    private let lease: (any Sendable & AnyObject)?

    /// - Parameters:
    ///   - timeout: How long the server may let the reader wait each time.
    ///   - lease: Let go of when the reader is done with the connection.
    init(
        connection: PGConnection, stream: PendingStream, timeout: Duration, lease: (any Sendable & AnyObject)?
    ) {
        self.connection = connection
        self.stream = stream
        self.timeout = timeout
        self.lease = lease
    }

    deinit {
        if stream.isOpen {
            connection.session.abandon(
                stream, PGError(.cancelled, "The reader of the stream went away", retry: .unknown))
        }
    }

    /// The next event.
    func next() async throws(PGError) -> PendingStream.Event {
        let session = connection.session
        let next: PendingStream.Next
        if let early = stream.poll() {
            next = early
        } else {
            let deadline = MonotonicTime.now + timeout
            next = await withTaskCancellationHandler {
                await stream.wait(until: deadline) { session.arm(deadline) }
            } onCancel: {
                session.abandon(stream, PGError(.cancelled, "The stream was cancelled", retry: .unknown))
            }
        }
        if stream.hasRoomAgain() { session.channel.resumeReading() }
        switch next {
        case .success(let event): return event
        case .failure(let error): throw connection.located(error)
        }
    }

    /// Why the stream has ended though its other side was not done.
    func failure() async -> PGError {
        do throws(PGError) {
            // What came before is of no use any more.
            while true { if case .end = try await next() { break } }
            return PGError(.protocolViolation, "The server ended the COPY before its data ended", retry: .unknown)
        } catch {
            return error
        }
    }
}
