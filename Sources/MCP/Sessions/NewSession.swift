/// What is known of a session when it is opened.
public struct NewSession: Sendable, Equatable {
    /// Who it belongs to.
    public var principal: Principal
    /// The family of revisions that it was opened with.
    public var era: Era
    /// The revision that was agreed upon, such as `2025-11-25`.
    public var protocolVersion: String
    /// The client's `clientInfo`, where it gave one.
    public var clientInfo: JSONValue?
    /// The client's capabilities.
    public var clientCapabilities: JSONValue?
    /// How long the session lives without activity; nil is the store's default.
    public var timeToLive: Duration?
    /// What its owner calls it; at most 256 characters without U+0000.
    public var label: String?

    /// A value with these fields.
    public init(
        principal: Principal, era: Era, protocolVersion: String, clientInfo: JSONValue? = nil,
        clientCapabilities: JSONValue? = nil, timeToLive: Duration? = nil, label: String? = nil
    ) {
        self.principal = principal
        self.era = era
        self.protocolVersion = protocolVersion
        self.clientInfo = clientInfo
        self.clientCapabilities = clientCapabilities
        self.timeToLive = timeToLive
        self.label = label
    }
}
