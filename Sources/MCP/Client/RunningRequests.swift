internal import Synchronization

/// The requests that are being served, so that `notifications/cancelled` can end them. There are at most ``limit``.
final class RunningRequests: Sendable {
    /// Whose request it is: ids are the client's own.
    struct Key: Hashable, Sendable {
        var session: SessionHandle?
        var id: RequestID
    }

    /// How a request comes to its end.
    enum Start: Sendable {
        /// What waits for the response, nil when the request was cancelled, after which nothing more may be said of it.
        case begun(@Sendable () async -> JSONRPCResponse?)
        /// The client has a request of this id already.
        case idInUse
        /// There are too many.
        case full
    }

    private let limit: Int
    private let works = Mutex<[Key: Task<JSONRPCResponse, Never>]>([:])

    init(limit: Int) { self.limit = limit }

    /// Begins the work of a request at once, so that a cancellation that comes next finds it.
    func start(_ key: Key, _ work: @escaping @Sendable () async -> JSONRPCResponse) -> Start {
        let start = works.withLock { works -> (Task<JSONRPCResponse, Never>?, Start) in
            guard works[key] == nil else { return (nil, .idInUse) }
            guard works.count < limit else { return (nil, .full) }
            let task = Task { await work() }
            works[key] = task
            return (task, .full)
        }
        guard let task = start.0 else { return start.1 }
        return .begun { [self] in
            let response = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            works.withLock { works in works[key] = nil }
            return task.isCancelled ? nil : response
        }
    }

    /// Cancels all requests.
    func cancelAll() {
        for task in works.withLock({ Array($0.values) }) { task.cancel() }
    }

    /// Cancels a request; false where it is not being served here.
    @discardableResult
    func cancel(_ key: Key) -> Bool {
        let task = works.withLock { $0[key] }
        task?.cancel()
        return task != nil
    }
}
