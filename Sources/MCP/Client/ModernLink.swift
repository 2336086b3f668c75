internal import Synchronization

/// The link of a modern request (2026-07-28, multi round-trip requests).
///
/// Nothing waits between the rounds. A handler runs from its beginning in every round; what was answered in earlier
/// ones is given to it at once, from what the client sent back and from the sealed `requestState`. The first question
/// without an answer ends the run, and the response asks the client for it.
final class ModernLink: ClientLink {
    /// Ends a run of a handler whose question has no answer yet.
    struct InputRequired: Error {}

    private struct State {
        var keys = QuestionKeys()
        var answers: JSONObject
        /// What this run or an earlier one made use of; it alone is carried on, so that a client cannot make the state
        /// grow at will.
        var used: JSONObject
        var remembered: JSONObject
        var pending: JSONObject = [:]
    }

    private let state: Mutex<State>
    private let unsealed: RequestState

    /// A link with what the client sent along.
    init(_ params: JSONObject?, _ unsealed: RequestState) throws(JSONRPCError) {
        var answers = unsealed.answers
        switch params?["inputResponses"] {
        case nil, .null?: break
        case .object(let responses)?:
            // What was answered in an earlier round stays as it was.
            for (key, value) in responses where !answers.contains(key: key) { answers[key] = value }
        default: throw JSONRPCError(.invalidParams, "inputResponses must be an object")
        }
        self.unsealed = unsealed
        state = Mutex(
            State(answers: answers, used: unsealed.answers, remembered: unsealed.remembered))
    }

    func ask(_ questions: [Question]) async throws -> [JSONValue] {
        try state.withLock { state in
            var results: [JSONValue] = []
            for question in questions {
                let key = state.keys.next(question.key)
                if let answer = state.answers[key], question.isAnswered(answer) {
                    state.used[key] = answer
                    results.append(answer)
                } else {
                    state.pending[key] = question.jsonValue
                }
            }
            guard results.count == questions.count else { throw InputRequired() }
            return results
        }
    }

    func remember(_ key: String, _ make: () async throws -> JSONValue) async throws -> JSONValue {
        if let known = state.withLock({ $0.remembered[key] }) { return known }
        let made = try await make()
        state.withLock { $0.remembered[key] = made }
        return made
    }

    /// What the client has to be asked, with the state to bring along; nil where nothing is open.
    func openQuestions() -> (requests: JSONObject, state: RequestState)? {
        state.withLock { state in
            guard !state.pending.isEmpty else { return nil }
            var next = unsealed
            next.answers = state.used
            next.remembered = state.remembered
            return (state.pending, next)
        }
    }
}
