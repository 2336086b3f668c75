import Synchronization

/// The task that waits for a query's answer, and until when.
///
/// The query keeps its place in the connection's line when nobody waits any more, so that its answer is never taken for
/// the next one's.
final class PendingQuery: Sendable {
    typealias Answer = Result<PGResult, PGError>

    private enum State {
        case new
        case waiting(CheckedContinuation<Answer, Never>)
        /// Ended before anybody waited.
        case ended(PGError)
        case answered
        /// Ended before the server answered, which it has to do until then.
        case abandoned(until: MonotonicTime)
    }

    private let deadline: MonotonicTime
    private let state = Mutex(State.new)

    init(deadline: MonotonicTime) {
        self.deadline = deadline
    }

    /// Begins to wait; false where the query has ended already, of which `continuation` is then told.
    func begin(_ continuation: CheckedContinuation<Answer, Never>) -> Bool {
        let end: PGError? = state.withLock { state in
            if case .ended(let error) = state { return error }
            state = .waiting(continuation)
            return nil
        }
        if let end { continuation.resume(returning: .failure(end)) }
        return end == nil
    }

    /// Hands the server's answer to the waiting task, if it still waits.
    func answer(_ answer: Answer) {
        let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
            defer { state = .answered }
            return if case .waiting(let continuation) = state { continuation } else { nil }
        }
        continuation?.resume(returning: answer)
    }

    /// Stops waiting for the server's answer, which may take `patience` longer before the connection is given up.
    ///
    /// - Returns: Whether the server was being waited for.
    func abandon(_ error: PGError, patience: Duration) -> Bool {
        let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
            switch state {
            case .waiting(let continuation):
                state = .abandoned(until: .now + patience)
                return continuation
            case .new:
                state = .ended(error)
                return nil
            case .ended, .answered, .abandoned:
                return nil
            }
        }
        continuation?.resume(returning: .failure(error))
        return continuation != nil
    }

    /// Whether somebody waits for the answer.
    var isAwaited: Bool {
        state.withLock { if case .waiting = $0 { true } else { false } }
    }

    /// Whether the answer is still to come though nobody waits for it.
    var isAbandoned: Bool {
        state.withLock { if case .abandoned = $0 { true } else { false } }
    }

    /// What is to be done about the query at a moment.
    enum Due {
        case nothing(until: MonotonicTime)
        /// The caller has waited long enough.
        case timeout
        /// The server has not answered an abandoned query.
        case giveUp
    }

    func due(at now: MonotonicTime) -> Due {
        state.withLock { state in
            switch state {
            case .new, .waiting: deadline <= now ? .timeout : .nothing(until: deadline)
            case .ended, .answered: .nothing(until: .distantFuture)
            case .abandoned(let until): until <= now ? .giveUp : .nothing(until: until)
            }
        }
    }
}
