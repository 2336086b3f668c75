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
    private let writer: LineWriter
    private let running: RunningRequests
    private let subscriptions = RunningRequests(limit: Self.maximumSubscriptions)
    // A question to the client holds a place among the messages that are served, and its answer needs one too.
    private let pending: PendingAnswers
    private let stateKey: StateKey
    private var session: Session?
    private var telling: Task<Void, Never>?

    private static let maximumSubscriptions = 16

    init(
        server: MCPServer, sessions: any SessionStore, configuration: StdioTransport.Configuration, writer: LineWriter
    ) {
        self.server = server
        self.sessions = sessions
        self.configuration = configuration
        self.writer = writer
        running = RunningRequests(limit: max(1, configuration.maximumConcurrentMessages))
        pending = PendingAnswers(limit: max(1, configuration.maximumConcurrentMessages / 2))
        stateKey = StateKey(server.options.requestStateKey, sharedIn: sessions)
    }

    /// Ends what would go on for ever when the client says nothing more.
    func finish() {
        subscriptions.cancelAll()
        telling?.cancel()
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
        case .response(let response):
            _ = pending.answer(response, in: session?.handle)
            return { nil }
        case .notification(let notification):
            if notification.method == "notifications/cancelled",
                let id = notification.params?["requestId"].flatMap(RequestID.init)
            {
                for requests in [running, subscriptions] { requests.cancel(key(id)) }
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

    private func key(_ id: RequestID) -> RunningRequests.Key { RunningRequests.Key(session: nil, id: id) }

    /// Begins to serve a request.
    private func work(for request: JSONRPCRequest) -> @Sendable () async -> JSONRPCResponse? {
        let outlet = Outlet(isOpen: true)
        let context: RequestContext
        do throws(JSONRPCError) {
            context = try self.context(of: request, outlet)
            if context.era == .modern, request.method == "subscriptions/listen" {
                return subscribe(try Subscription(request, context, server: server), request, context)
            }
        } catch {
            return { JSONRPCResponse(id: request.id, error: error) }
        }
        let (server, writer, timeout) = (server, writer, configuration.requestTimeout)
        let (sessions, session) = (sessions, session)
        let start = running.start(key(request.id)) {
            let saying = Task {
                for await item in outlet.items {
                    outlet.took(item)
                    switch item {
                    case .notification(let notification): _ = await writer.write(notification.serialized())
                    case .request(let request): _ = await writer.write(request.serialized())
                    default: break
                    }
                }
            }
            var context = context
            if let session, server.options.logging {
                context.logLevel = (try? await sessions.session(session.handle, of: context.principal))?.logLevel
            }
            let response = await server.respond(to: request, context: context, timeout: timeout)
            outlet.finish()
            await saying.value
            return response
        }
        return waiting(for: start, request)
    }

    private func waiting(
        for start: RunningRequests.Start, _ request: JSONRPCRequest
    ) -> @Sendable () async -> JSONRPCResponse? {
        func refuse(_ message: String) -> @Sendable () async -> JSONRPCResponse? {
            { JSONRPCResponse(id: request.id, error: JSONRPCError(.invalidRequest, message)) }
        }
        switch start {
        case .begun(let response): return response
        case .idInUse: return refuse("The id is in use")
        case .full: return refuse("Too many requests are being served")
        }
    }

    /// Tells of changes until the client cancels the subscription or says nothing more.
    private func subscribe(
        _ subscription: Subscription, _ request: JSONRPCRequest, _ context: RequestContext
    ) -> @Sendable () async -> JSONRPCResponse? {
        let (server, writer) = (server, writer)
        let start = subscriptions.start(key(request.id)) {
            let changes = server.options.changes.changes()
            _ = await writer.write(subscription.acknowledgement.serialized())
            for await published in changes {
                guard let message = subscription.notification(of: published.change) else { continue }
                guard await writer.write(message.serialized()) else { break }
            }
            return subscription.response(server, context.version)
        }
        return waiting(for: start, request)
    }

    /// Tells a legacy client of changes from `initialize` on.
    private func tellChanges(to handle: SessionHandle) -> Task<Void, Never> {
        let (writer, sessions, principal) = (writer, sessions, configuration.principal)
        let changes = server.options.changes.changes()
        return Task {
            for await published in changes {
                if case .resource(let uri) = published.change {
                    let watched = (try? await sessions.session(handle, of: principal))?.subscriptions ?? []
                    guard watched.contains(where: { $0.hasSameBytes(as: uri) }) else { continue }
                }
                guard let message = published.change.legacyNotification else { continue }
                guard await writer.write(message.serialized()) else { return }
            }
        }
    }

    private func context(
        of request: JSONRPCRequest, _ outlet: Outlet
    ) throws(JSONRPCError) -> RequestContext {
        var context = try identity(of: request)
        context.outlet = outlet
        if context.era == .modern {
            context.stateKey = stateKey
            return context
        }
        context.sessions = sessions
        context.link = LegacyLink(
            outlet: outlet, pending: pending, session: session?.handle, mailbox: nil,
            timeout: server.options.inputTimeout)
        return context
    }

    private func identity(of request: JSONRPCRequest) throws(JSONRPCError) -> RequestContext {
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
            telling = tellChanges(to: handle)
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
