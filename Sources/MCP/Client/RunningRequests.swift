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

    private struct Works {
        /// Several of one key only where a client uses an id again while it is in use.
        var tasks: [Key: [Int: Task<JSONRPCResponse, Never>]] = [:]
        var count = 0
        var lastNumber = 0
    }

    private let limit: Int
    private let works = Mutex(Works())

    init(limit: Int) { self.limit = limit }

    /// How many requests are being served.
    var count: Int { works.withLock { $0.count } }

    /// Begins the work of a request at once, so that a cancellation that comes next finds it. Its place is free again once
    /// the work is done, whether or not anybody waits for the response.
    ///
    /// - Parameter sharesID: Whether it may have the id of another one, with which it is then cancelled.
    func start(
        _ key: Key, sharesID: Bool = false, _ work: @escaping @Sendable () async -> JSONRPCResponse
    ) -> Start {
        let start = works.withLock { works -> (Task<JSONRPCResponse, Never>?, Start) in
            guard sharesID || works.tasks[key] == nil else { return (nil, .idInUse) }
            guard works.count < limit else { return (nil, .full) }
            works.count += 1
            works.lastNumber += 1
            let number = works.lastNumber
            let task = Task {
                let response = await work()
                self.remove(key, number)
                return response
            }
            works.tasks[key, default: [:]][number] = task
            return (task, .full)
        }
        guard let task = start.0 else { return start.1 }
        return .begun {
            let response = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            return task.isCancelled ? nil : response
        }
    }

    private func remove(_ key: Key, _ number: Int) {
        works.withLock { works in
            works.count -= 1
            works.tasks[key]?[number] = nil
            if works.tasks[key]?.isEmpty == true { works.tasks[key] = nil }
        }
    }

    /// Cancels all requests.
    func cancelAll() {
        for task in works.withLock({ $0.tasks.values.flatMap(\.values) }) { task.cancel() }
    }

    /// Cancels a request; false where it is not being served here.
    @discardableResult
    func cancel(_ key: Key) -> Bool {
        guard let tasks = works.withLock({ $0.tasks[key] }) else { return false }
        for task in tasks.values { task.cancel() }
        return true
    }
}
