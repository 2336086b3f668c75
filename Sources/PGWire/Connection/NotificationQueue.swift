import Synchronization

/// Notifications that have come and were not read yet; bounded, the newest being dropped, which the reader is told.
final class NotificationQueue: DeadlineTarget {
    enum Item: Sendable {
        case notification(PGNotification)
        /// Some were dropped here.
        case dropped
        /// Nothing came until the deadline.
        case nothing
    }

    typealias Next = Result<Item, PGError>

    private struct State {
        var items = FIFO<Item>()
        var hasDropped = false
        var end: PGError?
        var waiter: CheckedContinuation<Next, Never>?
        var deadline = MonotonicTime.distantFuture
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    func append(_ notification: PGNotification) {
        let waiter: CheckedContinuation<Next, Never>? = state.withLock { state in
            if let waiter = state.waiter.take() { return waiter }
            if state.items.count < capacity {
                state.items.append(.notification(notification))
            } else if !state.hasDropped {
                state.hasDropped = true
                state.items.append(.dropped)
            }
            return nil
        }
        waiter?.resume(returning: .success(.notification(notification)))
    }

    func end(_ error: PGError) {
        let waiter: CheckedContinuation<Next, Never>? = state.withLock { state in
            state.end = state.end ?? error
            return state.waiter.take()
        }
        waiter?.resume(returning: .failure(error))
    }

    /// Waits for the next one until `deadline`. A task that is cancelled stops waiting.
    func next(until deadline: MonotonicTime, on loop: PGEventLoop) async -> Next {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let early = take(or: continuation, until: deadline) {
                    continuation.resume(returning: early)
                } else if deadline != .distantFuture {
                    loop.schedule(deadline, self)
                }
            }
        } onCancel: {
            wake(.failure(PGError(.cancelled, "Cancelled while waiting for notifications", retry: .safe)))
        }
    }

    private func take(or continuation: CheckedContinuation<Next, Never>, until deadline: MonotonicTime) -> Next? {
        state.withLock { state in
            if let item = state.items.popFirst() {
                if case .dropped = item { state.hasDropped = false }
                return .success(item)
            }
            if let end = state.end { return .failure(end) }
            if Task.isCancelled {
                return .failure(PGError(.cancelled, "Cancelled while waiting for notifications", retry: .safe))
            }
            guard state.waiter == nil else {
                return .failure(PGError(.usage, "Two tasks read the same notifications", retry: .pointless))
            }
            state.waiter = continuation
            state.deadline = deadline
            return nil
        }
    }

    private func wake(_ next: Next) {
        state.withLock { $0.waiter.take() }?.resume(returning: next)
    }

    func deadlineReached(_ now: MonotonicTime) {
        let isDue = state.withLock { $0.waiter != nil && $0.deadline <= now }
        if isDue { wake(.success(.nothing)) }
    }
}
