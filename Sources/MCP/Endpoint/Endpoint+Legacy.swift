#if Servers
internal import HTTPTypes
internal import Logging

/// Messages of the legacy era, which belong to a session.
extension Endpoint {
    func respondToLegacy(_ message: JSONRPCMessage, _ exchange: Exchange) async -> EndpointResponse {
        if case .request(let request) = message, request.method == "initialize" {
            return await openSession(request, exchange)
        }
        let session: LegacySession
        do throws(SessionRefusal) {
            session = try await self.session(of: exchange)
        } catch {
            return refuse(message, error, exchange)
        }
        guard case .request(let request) = message else { return .status(.accepted) }
        return await answer([request], as: .single, in: session, exchange)
    }

    /// A tool call that cannot find its session for want of the store is answered as the tool would: its model can
    /// read that, and a client that sees a failed HTTP request may give up the session.
    private func refuse(
        _ message: JSONRPCMessage, _ refusal: SessionRefusal, _ exchange: Exchange
    ) -> EndpointResponse {
        guard case .unavailable(let reason) = refusal else { return refusal.response(id: message.requestID) }
        configuration.logger.error("storage unavailable", metadata: ["reason": "\(reason)"])
        guard case .request(let request) = message, request.method == "tools/call" else {
            return refusal.response(id: message.requestID)
        }
        let result = CallToolResult.failure(.unavailable(reason)).jsonObject(for: .v2025_03_26)
        let response = JSONRPCResponse(id: request.id, result: result)
        return exchange.wantsEvents ? .events(.single(.message(response.serialized()))) : .json(response.jsonValue)
    }

    /// Answers an array of messages, which only a session of revision 2025-03-26 may send.
    func respondToBatch(_ elements: [JSONValue], _ exchange: Exchange) async -> EndpointResponse {
        func refuse(_ message: String) -> EndpointResponse { .refusal(.badRequest, message) }
        guard !EraClassification.isModern(exchange.versionHeaders) else {
            return refuse("This version has no batches")
        }
        guard (1...max(1, configuration.maximumBatchCount)).contains(elements.count) else {
            return refuse("A batch has 1 to \(configuration.maximumBatchCount) messages")
        }
        var requests: [JSONRPCRequest] = []
        for element in elements {
            guard let message = try? JSONRPCMessage(element) else {
                return refuse("A message of the batch is malformed")
            }
            guard !EraClassification.claimsVersion(message) else { return refuse("This version has no batches") }
            guard case .request(let request) = message else { continue }
            guard request.method != "initialize" else { return refuse("initialize cannot be part of a batch") }
            requests.append(request)
        }
        let session: LegacySession
        do throws(SessionRefusal) {
            session = try await self.session(of: exchange)
        } catch {
            return error.response()
        }
        guard session.negotiated.hasBatches else { return refuse("The session's version has no batches") }
        guard !requests.isEmpty else { return .status(.accepted) }
        return await answer(requests, as: .batch, in: session, exchange)
    }

    /// How responses are put into a JSON body.
    private enum Form { case single, batch }

    private func answer(
        _ requests: [JSONRPCRequest], as form: Form, in session: LegacySession, _ exchange: Exchange
    ) async -> EndpointResponse {
        let context = RequestContext(
            version: session.version, principal: exchange.principal, session: session.handle,
            clientInfo: session.record.clientInfo, clientCapabilities: session.record.clientCapabilities,
            logger: configuration.logger)
        if exchange.wantsEvents {
            return await streamAnswers(to: requests, context: context, handle: session.handle)
        }
        let (server, timeout) = (server, configuration.requestTimeout)
        if case .single = form, let request = requests.first {
            return .json(await server.respond(to: request, context: context, timeout: timeout).jsonValue)
        }
        let responses = await withTaskGroup(of: (Int, JSONRPCResponse).self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask { (index, await server.respond(to: request, context: context, timeout: timeout)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return .json(.array(responses.map(\.jsonValue)))
    }
}
#endif
