import Synchronization

/// The answer to one statement of a pipeline, kept until it is asked for, as often as it is.
final class PipelineAnswer: SessionLine.Place, AnswerReceiver, @unchecked Sendable {
    // @unchecked Sendable: as a place is; `state` is a lock, and the rest is immutable.

    typealias Answer = QueryOutcome

    private enum State {
        case open([CheckedContinuation<Answer, Never>])
        case ended(Answer)
        /// Ended before the server answered, which it has to do until then.
        indirect case abandoned(PGError, until: MonotonicTime)
    }

    /// The statement's place in its pipeline, counted from 1.
    let number: Int
    private let deadline: MonotonicTime
    private let state = Mutex(State.open([]))

    init(number: Int, deadline: MonotonicTime) {
        self.number = number
        self.deadline = deadline
    }

    /// Waits for the answer; not where it is there, as most are once the first of a batch has come.
    func wait() async -> Answer {
        if let answer { return answer }
        return await withCheckedContinuation { continuation in
            let early: Answer? = state.withLock { state in
                switch state {
                case .open(let waiters):
                    state = .open(waiters + [continuation])
                    return nil
                case .ended(let answer): return answer
                case .abandoned(let error, _): return .failure(error)
                }
            }
            if let early { continuation.resume(returning: early) }
        }
    }

    /// The answer, where it is there.
    var answer: Answer? {
        state.withLock { if case .ended(let answer) = $0 { answer } else { nil } }
    }

    private func end(_ answer: Answer) {
        let waiters: [CheckedContinuation<Answer, Never>] = state.withLock { state in
            switch state {
            case .open(let waiters):
                state = .ended(answer)
                return waiters
            case .abandoned(let error, _):
                state = .ended(.failure(error))
                return []
            case .ended:
                return []
            }
        }
        for waiter in waiters { waiter.resume(returning: answer) }
    }

    func complete(_ machine: inout QueryMachine) {
        end(machine.takeOutcome())
    }

    func fail(_ error: PGError) {
        end(.failure(error))
    }

    func abandon(_ error: PGError, patience: Duration) -> Bool {
        let waiters: [CheckedContinuation<Answer, Never>]? = state.withLock { state in
            guard case .open(let waiters) = state else { return nil }
            state = .abandoned(error, until: .now + patience)
            return waiters
        }
        for waiter in waiters ?? [] { waiter.resume(returning: .failure(error)) }
        return waiters != nil
    }

    var isAwaited: Bool {
        state.withLock { if case .open = $0 { true } else { false } }
    }

    var isAbandoned: Bool {
        state.withLock { if case .abandoned = $0 { true } else { false } }
    }

    func due(at now: MonotonicTime) -> AnswerDue {
        state.withLock { state in
            switch state {
            case .open: deadline <= now ? .timeout : .nothing(until: deadline)
            case .ended: .nothing(until: .distantFuture)
            case .abandoned(_, let until): until <= now ? .giveUp : .nothing(until: until)
            }
        }
    }
}
