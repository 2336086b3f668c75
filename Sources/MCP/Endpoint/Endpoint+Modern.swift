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
        guard server.hasModernMethod(request.method) else {
            throw JSONRPCError(.methodNotFound, "Method not found")
        }
        if request.method == "tools/call", let name = request.params?["name"]?.stringValue,
            let tool = server.tools[name]
        {
            try MirroredHeaders.check(
                exchange.fields, parameters: tool.headers,
                arguments: request.params?["arguments"]?.objectValue ?? [:])
        }
        return RequestContext(
            version: version, principal: exchange.principal, clientInfo: metadata.clientInfo,
            clientCapabilities: metadata.clientCapabilities, logger: configuration.logger)
    }

    private func answerModern(
        _ request: JSONRPCRequest, _ context: RequestContext, _ exchange: Exchange
    ) async -> EndpointResponse {
        if exchange.wantsEvents { return .events(modernEvents(request, context)) }
        let response = await server.respond(to: request, context: context, timeout: configuration.requestTimeout)
        return .json(response.jsonValue, status: response.error.map(status(of:)) ?? .ok)
    }

    private func status(of error: JSONRPCError) -> HTTPResponse.Status {
        switch error.code {
        case .methodNotFound: .notFound
        case .missingRequiredClientCapability: .badRequest
        default: .ok
        }
    }

    /// The response as the only event of a stream. A client that closes the stream cancels the request.
    private func modernEvents(_ request: JSONRPCRequest, _ context: RequestContext) -> AsyncStream<ServerSentEvent> {
        let (events, continuation) = AsyncStream.makeStream(
            of: ServerSentEvent.self, bufferingPolicy: .bufferingOldest(Self.eventBuffer))
        let (server, timeout) = (server, configuration.requestTimeout)
        let interval = configuration.keepAliveInterval
        let work = Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await keepAlive(continuation, every: interval) }
                let response = await server.respond(to: request, context: context, timeout: timeout)
                if !Task.isCancelled { continuation.yield(.message(response.serialized())) }
                continuation.finish()
                group.cancelAll()
            }
        }
        continuation.onTermination = { _ in work.cancel() }
        return events
    }

    /// How many events may wait for a client that reads slowly.
    static var eventBuffer: Int { 256 }
}

/// Sends a comment whenever an interval has passed, until it is cancelled.
func keepAlive(
    _ continuation: AsyncStream<ServerSentEvent>.Continuation, every interval: Duration
) async {
    while (try? await Task.sleep(for: interval)) != nil { continuation.yield(.keepAlive) }
}
#endif
