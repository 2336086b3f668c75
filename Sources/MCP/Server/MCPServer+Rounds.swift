internal import Logging

extension MCPServer {
    /// Serves a request whose handler may ask the client. In the modern era a question without an answer makes the
    /// response ask for it, and what the client sends then runs the handler again; see ``ModernLink``.
    func inRounds(
        _ request: JSONRPCRequest, _ context: RequestContext,
        _ body: (RequestContext) async throws(JSONRPCError) -> JSONObject
    ) async throws(JSONRPCError) -> JSONObject {
        guard context.era == .modern else { return try await body(context) }
        var state = RequestState(request, of: context.principal)
        switch request.params?["requestState"] {
        case nil, .null?: break
        case .string(let text)?: try state.open(text, with: await key(context))
        default: throw JSONRPCError(.invalidParams, "requestState must be a string")
        }
        let link = try ModernLink(request.params, state)
        var context = context
        context.link = link
        let outcome: Result<JSONObject, JSONRPCError>
        do throws(JSONRPCError) { outcome = .success(try await body(context)) } catch { outcome = .failure(error) }
        // Also where the handler went on after its question: it does so in the other era when the client declined.
        guard let (requests, next) = link.openQuestions() else { return try outcome.get() }
        return [
            "resultType": "input_required", "inputRequests": .object(requests),
            "requestState": .string(next.sealed(with: try await key(context))),
        ]
    }

    private func key(_ context: RequestContext) async throws(JSONRPCError) -> [UInt8] {
        do throws(SessionStoreError) {
            return try await context.stateKey.bytes()
        } catch {
            context.logger.error("the key of requestState is not available", metadata: ["error": "\(error)"])
            throw .storageUnavailable
        }
    }

    /// How a handler's work ended.
    enum Ending<Value: Sendable>: Sendable {
        case returned(Value)
        case threw(any Error)
        case timedOut
    }

    /// Runs a handler until its deadline, after which it is cancelled.
    func run<Value: Sendable>(
        _ context: RequestContext, _ body: @escaping @Sendable () async throws -> Value
    ) async -> Ending<Value> {
        let deadline = context.deadline
        return await withTaskGroup(of: Ending<Value>?.self) { group in
            group.addTask {
                do { return .returned(try await body()) } catch { return .threw(error) }
            }
            group.addTask {
                guard let deadline, (try? await deadline.expire()) != nil else { return nil }
                return .timedOut
            }
            defer { group.cancelAll() }
            for await ending in group {
                if let ending { return ending }
            }
            return .timedOut
        }
    }

    /// The error response for what a handler of a resource, a prompt or a completion threw.
    func failure(_ error: any Error, _ what: String, context: RequestContext) -> JSONRPCError {
        switch error {
        case let error as JSONRPCError: return error
        case let error as InputRequestError: return .init(asking: error, era: context.era)
        // Whoever cancelled the call knows; what a round of the modern era ends with is answered otherwise.
        case is CancellationError, is ModernLink.InputRequired: return JSONRPCError(.internalError, "\(what) ended")
        default:
            context.logger.error("a handler failed", metadata: ["of": "\(what)", "error": "\(type(of: error))"])
            return JSONRPCError(.internalError, "\(what) failed")
        }
    }

    /// The value of a handler, or the error response.
    func value<Value: Sendable>(
        of what: String, _ context: RequestContext, _ body: @escaping @Sendable () async throws -> Value
    ) async throws(JSONRPCError) -> Value {
        switch await run(context, body) {
        case .returned(let value): return value
        case .threw(let error): throw failure(error, what, context: context)
        case .timedOut:
            context.logger.error("a handler took too long", metadata: ["of": "\(what)"])
            throw JSONRPCError(.internalError, "\(what) did not finish in time")
        }
    }
}

extension JSONRPCError {
    /// The error response where a client was asked in vain.
    init(asking error: InputRequestError, era: Era) {
        if era == .modern, case .unsupported(let capabilities) = error {
            self = .missingClientCapabilities(capabilities)
        } else {
            self.init(.invalidRequest, error.description)
        }
    }
}
