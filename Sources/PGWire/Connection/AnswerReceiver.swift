/// Who waits for the answer at one place of a session's line.
///
/// The place is kept when nobody waits any more, so that its answer is never taken for the next one's.
protocol AnswerReceiver: SessionLine.Place, Sendable {
    /// Whether the answer is wanted, so that something should be sent for it.
    var isAwaited: Bool { get }

    /// Whether the answer is still to come though nobody waits for it.
    var isAbandoned: Bool { get }

    /// Stops waiting for the server's answer, which may take `patience` longer before the connection is given up.
    ///
    /// - Returns: Whether the server was being waited for.
    func abandon(_ error: PGError, patience: Duration) -> Bool

    /// What is to be done about it at a moment.
    func due(at now: MonotonicTime) -> AnswerDue

    /// The moment has come that ``due(at:)`` named with a tick.
    func tick()

    /// The answer has failed as a whole: it was not asked for, or cannot come any more.
    func fail(_ error: PGError)

    /// The answer is complete.
    func complete(_ machine: inout QueryMachine)

    /// What is streamed begins.
    func begin(_ opening: StreamOpening)

    /// More of it has come.
    ///
    /// - Returns: Whether there is room for more; where there is not, ``StreamReceiver/next()`` asks for more later.
    func take(_ chunk: StreamChunk) -> Bool
}

extension AnswerReceiver {
    func tick() {}
    func begin(_ opening: StreamOpening) {}
    func take(_ chunk: StreamChunk) -> Bool { true }
}

/// What is to be done about an answer that is waited for.
enum AnswerDue: Equatable {
    case nothing(until: MonotonicTime)
    /// The wait is to begin anew; whether or not it does, the caller has waited long enough at `until`.
    case tick(until: MonotonicTime)
    /// The caller has waited long enough.
    case timeout
    /// The server has not answered what was abandoned.
    case giveUp
}
