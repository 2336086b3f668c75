#if Servers
public import HTTPTypes
internal import Logging

/// The MCP endpoint of Streamable HTTP without the HTTP server: requests in, responses out, no sockets.
///
/// One endpoint serves every revision. The body of a request says which era it belongs to: modern requests carry their
/// version in `_meta` and are served statelessly; legacy ones belong to a session that `initialize` opened in the
/// ``SessionStore`` and `Mcp-Session-Id` names, on whatever instance.
///
/// An endpoint keeps nothing between requests but what is under way: running requests, questions to clients and open
/// streams, all of them bounded. Copies share it.
public struct Endpoint: Sendable {
    /// What it takes and how long it waits.
    public let configuration: Configuration
    let server: MCPServer
    let sessions: any SessionStore
    let activity = EndpointActivity()
    let pending = PendingAnswers()
    let running: RunningRequests
    private let teller: ChangeTeller
    let stateKey: StateKey
    private let hostPolicy: HostPolicy

    /// An endpoint of this server, with its legacy sessions in this store.
    public init(server: MCPServer, sessions: any SessionStore, configuration: Configuration = Configuration()) {
        self.server = server
        self.sessions = sessions
        self.configuration = configuration
        running = RunningRequests(limit: max(1, configuration.maximumRunningRequests))
        teller = ChangeTeller(changes: server.options.changes, sessions: sessions, logger: configuration.logger)
        stateKey = StateKey(server.options.requestStateKey, sharedIn: sessions)
        hostPolicy = HostPolicy(
            allowedHosts: configuration.allowedHosts, allowedOrigins: configuration.allowedOrigins)
    }

    /// Ends the streams that wait for events, within a quarter of a second. Requests that are being served go on.
    public func shutdown() async { activity.stop() }

    /// What the head alone makes of a request: the response that refuses it, so that its body need not be read, or nil.
    public func admit(_ request: HTTPRequest) -> EndpointResponse? {
        guard hostPolicy.allowsOrigin(of: request) else { return .refusal(.forbidden, "The origin is not allowed") }
        guard hostPolicy.allowsHost(of: request) else { return .refusal(.forbidden, "The host is not allowed") }
        let accepted = AcceptedTypes(request.headerFields)
        switch request.method {
        case .post:
            let lengths = request.headerFields.trimmed(.contentLength)
            if let length = lengths.first, Int(length) ?? .max > configuration.maximumBodyBytes {
                return bodyTooLarge
            }
            guard ContentType.isJSON(request.headerFields) else {
                return .refusal(.unsupportedMediaType, "The body must be application/json in UTF-8")
            }
            guard accepted.json || accepted.events else {
                return .refusal(.notAcceptable, "Accept must allow application/json or text/event-stream")
            }
        case .get, .delete:
            if isModern(request) { return methodNotAllowed("POST") }
            guard request.method == .delete || accepted.events else {
                return .refusal(.notAcceptable, "Accept must allow text/event-stream")
            }
        default:
            return methodNotAllowed(isModern(request) ? "POST" : "GET, POST, DELETE")
        }
        return nil
    }

    /// Answers a request.
    ///
    /// Cancelling the task cancels what was asked for. A client that goes away while a JSON body is made for it is no
    /// reason to do so: in the legacy era the work goes on. Of an events body the endpoint finds out by itself.
    ///
    /// - Parameters:
    ///   - request: Its method, target and headers.
    ///   - body: All of the body; where it exceeds the limit, one byte more than that is enough.
    public func respond(to request: HTTPRequest, body: [UInt8]) async -> EndpointResponse {
        if let refusal = admit(request) { return refusal }
        guard let principal = await configuration.authenticate(request) else {
            var refusal = EndpointResponse.refusal(.unauthorized, "Authentication is needed")
            refusal.head.headerFields[.wwwAuthenticate] = "Bearer"
            return refusal
        }
        let exchange = Exchange(
            fields: request.headerFields, accepted: AcceptedTypes(request.headerFields), principal: principal)
        switch request.method {
        case .get: return await openStream(exchange)
        case .delete: return await endSession(exchange)
        default: return await respondToPost(exchange, body: body)
        }
    }

    private func respondToPost(_ exchange: Exchange, body: [UInt8]) async -> EndpointResponse {
        guard body.count <= configuration.maximumBodyBytes else { return bodyTooLarge }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(
                parsing: body, limits: JSONLimits(maximumBytes: max(1, configuration.maximumBodyBytes)))
        } catch {
            return .error(.badRequest, JSONRPCError(.parseError, "\(error)"))
        }
        if case .array(let elements) = value { return await respondToBatch(elements, exchange) }
        let message: JSONRPCMessage
        do throws(JSONRPCMessage.Malformed) {
            message = try JSONRPCMessage(value)
        } catch {
            return .error(.badRequest, error.error, id: error.id)
        }
        do throws(JSONRPCError) {
            switch try EraClassification.era(of: message, versionHeaders: exchange.versionHeaders) {
            case .modern: return await respondToModern(message, exchange)
            case .legacy: return await respondToLegacy(message, exchange)
            }
        } catch {
            return .error(.badRequest, error, id: message.requestID)
        }
    }

    private func isModern(_ request: HTTPRequest) -> Bool {
        EraClassification.isModern(request.headerFields.trimmed(.protocolVersion))
    }

    private var bodyTooLarge: EndpointResponse {
        .refusal(.contentTooLarge, "The body may have \(configuration.maximumBodyBytes) bytes")
    }

    private func methodNotAllowed(_ allowed: String) -> EndpointResponse {
        var refusal = EndpointResponse.refusal(.methodNotAllowed, "Allowed here: \(allowed)")
        refusal.head.headerFields[.allow] = allowed
        return refusal
    }
}

/// What the head of a request says, and who sent it.
struct Exchange: Sendable {
    var fields: HTTPFields
    var accepted: AcceptedTypes
    var principal: Principal

    var versionHeaders: [String] { fields.trimmed(.protocolVersion) }

    /// Whether events are the only form of answer that the client takes.
    var wantsEvents: Bool { !accepted.json }

    /// What is said to the client; before the response only where it takes events.
    func outlet() -> Outlet { Outlet(isOpen: accepted.events) }
}

extension JSONRPCMessage {
    /// The id of a request.
    var requestID: RequestID? {
        if case .request(let request) = self { return request.id }
        return nil
    }
}
#endif
