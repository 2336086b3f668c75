public import Logging

/// Who asks, and in which revision of the protocol.
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
    /// Carries the request's metadata; never give it a handle or a value.
    public var logger: Logger

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
