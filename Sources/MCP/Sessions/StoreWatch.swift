internal import Synchronization

/// Wakes whoever waits for something in a store that may come from any instance, such as the next event of a stream.
///
/// What was signalled since the last wait ends the next one at once: who begins to watch, then looks into the store and
/// then waits misses nothing. A wait may end without cause. One task waits at a time.
public final class StoreWatch: Sendable {
    private struct State {
        var isWoken = false
        var ticket: UInt64 = 0
        /// The wait of this number is over.
        var released: UInt64 = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let interval: Duration?
    private let onEnd: (@Sendable () -> Void)?
    private let state = Mutex(State())

    /// A watch that ``wake()`` wakes.
    ///
    /// - Parameter onEnd: What is to be done when nobody holds the watch any more.
    public init(onEnd: @escaping @Sendable () -> Void) {
        interval = nil
        self.onEnd = onEnd
    }

    /// A watch for a store that cannot tell when something comes: it wakes from time to time.
    public init(every interval: Duration) {
        self.interval = interval
        onEnd = nil
    }

    deinit { onEnd?() }

    /// Ends the wait, or the next one.
    public func wake() {
        let waiter = state.withLock { state in
            state.isWoken = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Waits; true where it is time to look, false after `limit` or when the task is cancelled.
    public func wait(atMost limit: Duration) async -> Bool {
        let ticket = state.withLock { state in
            state.ticket += 1
            return state.ticket
        }
        let time = min(limit, interval ?? limit)
        let timer = Task { [weak self] in
            guard (try? await Task.sleep(for: time)) != nil else { return }
            self?.release(ticket)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isWoken || state.released == ticket || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            release(ticket)
        }
        timer.cancel()
        let wasWoken = state.withLock { state in
            defer { state.isWoken = false }
            return state.isWoken
        }
        return wasWoken || interval.map { $0 <= limit } == true && !Task.isCancelled
    }

    private func release(_ ticket: UInt64) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.ticket == ticket else { return nil }
            state.released = ticket
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
