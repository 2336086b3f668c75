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
        switch message {
        case .request(let request): return await answer([request], as: .single, in: session, exchange)
        case .notification(let notification):
            await receive(notification, in: session, exchange)
            return .status(.accepted)
        case .response(let response):
            await receive(response, in: session, exchange)
            return .status(.accepted)
        }
    }

    /// Hands the client's answer to the handler that asked, here or on another instance. An answer to what nobody asked
    /// is kept for a while in the session's own messages and does no more.
    private func receive(_ response: JSONRPCResponse, in session: LegacySession, _ exchange: Exchange) async {
        guard !pending.answer(response, in: session.handle), let id = response.id,
            let address = LegacyLink.address(of: id)
        else { return }
        await post(response.serialized(), to: address, in: session, exchange)
    }

    private func receive(_ notification: JSONRPCNotification, in session: LegacySession, _ exchange: Exchange) async {
        guard notification.method == "notifications/cancelled",
            let id = notification.params?["requestId"].flatMap(RequestID.init),
            !running.cancel(RunningRequests.Key(session: session.handle, id: id))
        else { return }
        await post([], to: Self.cancellationAddress(of: id), in: session, exchange)
    }

    private func post(_ message: [UInt8], to address: String, in session: LegacySession, _ exchange: Exchange) async {
        do throws(SessionStoreError) {
            _ = try await sessions.post(
                message, to: address, in: session.handle, of: exchange.principal, lasting: .seconds(300))
        } catch {
            configuration.logger.warning(
                "a message of a client did not reach its handler", metadata: ["reason": "\(error)"])
        }
    }

    /// Where an instance leaves word for the one that serves a request.
    private static func cancellationAddress(of id: RequestID) -> String { "cancel \(id.jsonValue)" }

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
        var others: [JSONRPCMessage] = []
        for element in elements {
            guard let message = try? JSONRPCMessage(element) else {
                return refuse("A message of the batch is malformed")
            }
            guard !EraClassification.claimsVersion(message) else { return refuse("This version has no batches") }
            guard case .request(let request) = message else {
                others.append(message)
                continue
            }
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
        for message in others {
            switch message {
            case .notification(let notification): await receive(notification, in: session, exchange)
            case .response(let response): await receive(response, in: session, exchange)
            case .request: break
            }
        }
        guard !requests.isEmpty else { return .status(.accepted) }
        return await answer(requests, as: .batch, in: session, exchange)
    }

    /// How responses are put into a JSON body.
    private enum Form { case single, batch }

    /// Serves requests in tasks of their own, which go on when the client goes away; the timeout bounds them.
    private func answer(
        _ requests: [JSONRPCRequest], as form: Form, in session: LegacySession, _ exchange: Exchange
    ) async -> EndpointResponse {
        let outlet = exchange.outlet()
        let context = context(in: session, exchange, outlet)
        var works: [(RequestID, @Sendable () async -> JSONRPCResponse?)] = []
        for request in requests {
            let (server, timeout) = (server, configuration.requestTimeout)
            let work: @Sendable () async -> JSONRPCResponse = {
                await server.respond(to: request, context: context, timeout: timeout)
            }
            // One whose id is in use cannot be told apart from the other one by a cancellation; its response goes its own way.
            let key = RunningRequests.Key(session: session.handle, id: request.id)
            switch running.start(key, sharesID: true, work) {
            case .begun(let response): works.append((request.id, response))
            case .full, .idInUse:
                for (id, _) in works { running.cancel(RunningRequests.Key(session: session.handle, id: id)) }
                return tooBusy
            }
        }
        let work = serve(works, in: session, exchange, outlet)
        switch await FirstWords.of(outlet, expecting: requests.count, wantsEvents: exchange.wantsEvents) {
        case .responses(let responses):
            guard !responses.isEmpty else { return .status(.accepted) }
            if case .single = form { return .json(responses[0].jsonValue) }
            let ordered = requests.compactMap { request in responses.first { $0.id == request.id } }
            return .json(.array(ordered.map(\.jsonValue)))
        case .stream(let first):
            let log = await EventLog(
                opening: sessions, lastWords: Self.lastWords(requests, as: form), handle: session.handle,
                principal: exchange.principal, configuration.logger)
            let reply = LegacyReply(
                log: log, version: context.version, retryInterval: configuration.retryInterval, count: requests.count)
            return .events(reply.events(first, outlet))
        case .cancelled:
            work.cancel()
            return .error(
                .serviceUnavailable, JSONRPCError(.internalError, "The server is shutting down"), id: requests.first?.id
            )
        }
    }

    /// What another instance answers in the place of this one after it has died.
    private static func lastWords(_ requests: [JSONRPCRequest], as form: Form) -> [UInt8] {
        let responses = requests.map { request in
            JSONRPCResponse(
                id: request.id,
                error: JSONRPCError(
                    .internalError,
                    "The server that worked on this is gone; whether it changed something is not known")
            ).jsonValue
        }
        switch form {
        case .single: return responses[0].serialized()
        case .batch: return JSONValue.array(responses).serialized()
        }
    }

    private func serve(
        _ works: [(RequestID, @Sendable () async -> JSONRPCResponse?)], in session: LegacySession,
        _ exchange: Exchange, _ outlet: Outlet
    ) -> Task<Void, Never> {
        Task {
            let watch = Task { await outlet.tick(configuration) }
            let listening = Task { await awaitCancellations(of: works.map(\.0), in: session, exchange) }
            await withTaskGroup(of: Void.self) { group in
                for (id, work) in works {
                    group.addTask { outlet.put(await work().map { .response($0) } ?? .cancelled(id)) }
                }
            }
            watch.cancel()
            listening.cancel()
            outlet.finish()
        }
    }

    /// Cancels requests whose cancellation came to another instance, and all of them when the session is closed.
    private func awaitCancellations(of ids: [RequestID], in session: LegacySession, _ exchange: Exchange) async {
        await withTaskGroup(of: Void.self) { group in
            for id in ids {
                let address = Self.cancellationAddress(of: id)
                let watch = sessions.watch(.message(address: address), in: session.handle)
                group.addTask {
                    while !Task.isCancelled {
                        guard await watch.wait(atMost: configuration.requestTimeout) else { continue }
                        switch await cancellation(address, session.handle, exchange.principal) {
                        case .none: continue
                        case .asked: break
                        // A request that closes its own session is about to answer.
                        case .sessionClosed: try? await Task.sleep(for: .seconds(1))
                        }
                        guard !Task.isCancelled else { return }
                        running.cancel(RunningRequests.Key(session: session.handle, id: id))
                        return
                    }
                }
            }
        }
    }

    /// Why a request is to be cancelled.
    private enum Cancellation { case none, asked, sessionClosed }

    private func cancellation(
        _ address: String, _ handle: SessionHandle, _ principal: Principal
    ) async -> Cancellation {
        do throws(SessionStoreError) {
            return try await sessions.take(address, in: handle, of: principal) != nil ? .asked : .none
        } catch {
            return error == .sessionUnknown || error == .sessionExpired ? .sessionClosed : .none
        }
    }

    private var tooBusy: EndpointResponse {
        var refusal = EndpointResponse.error(
            .serviceUnavailable, JSONRPCError(.internalError, "Too many requests are being served"))
        refusal.head.headerFields[.retryAfter] = "5"
        return refusal
    }

    private func context(
        in session: LegacySession, _ exchange: Exchange, _ outlet: Outlet
    ) -> RequestContext {
        var context = RequestContext(
            version: session.version, principal: exchange.principal, session: session.handle,
            clientInfo: session.record.clientInfo, clientCapabilities: session.record.clientCapabilities,
            logger: configuration.logger)
        context.outlet = outlet
        context.logLevel = session.record.logLevel
        context.sessions = sessions
        context.link = LegacyLink(
            outlet: outlet, pending: pending, session: session.handle,
            mailbox: LegacyLink.Mailbox(
                store: sessions, handle: session.handle, principal: exchange.principal),
            timeout: server.options.inputTimeout)
        return context
    }
}
#endif
