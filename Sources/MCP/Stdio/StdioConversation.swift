internal import Logging

/// What one client said so far on a stdio connection, and what its next message asks for.
struct StdioConversation {
    /// Serves a message: the line to answer, or nil where there is nothing to say.
    typealias Work = @Sendable () async -> [UInt8]?

    private struct Session: Sendable {
        var handle: SessionHandle
        var version: ProtocolVersion
        var hello: InitializeRequest
    }

    private let server: MCPServer
    private let sessions: any SessionStore
    private let configuration: StdioTransport.Configuration
    private let running = RunningRequests()
    private var session: Session?

    init(server: MCPServer, sessions: any SessionStore, configuration: StdioTransport.Configuration) {
        self.server = server
        self.sessions = sessions
        self.configuration = configuration
    }

    /// What is to be done about a line. Waits only for `initialize`, on which what follows depends.
    mutating func receive(_ line: LineSplitter.Line) async -> Work {
        guard case .bytes(let bytes) = line else {
            return answer(
                JSONRPCError(.invalidRequest, "A message may have \(configuration.maximumMessageBytes) bytes"))
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(maximumBytes: bytes.count))
        } catch {
            return answer(JSONRPCError(.parseError, "\(error)"))
        }
        if case .array(let elements) = value { return receiveBatch(elements) }
        do throws(JSONRPCMessage.Malformed) {
            return await receive(try JSONRPCMessage(value))
        } catch {
            return answer(error.error, id: error.id)
        }
    }

    private mutating func receive(_ message: JSONRPCMessage) async -> Work {
        switch message {
        case .response: return { nil }
        case .notification(let notification):
            if notification.method == "notifications/cancelled",
                let id = notification.params?["requestId"].flatMap(RequestID.init)
            {
                running.cancel(id)
            }
            return { nil }
        case .request(let request):
            if request.method == "initialize", !RequestMetadata.isClaimed(in: request.params) {
                let response = await initialize(request)
                return { response.serialized() }
            }
            let work = work(for: request)
            return { await work()?.serialized() }
        }
    }

    /// Answers an array of messages, which only a session of revision 2025-03-26 may send.
    private func receiveBatch(_ elements: [JSONValue]) -> Work {
        func refuse(_ message: String) -> Work { answer(JSONRPCError(.invalidRequest, message)) }
        guard session?.version.hasBatches == true else {
            return refuse("There is no session whose version has batches")
        }
        guard (1...max(1, configuration.maximumBatchCount)).contains(elements.count) else {
            return refuse("A batch has 1 to \(configuration.maximumBatchCount) messages")
        }
        var requests: [JSONRPCRequest] = []
        for element in elements {
            guard let message = try? JSONRPCMessage(element) else {
                return refuse("A message of the batch is malformed")
            }
            guard case .request(let request) = message else { continue }
            guard request.method != "initialize", !RequestMetadata.isClaimed(in: request.params) else {
                return refuse("\(request.method.prefix(64)) cannot be part of a batch")
            }
            requests.append(request)
        }
        let works = requests.map(work(for:))
        return {
            var responses: [JSONValue] = []
            for work in works { if let response = await work() { responses.append(response.jsonValue) } }
            return responses.isEmpty ? nil : JSONValue.array(responses).serialized()
        }
    }

    /// Begins to serve a request.
    private func work(for request: JSONRPCRequest) -> @Sendable () async -> JSONRPCResponse? {
        let context: RequestContext
        do throws(JSONRPCError) {
            context = try self.context(of: request)
        } catch {
            return { JSONRPCResponse(id: request.id, error: error) }
        }
        let (server, running, timeout) = (server, running, configuration.requestTimeout)
        return running.start(request.id) {
            await server.respond(to: request, context: context, timeout: timeout)
        }
    }

    private func context(of request: JSONRPCRequest) throws(JSONRPCError) -> RequestContext {
        if RequestMetadata.isClaimed(in: request.params) {
            let metadata = try RequestMetadata(request.params)
            guard let version = ProtocolVersion(rawValue: metadata.protocolVersion), version.era == .modern else {
                throw .unsupportedVersion(metadata.protocolVersion)
            }
            return RequestContext(
                version: version, principal: configuration.principal, clientInfo: metadata.clientInfo,
                clientCapabilities: metadata.clientCapabilities, logger: configuration.logger)
        }
        guard let session else {
            guard request.method == "ping" else {
                throw JSONRPCError(.invalidParams, "params._meta is missing, and no session was initialized")
            }
            return RequestContext(
                version: .latestLegacy, principal: configuration.principal, logger: configuration.logger)
        }
        return RequestContext(
            version: session.version, principal: configuration.principal, session: session.handle,
            clientInfo: session.hello.clientInfo, clientCapabilities: session.hello.capabilities,
            logger: configuration.logger)
    }

    private mutating func initialize(_ request: JSONRPCRequest) async -> JSONRPCResponse {
        do throws(JSONRPCError) {
            guard session == nil else { throw JSONRPCError(.invalidRequest, "The session is initialized already") }
            let hello = try InitializeRequest(request.params)
            let handle = SessionHandle.random()
            try await open(hello, handle)
            session = Session(handle: handle, version: hello.negotiatedVersion, hello: hello)
            return JSONRPCResponse(id: request.id, result: server.initializeResult(for: hello.negotiatedVersion))
        } catch {
            return JSONRPCResponse(id: request.id, error: error)
        }
    }

    private func open(_ hello: InitializeRequest, _ handle: SessionHandle) async throws(JSONRPCError) {
        let session = NewSession(
            principal: configuration.principal, era: .legacy, protocolVersion: hello.negotiatedVersion.rawValue,
            clientInfo: hello.clientInfo, clientCapabilities: hello.capabilities)
        do throws(SessionStoreError) {
            _ = try await sessions.open(session, as: handle)
        } catch {
            throw JSONRPCError(openingSession: error, logger: configuration.logger)
        }
    }

    private func answer(_ error: JSONRPCError, id: RequestID? = nil) -> Work {
        { JSONRPCResponse(id: id, error: error).serialized() }
    }
}
