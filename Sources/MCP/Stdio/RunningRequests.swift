internal import Synchronization

/// The requests of one connection that are being served, so that `notifications/cancelled` can end them.
final class RunningRequests: Sendable {
    private let works = Mutex<[RequestID: Task<JSONRPCResponse, Never>]>([:])

    /// Begins the work of a request at once, so that a cancellation that comes next finds it.
    ///
    /// - Returns: What waits for the response; it gives nil when the request was cancelled, after which nothing more
    ///   may be said of it.
    func start(
        _ id: RequestID, _ work: @escaping @Sendable () async -> JSONRPCResponse
    ) -> @Sendable () async -> JSONRPCResponse? {
        let task: Task<JSONRPCResponse, Never>? = works.withLock { works in
            guard works[id] == nil else { return nil }
            let task = Task { await work() }
            works[id] = task
            return task
        }
        guard let task else {
            return { JSONRPCResponse(id: id, error: JSONRPCError(.invalidRequest, "The id is in use")) }
        }
        return { [self] in
            let response = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            works.withLock { works in works[id] = nil }
            return task.isCancelled ? nil : response
        }
    }

    /// Cancels a request, if it is being served.
    func cancel(_ id: RequestID) {
        works.withLock { $0[id] }?.cancel()
    }
}
