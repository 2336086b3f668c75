import Synchronization

/// What a whole answer can be read as.
protocol AnswerValue: Sendable {
    static func read(_ machine: borrowing QueryMachine) -> Result<Self, PGError>
}

extension PGResult: AnswerValue {
    static func read(_ machine: borrowing QueryMachine) -> Result<PGResult, PGError> { machine.outcome() }
}

extension [PGResult]: AnswerValue {
    static func read(_ machine: borrowing QueryMachine) -> Result<[PGResult], PGError> { machine.outcomes() }
}

/// The task that waits for one whole answer, and until when.
final class PendingAnswer<Value: AnswerValue>: AnswerReceiver {
    typealias Answer = Result<Value, PGError>

    private enum State {
        case new
        case waiting(CheckedContinuation<Answer, Never>)
        /// Ended before anybody waited.
        case ended(Answer)
        case answered
        /// Ended before the server answered, which it has to do until then.
        case abandoned(until: MonotonicTime)
    }

    private let deadline: MonotonicTime
    private let state = Mutex(State.new)

    init(deadline: MonotonicTime) {
        self.deadline = deadline
    }

    /// Begins to wait; false where the answer is there already, of which `continuation` is then told.
    func begin(_ continuation: CheckedContinuation<Answer, Never>) -> Bool {
        let end: Answer? = state.withLock { state in
            if case .ended(let answer) = state { return answer }
            state = .waiting(continuation)
            return nil
        }
        if let end { continuation.resume(returning: end) }
        return end == nil
    }

    private func end(_ answer: Answer) {
        let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
            switch state {
            case .waiting(let continuation):
                state = .answered
                return continuation
            case .new: state = .ended(answer)
            case .abandoned: state = .answered
            case .ended, .answered: break
            }
            return nil
        }
        continuation?.resume(returning: answer)
    }

    func complete(_ machine: borrowing QueryMachine) {
        end(Value.read(machine))
    }

    func fail(_ error: PGError) {
        end(.failure(error))
    }

    func abandon(_ error: PGError, patience: Duration) -> Bool {
        let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
            switch state {
            case .waiting(let continuation):
                state = .abandoned(until: .now + patience)
                return continuation
            case .new:
                state = .ended(.failure(error))
                return nil
            case .ended, .answered, .abandoned:
                return nil
            }
        }
        continuation?.resume(returning: .failure(error))
        return continuation != nil
    }

    var isAwaited: Bool {
        state.withLock { if case .waiting = $0 { true } else { false } }
    }

    var isAbandoned: Bool {
        state.withLock { if case .abandoned = $0 { true } else { false } }
    }

    func due(at now: MonotonicTime) -> AnswerDue {
        state.withLock { state in
            switch state {
            case .new, .waiting: deadline <= now ? .timeout : .nothing(until: deadline)
            case .ended, .answered: .nothing(until: .distantFuture)
            case .abandoned(let until): until <= now ? .giveUp : .nothing(until: until)
            }
        }
    }
}
