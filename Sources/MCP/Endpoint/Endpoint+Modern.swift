#if Servers
internal import HTTPTypes
internal import Logging

/// Requests of the modern era: checked in the order of the specification, then served without any session.
extension Endpoint {
    func respondToModern(_ message: JSONRPCMessage, _ exchange: Exchange) async -> EndpointResponse {
        switch message {
        case .response:
            return .error(.badRequest, JSONRPCError(.invalidRequest, "Responses cannot be posted in this version"))
        case .notification:
            return .status(.accepted)
        case .request(let request):
            do throws(JSONRPCError) {
                let context = try admitModern(request, exchange)
                if request.method == Self.listenMethod { return try listen(request, context, exchange) }
                return await answerModern(request, context, exchange)
            } catch {
                let status: HTTPResponse.Status = error.code == .methodNotFound ? .notFound : .badRequest
                return .error(status, error, id: request.id)
            }
        }
    }

    /// The checks that come before a request is served; the first that fails decides.
    private func admitModern(
        _ request: JSONRPCRequest, _ exchange: Exchange
    ) throws(JSONRPCError) -> RequestContext {
        let metadata = try RequestMetadata(request.params)
        try MirroredHeaders.check(exchange.fields, request: request, version: metadata.protocolVersion)
        guard let version = ProtocolVersion(rawValue: metadata.protocolVersion), version.era == .modern else {
            throw .unsupportedVersion(metadata.protocolVersion)
        }
        guard request.method == Self.listenMethod || server.hasModernMethod(request.method) else {
            throw JSONRPCError(.methodNotFound, "Method not found")
        }
        if request.method == "tools/call", let name = request.params?["name"]?.stringValue,
            let tool = server.tools[name]
        {
            try MirroredHeaders.check(
                exchange.fields, parameters: tool.headers,
                arguments: request.params?["arguments"]?.objectValue ?? [:])
        }
        var context = RequestContext(
            version: version, principal: exchange.principal, clientInfo: metadata.clientInfo,
            clientCapabilities: metadata.clientCapabilities, logger: configuration.logger)
        context.stateKey = stateKey
        return context
    }

    /// Serves a request. A client that closes the stream of its answer cancels it.
    private func answerModern(
        _ request: JSONRPCRequest, _ context: RequestContext, _ exchange: Exchange
    ) async -> EndpointResponse {
        let outlet = exchange.outlet()
        var context = context
        context.outlet = outlet
        let (server, configuration, calling) = (server, configuration, context)
        let work = Task {
            let watch = Task { await outlet.tick(configuration) }
            let response = await server.respond(
                to: request, context: calling, timeout: configuration.requestTimeout)
            watch.cancel()
            outlet.put(Task.isCancelled ? .cancelled(request.id) : .response(response))
            outlet.finish()
        }
        switch await FirstWords.of(outlet, expecting: 1, wantsEvents: exchange.wantsEvents) {
        case .responses(let responses):
            guard let response = responses.first else { return .status(.accepted) }
            return .json(response.jsonValue, status: response.error.map(status(of:)) ?? .ok)
        case .stream(let first): return .events(modernEvents(first, outlet, work))
        case .cancelled:
            work.cancel()
            return .error(
                .serviceUnavailable, JSONRPCError(.internalError, "The server is shutting down"), id: request.id)
        }
    }

    private func status(of error: JSONRPCError) -> HTTPResponse.Status {
        switch error.code {
        case .methodNotFound: .notFound
        case .missingRequiredClientCapability: .badRequest
        default: .ok
        }
    }

    private func modernEvents(
        _ first: [Outlet.Item], _ outlet: Outlet, _ work: Task<Void, Never>
    ) -> AsyncStream<ServerSentEvent> {
        let (events, sink) = EventSink.makeStream()
        sink.onEnd { work.cancel() }
        Task {
            for item in first { Self.send(item, sink) }
            for await item in outlet.items {
                outlet.took(item)
                Self.send(item, sink)
            }
            sink.finish()
        }
        return events
    }

    private static func send(_ item: Outlet.Item, _ sink: EventSink) {
        switch item {
        case .notification(let notification): sink.send(.message(notification.serialized()))
        case .response(let response): sink.send(.message(response.serialized()))
        case .keepAlive: sink.send(.keepAlive)
        // Modern clients are sent no requests, and get no stream that could be resumed.
        case .request, .cancelled, .overdue, .disconnect: break
        }
    }
}
#endif
