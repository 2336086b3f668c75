import Synchronization

@testable import PGWire

/// Who waits for an answer in a simulation, and knows which one is his.
final class SimulatedReceiver: SessionLine.Place, AnswerReceiver, @unchecked Sendable {
    // @unchecked Sendable: as a place is; the rest is immutable or a lock.

    enum State: Sendable {
        case waiting
        case abandoned
        case ended(QueryOutcome)
    }

    /// What his statement selects.
    let number: Int64
    private let state = Mutex(State.waiting)

    init(_ number: Int64) {
        self.number = number
    }

    var outcome: State { state.withLock { $0 } }
    /// Whether nobody waits any more.
    var isOver: Bool { if case .waiting = outcome { false } else { true } }

    var isAwaited: Bool { if case .waiting = outcome { true } else { false } }
    var isAbandoned: Bool { if case .abandoned = outcome { true } else { false } }

    func abandon(_ error: PGError, patience: Duration) -> Bool {
        state.withLock { state in
            guard case .waiting = state else { return false }
            state = .abandoned
            return true
        }
    }

    func due(at now: MonotonicTime) -> AnswerDue { .nothing(until: .distantFuture) }
    func fail(_ error: PGError) { end(.failure(error)) }
    func complete(_ machine: inout QueryMachine) { end(machine.takeOutcome()) }

    private func end(_ result: QueryOutcome) {
        state.withLock { if case .waiting = $0 { $0 = .ended(result) } }
    }
}
