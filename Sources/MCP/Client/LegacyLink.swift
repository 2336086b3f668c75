internal import Digests

/// The link of a legacy request: input requests go out on the stream of its answer, and what the client posts in reply
/// comes back here, from this process or through the store from another instance.
struct LegacyLink: ClientLink {
    /// Where answers come in that were posted to other instances.
    struct Mailbox: Sendable {
        var store: any SessionStore
        var handle: SessionHandle
        var principal: Principal

        func watch(_ address: String) -> StoreWatch { store.watch(.message(address: address), in: handle) }

        func take(_ address: String) async -> JSONRPCResponse? {
            guard let bytes = try? await store.take(address, in: handle, of: principal),
                let value = try? JSONValue(parsing: bytes), case .response(let response)? = try? JSONRPCMessage(value)
            else { return nil }
            return response
        }
    }

    let outlet: Outlet
    let pending: PendingAnswers
    let session: SessionHandle?
    let mailbox: Mailbox?
    let timeout: Duration

    /// The address in the store of the answer to an input request.
    static func address(of id: RequestID) -> String? {
        id.jsonValue.stringValue.map { "answer " + $0 }
    }

    func ask(_ questions: [Question]) async throws -> [JSONValue] {
        guard outlet.isOpen else { throw InputRequestError.unreachable }
        return try await withThrowingTaskGroup(of: (Int, JSONValue).self) { group in
            for (index, question) in questions.enumerated() {
                group.addTask { (index, try await ask(question)) }
            }
            var answers = [JSONValue](repeating: .null, count: questions.count)
            for try await (index, answer) in group { answers[index] = answer }
            return answers
        }
    }

    func remember(_ key: String, _ make: () async throws -> JSONValue) async throws -> JSONValue { try await make() }

    private func ask(_ question: Question) async throws -> JSONValue {
        let id = RequestID.string(Base64.encodeURL(SecureRandom.bytes(12)))
        guard pending.expect(id, in: session) else { throw InputRequestError.unreachable }
        defer { pending.forget(id) }
        outlet.put(.request(JSONRPCRequest(id: id, method: question.method, params: question.params)))
        guard let response = await answer(to: id) else {
            outlet.notify(
                "notifications/cancelled",
                ["requestId": id.jsonValue, "reason": "The server no longer waits for the answer"])
            try Task.checkCancellation()
            throw InputRequestError.timedOut
        }
        switch response.outcome {
        case .failure(let error): throw InputRequestError.refused(error)
        case .success(let result):
            guard question.isAnswered(.object(result)) else { throw InputRequestError.unusableAnswer }
            return .object(result)
        }
    }

    /// The answer from wherever it comes first.
    private func answer(to id: RequestID) async -> JSONRPCResponse? {
        let poll = mailbox.flatMap { mailbox in
            Self.address(of: id).map { address -> Task<Void, Never> in
                // The watch begins before the first look: nothing that comes after it is missed.
                let watch = mailbox.watch(address)
                return Task {
                    while !Task.isCancelled {
                        if let response = await mailbox.take(address) {
                            _ = pending.answer(response, in: session)
                            return
                        }
                        _ = await watch.wait(atMost: timeout)
                    }
                }
            }
        }
        defer { poll?.cancel() }
        return await pending.wait(for: id, atMost: timeout)
    }
}
