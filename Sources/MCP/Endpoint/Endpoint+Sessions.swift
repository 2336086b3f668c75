#if Servers
internal import HTTPTypes

/// The session of a legacy request, with what the request says of it.
struct LegacySession: Sendable {
    var handle: SessionHandle
    /// The version that the session negotiated.
    var negotiated: ProtocolVersion
    /// The version that this request speaks.
    var version: ProtocolVersion
    var record: SessionRecord
}

/// Why a legacy request has no session.
enum SessionRefusal: Error {
    /// The request itself is wrong: status 400.
    case malformed(String)
    /// There is no such session for this principal: status 404, whatever the reason.
    case notFound
    /// The store cannot say.
    case unavailable(String)

    func response(id: RequestID? = nil) -> EndpointResponse {
        switch self {
        case .malformed(let message): .error(.badRequest, JSONRPCError(.invalidRequest, message), id: id)
        case .notFound: .error(.notFound, JSONRPCError(.invalidRequest, "Session not found"), id: id)
        case .unavailable: .error(.serviceUnavailable, .storageUnavailable, id: id)
        }
    }

    init(_ error: SessionStoreError) {
        switch error {
        case .unavailable(let reason): self = .unavailable(reason)
        default: self = .notFound
        }
    }
}

extension Endpoint {
    /// The session that a request names, found in the store.
    func session(of exchange: Exchange) async throws(SessionRefusal) -> LegacySession {
        let handle = try handle(of: exchange)
        let asked = try legacyVersion(of: exchange)
        let record: SessionRecord
        do throws(SessionStoreError) {
            record = try await sessions.session(handle, of: exchange.principal)
        } catch {
            throw SessionRefusal(error)
        }
        // A session that was opened in the modern era has no transport id; its handle cannot be derived from one.
        guard record.era == .legacy else { throw .notFound }
        let negotiated = ProtocolVersion(rawValue: record.protocolVersion) ?? .v2025_03_26
        return LegacySession(handle: handle, negotiated: negotiated, version: asked ?? negotiated, record: record)
    }

    /// The handle of the session that the request names; no transport id that could exist is a session not found.
    private func handle(of exchange: Exchange) throws(SessionRefusal) -> SessionHandle {
        let ids = exchange.fields.trimmed(.sessionID)
        guard let id = ids.first else { throw .malformed("Mcp-Session-Id is missing; initialize opens a session") }
        guard ids.count == 1 else { throw .malformed("Mcp-Session-Id is there more than once") }
        guard let transportID = TransportSessionID(id) else { throw .notFound }
        return SessionHandle(transportID: transportID)
    }

    /// The version in the header, where there is one.
    func legacyVersion(of exchange: Exchange) throws(SessionRefusal) -> ProtocolVersion? {
        guard let text = exchange.versionHeaders.first else { return nil }
        guard exchange.versionHeaders.count == 1, let version = ProtocolVersion(rawValue: text),
            version.era == .legacy
        else {
            let supported = ProtocolVersion.supported.map(\.rawValue).joined(separator: ", ")
            throw .malformed("MCP-Protocol-Version must be one of \(supported)")
        }
        return version
    }

    /// Answers `initialize`: opens a session and gives its transport id to the client.
    func openSession(_ request: JSONRPCRequest, _ exchange: Exchange) async -> EndpointResponse {
        if !exchange.fields.trimmed(.sessionID).isEmpty {
            do throws(SessionRefusal) {
                _ = try await session(of: exchange)
                throw .malformed("The session is initialized already")
            } catch {
                return error.response(id: request.id)
            }
        }
        do throws(JSONRPCError) {
            let hello = try InitializeRequest(request.params)
            let transportID = TransportSessionID.random()
            try await open(hello, SessionHandle(transportID: transportID), exchange)
            let result = server.initializeResult(for: hello.negotiatedVersion)
            let reply = JSONRPCResponse(id: request.id, result: result)
            var response =
                exchange.wantsEvents
                ? .events(.single(.message(reply.serialized()))) : EndpointResponse.json(reply.jsonValue)
            response.head.headerFields[.sessionID] = transportID.text
            return response
        } catch {
            let status: HTTPResponse.Status = error.code == .internalError ? .serviceUnavailable : .ok
            return .error(status, error, id: request.id)
        }
    }

    private func open(
        _ hello: InitializeRequest, _ handle: SessionHandle, _ exchange: Exchange
    ) async throws(JSONRPCError) {
        let session = NewSession(
            principal: exchange.principal, era: .legacy, protocolVersion: hello.negotiatedVersion.rawValue,
            clientInfo: hello.clientInfo, clientCapabilities: hello.capabilities)
        do throws(SessionStoreError) {
            _ = try await sessions.open(session, as: handle)
        } catch {
            throw JSONRPCError(openingSession: error, logger: configuration.logger)
        }
    }

    /// Answers DELETE.
    func endSession(_ exchange: Exchange) async -> EndpointResponse {
        do throws(SessionRefusal) {
            let session = try await session(of: exchange)
            do throws(SessionStoreError) {
                _ = try await sessions.close(session.handle, of: exchange.principal)
            } catch {
                throw SessionRefusal(error)
            }
            return .status(.noContent)
        } catch {
            return error.response()
        }
    }
}

extension AsyncStream<ServerSentEvent> {
    /// A stream of one event.
    static func single(_ event: ServerSentEvent) -> AsyncStream<ServerSentEvent> {
        AsyncStream { continuation in
            continuation.yield(event)
            continuation.finish()
        }
    }
}
#endif
