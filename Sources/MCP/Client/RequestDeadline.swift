internal import Synchronization

/// How long a handler may work. The time in which it waits for the client does not count.
final class RequestDeadline: Sendable {
    private struct State {
        var deadline: ContinuousClock.Instant
        var waits = 0
        var waitingSince = ContinuousClock.now
    }

    private let state: Mutex<State>

    init(after timeout: Duration) { state = Mutex(State(deadline: ContinuousClock.now + timeout)) }

    /// Runs what waits for the client.
    func whileWaiting<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        state.withLock { state in
            if state.waits == 0 { state.waitingSince = ContinuousClock.now }
            state.waits += 1
        }
        defer {
            state.withLock { state in
                state.waits -= 1
                if state.waits == 0 { state.deadline += ContinuousClock.now - state.waitingSince }
            }
        }
        return try await body()
    }

    /// Returns when the time is over, or throws when the task is cancelled.
    func expire() async throws {
        while true {
            let (deadline, isWaiting) = state.withLock { ($0.deadline, $0.waits > 0) }
            let now = ContinuousClock.now
            if isWaiting {
                try await Task.sleep(until: max(deadline, now + .milliseconds(100)))
            } else if now < deadline {
                try await Task.sleep(until: deadline)
            } else {
                return
            }
        }
    }
}
