internal import Synchronization

/// A call that goes on as a task (extension `io.modelcontextprotocol/tasks`), and the link of its handler to the client:
/// what it asks is part of the task until `tasks/update` answers it.
final class RunningTask: ClientLink {
    enum Status: String, Sendable {
        case working
        case inputRequired = "input_required"
        case completed
        case failed
        case cancelled
    }

    private struct State {
        var status = Status.working
        var message: String?
        var updatedAt: Timestamp
        var outcome: Result<JSONObject, JSONRPCError>?
        var keys = QuestionKeys()
        var open: [(key: String, question: Question)] = []
        var waiters: [String: CheckedContinuation<JSONValue?, Never>] = [:]
        var work: Task<Void, Never>?
    }

    let id: String
    let principal: Principal
    let createdAt: Timestamp
    let timeToLive: Duration
    private let pollInterval: Duration
    private let onChange: @Sendable () -> Void
    private let state: Mutex<State>

    init(
        id: String, principal: Principal, timeToLive: Duration, pollInterval: Duration,
        onChange: @escaping @Sendable () -> Void
    ) {
        self.id = id
        self.principal = principal
        self.timeToLive = timeToLive
        self.pollInterval = pollInterval
        self.onChange = onChange
        createdAt = .now
        state = Mutex(State(updatedAt: createdAt))
    }

    var expiresAt: Timestamp { createdAt.advanced(by: timeToLive) }

    /// Begins the work. It is cancelled when the task's time is over.
    func start(_ work: @escaping @Sendable () async -> Result<JSONObject, JSONRPCError>) {
        let task = Task { [self] in
            let timer = Task { [self] in
                if (try? await Task.sleep(for: timeToLive)) != nil { cancel() }
            }
            let outcome = await work()
            timer.cancel()
            end(outcome)
        }
        state.withLock { $0.work = task }
    }

    private func end(_ outcome: Result<JSONObject, JSONRPCError>) {
        change { state in
            guard state.outcome == nil, state.status != .cancelled else { return }
            state.outcome = outcome
            state.open = []
            switch outcome {
            case .success: state.status = .completed
            case .failure(let error):
                state.status = .failed
                state.message = error.message
            }
        }
    }

    /// Ends the work; what is done already stays so.
    func cancel() {
        typealias Waiter = CheckedContinuation<JSONValue?, Never>
        let (work, waiters) = state.withLock { state -> (Task<Void, Never>?, [Waiter]) in
            guard state.outcome == nil else { return (nil, []) }
            state.status = .cancelled
            state.open = []
            state.updatedAt = .now
            defer { state.waiters = [:] }
            return (state.work, Array(state.waiters.values))
        }
        for waiter in waiters { waiter.resume(returning: nil) }
        work?.cancel()
        onChange()
    }

    /// Says what is being done.
    func report(_ message: String) {
        change { if $0.outcome == nil { $0.message = message } }
    }

    /// Takes the answers to open questions; others are passed over, as are those that do not fit.
    func update(_ responses: JSONObject) {
        let answered = state.withLock { state in
            var answered: [(CheckedContinuation<JSONValue?, Never>, JSONValue)] = []
            for (key, value) in responses {
                guard let index = state.open.firstIndex(where: { $0.key.hasSameBytes(as: key) }),
                    state.open[index].question.isAnswered(value)
                else { continue }
                state.open.remove(at: index)
                if let waiter = state.waiters.removeValue(forKey: key) { answered.append((waiter, value)) }
            }
            if state.open.isEmpty, state.status == .inputRequired { state.status = .working }
            state.updatedAt = .now
            return answered
        }
        for (waiter, value) in answered { waiter.resume(returning: value) }
        if !answered.isEmpty { onChange() }
    }

    func ask(_ questions: [Question]) async throws -> [JSONValue] {
        try await withThrowingTaskGroup(of: (Int, JSONValue).self) { group in
            for (index, question) in questions.enumerated() {
                group.addTask { [self] in
                    guard let answer = await answer(to: question) else { throw CancellationError() }
                    return (index, answer)
                }
            }
            var answers = [JSONValue](repeating: .null, count: questions.count)
            for try await (index, answer) in group { answers[index] = answer }
            return answers
        }
    }

    private func answer(to question: Question) async -> JSONValue? {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.status != .cancelled, state.outcome == nil else { return true }
                let key = state.keys.next(question.key)
                state.open.append((key, question))
                state.waiters[key] = continuation
                state.status = .inputRequired
                state.updatedAt = .now
                return false
            }
            if isOver { continuation.resume(returning: nil) } else { onChange() }
        }
    }

    func remember(_ key: String, _ make: () async throws -> JSONValue) async throws -> JSONValue { try await make() }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            state.updatedAt = .now
        }
        onChange()
    }

    /// The task as `tasks/get` shows it; without details as the result of the call that began it.
    func jsonObject(detailed: Bool) -> JSONObject {
        state.withLock { state in
            var object: JSONObject = ["taskId": .string(id), "status": .string(state.status.rawValue)]
            object["statusMessage"] = state.message.map { .string($0) }
            object["createdAt"] = .string(createdAt.description)
            object["lastUpdatedAt"] = .string(state.updatedAt.description)
            object["ttlMs"] = JSONValue(timeToLive.wholeMicroseconds / 1000)
            object["pollIntervalMs"] = JSONValue(pollInterval.wholeMicroseconds / 1000)
            guard detailed else { return object }
            switch (state.status, state.outcome) {
            case (.inputRequired, _):
                object["inputRequests"] = .object(
                    JSONObject(state.open.map { (key: $0.key, value: $0.question.jsonValue) }))
            case (.completed, .success(let result)?): object["result"] = .object(result)
            case (.failed, .failure(let error)?): object["error"] = error.jsonValue
            default: break
            }
            return object
        }
    }
}
