public import Logging

/// Who asks, and in which revision of the protocol; and the handler's way back to them.
///
/// Progress, log messages and questions to the client are written in the same words whatever the revision; see
/// <doc:HandlersAndClients>. That the request was cancelled is told by the cancellation of the handler's task.
public struct RequestContext: Sendable {
    /// The revision that the request speaks.
    public var version: ProtocolVersion
    /// Who sent the request.
    public var principal: Principal
    /// The handle of the session that a legacy request belongs to; nil in the modern era.
    public var session: SessionHandle?
    /// The client's `clientInfo`, where it gave one.
    public var clientInfo: JSONValue?
    /// What the client can do.
    public var clientCapabilities: JSONValue?
    /// The request's `_meta`.
    public internal(set) var metadata: JSONObject = [:]
    /// The server that serves the request, for handlers that change what it offers.
    public internal(set) var server: MCPServer?
    /// Carries the request's metadata; never give it a handle or a value.
    public var logger: Logger

    /// From which level on the client is sent log messages; nil for none.
    var logLevel: LogLevel?
    /// Where notifications go, and whether they can go anywhere.
    var outlet = Outlet(isOpen: false)
    /// How the client is asked.
    var link: any ClientLink = SilentLink()
    /// The key of `requestState`.
    var stateKey = StateKey(nil, sharedIn: nil)
    var deadline: RequestDeadline?
    /// Makes a task of the rest of the call, where that is possible.
    var taskStarter: TaskStarter?
    /// The task that the handler runs in.
    var task: RunningTask?
    /// The store of the session, for the methods that change what it wants to be told.
    var sessions: (any SessionStore)?

    /// A context.
    public init(
        version: ProtocolVersion, principal: Principal = .anonymous, session: SessionHandle? = nil,
        clientInfo: JSONValue? = nil, clientCapabilities: JSONValue? = nil, logger: Logger
    ) {
        self.version = version
        self.principal = principal
        self.session = session
        self.clientInfo = clientInfo
        self.clientCapabilities = clientCapabilities
        self.logger = logger
    }

    /// The family of the revision.
    public var era: Era { version.era }

    /// The name of the revision, such as `2025-11-25`.
    public var protocolVersion: String { version.rawValue }
}
