internal import Synchronization

/// The input requests that handlers in this process wait to have answered, by their ids, which are random and thus no
/// two sessions' ids are the same.
///
/// Each wait has a deadline, and there are at most ``limit`` of them.
final class PendingAnswers: Sendable {
    private struct Waiter {
        var session: SessionHandle?
        var continuation: CheckedContinuation<JSONRPCResponse?, Never>
    }

    private enum Entry {
        /// Registered, not yet waited for.
        case expected(session: SessionHandle?, response: JSONRPCResponse?)
        case waiting(Waiter)
    }

    private let limit: Int
    private let entries = Mutex<[RequestID: Entry]>([:])

    init(limit: Int = 10_000) { self.limit = limit }

    /// Registers a request before it is sent; false where too many are waiting.
    func expect(_ id: RequestID, in session: SessionHandle?) -> Bool {
        entries.withLock { entries in
            guard entries.count < limit else { return false }
            entries[id] = .expected(session: session, response: nil)
            return true
        }
    }

    /// Hands an answer to who waits for it; false where nobody in this process does.
    func answer(_ response: JSONRPCResponse, in session: SessionHandle?) -> Bool {
        guard let id = response.id else { return false }
        let found = entries.withLock { entries -> (Bool, CheckedContinuation<JSONRPCResponse?, Never>?) in
            switch entries[id] {
            case .expected(session, nil)?:
                entries[id] = .expected(session: session, response: response)
                return (true, nil)
            case .waiting(let waiter)? where waiter.session == session:
                entries[id] = .expected(session: session, response: response)
                return (true, waiter.continuation)
            default: return (false, nil)
            }
        }
        found.1?.resume(returning: response)
        return found.0
    }

    /// Waits for the answer; nil after the time, or when the task is cancelled.
    func wait(for id: RequestID, atMost limit: Duration) async -> JSONRPCResponse? {
        let timer = Task { [weak self] in
            try? await Task.sleep(for: limit)
            self?.giveUp(id)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = entries.withLock { entries -> JSONRPCResponse?? in
                    guard case .expected(let session, let response)? = entries[id] else { return .some(nil) }
                    guard response == nil, !Task.isCancelled else { return .some(response) }
                    entries[id] = .waiting(Waiter(session: session, continuation: continuation))
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            giveUp(id)
        }
    }

    /// Forgets a request.
    func forget(_ id: RequestID) {
        giveUp(id)
        entries.withLock { $0[id] = nil }
    }

    private func giveUp(_ id: RequestID) {
        let continuation = entries.withLock { entries -> CheckedContinuation<JSONRPCResponse?, Never>? in
            guard case .waiting(let waiter)? = entries[id] else { return nil }
            entries[id] = .expected(session: waiter.session, response: nil)
            return waiter.continuation
        }
        continuation?.resume(returning: nil)
    }
}
