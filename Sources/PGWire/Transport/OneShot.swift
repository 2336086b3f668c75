import Synchronization

/// A value that one task waits for and that several others may bring: the first one counts.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Value, Never>)
        case ended(Value)
    }

    private let state = Mutex(State.new)

    /// Waits for the value. `start` is called once the wait has begun, unless the value came before.
    func wait(_ start: () -> Void) async -> Value {
        await withCheckedContinuation { continuation in
            let early: Value? = state.withLock { state in
                if case .ended(let value) = state { return value }
                state = .waiting(continuation)
                return nil
            }
            if let early { continuation.resume(returning: early) } else { start() }
        }
    }

    /// Brings the value; nothing happens where it has come already.
    func end(_ value: Value) {
        let continuation: CheckedContinuation<Value, Never>? = state.withLock { state in
            switch state {
            case .new:
                state = .ended(value)
                return nil
            case .waiting(let continuation):
                state = .ended(value)
                return continuation
            case .ended:
                return nil
            }
        }
        continuation?.resume(returning: value)
    }
}
