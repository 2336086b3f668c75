import Synchronization

/// The task that waits for one whole answer, and until when.
///
/// At first it waits without regard to its own cancellation, since most answers come sooner than that could be watched;
/// where the answer takes longer, a tick lets it wait anew with an eye on it.
final class PendingAnswer: SessionLine.Place, AnswerReceiver, @unchecked Sendable {
    // @unchecked Sendable: as a place is; `state` is a lock, and the rest is immutable.

    typealias Answer = QueryOutcome

    /// Why a wait has ended.
    enum Wake: Sendable {
        case answer(Answer)
        case tick
    }

    private enum State {
        case new
        case waiting(Waiter<Wake>, tick: MonotonicTime)
        /// Between two waits.
        case ticked
        /// The answer came while nobody waited.
        case ended(Answer)
        case answered
        /// Ended before the server answered, which it has to do until then; with the reason where nobody was told.
        indirect case abandoned(until: MonotonicTime, PGError?)
    }

    private let deadline: MonotonicTime
    private let state = Mutex(State.new)

    init(deadline: MonotonicTime) {
        self.deadline = deadline
    }

    /// Waits for the answer, or for the tick at `tick`.
    ///
    /// - Parameter start: Called with the next moment at which something is due once the wait has begun; not where the
    ///   answer was there before.
    @inline(__always)
    func wait(watching tick: MonotonicTime, _ start: (MonotonicTime) -> Void) async -> Wake {
        await Waiter.wait { waiter in
            if let early = begin(waiter, tick: tick) {
                waiter.resume(.answer(early))
            } else {
                start(min(tick, deadline))
            }
        }
    }

    /// Begins to wait, unless there is an answer to return.
    private func begin(_ waiter: Waiter<Wake>, tick: MonotonicTime) -> Answer? {
        state.withLock { state in
            switch state {
            case .ended(let answer):
                state = .answered
                return answer
            case .abandoned(let until, .some(let error)):
                state = .abandoned(until: until, nil)
                return .failure(error)
            case .new, .ticked, .waiting, .answered, .abandoned(_, nil):
                state = .waiting(waiter, tick: tick)
                return nil
            }
        }
    }

    private func end(_ answer: Answer) {
        let waiter: Waiter<Wake>? = state.withLock { state in
            switch state {
            case .waiting(let waiter, _):
                state = .answered
                return waiter
            case .new, .ticked: state = .ended(answer)
            case .abandoned(_, let error?): state = .ended(.failure(error))
            case .abandoned: state = .answered
            case .ended, .answered: break
            }
            return nil
        }
        waiter?.resume(.answer(answer))
    }

    func complete(_ machine: inout QueryMachine) {
        end(machine.takeOutcome())
    }

    func fail(_ error: PGError) {
        end(.failure(error))
    }

    func tick() {
        let waiter: Waiter<Wake>? = state.withLock { state in
            guard case .waiting(let waiter, _) = state else { return nil }
            state = .ticked
            return waiter
        }
        waiter?.resume(.tick)
    }

    func abandon(_ error: PGError, patience: Duration) -> Bool {
        let (waiter, wasAwaited): (Waiter<Wake>?, Bool) = state.withLock { state in
            switch state {
            case .waiting(let waiter, _):
                state = .abandoned(until: .now + patience, nil)
                return (waiter, true)
            case .ticked:
                state = .abandoned(until: .now + patience, error)
                return (nil, true)
            case .new: state = .ended(.failure(error))
            case .ended, .answered, .abandoned: break
            }
            return (nil, false)
        }
        waiter?.resume(.answer(.failure(error)))
        return wasAwaited
    }

    var isAwaited: Bool {
        state.withLock { state in
            switch state {
            case .waiting, .ticked: true
            case .new, .ended, .answered, .abandoned: false
            }
        }
    }

    var isAbandoned: Bool {
        state.withLock { if case .abandoned = $0 { true } else { false } }
    }

    func due(at now: MonotonicTime) -> AnswerDue {
        state.withLock { state in
            switch state {
            case .waiting(_, let tick) where deadline > now:
                tick <= now ? .tick(until: deadline) : .nothing(until: min(tick, deadline))
            case .new, .ticked, .waiting: deadline <= now ? .timeout : .nothing(until: deadline)
            case .ended, .answered: .nothing(until: .distantFuture)
            case .abandoned(let until, _): until <= now ? .giveUp : .nothing(until: until)
            }
        }
    }
}
