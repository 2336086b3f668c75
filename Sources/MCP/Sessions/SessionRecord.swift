/// A session as the store holds it.
public struct SessionRecord: Sendable, Equatable {
    /// Who it belongs to.
    public var principal: Principal
    /// The family of revisions that it was opened with.
    public var era: Era
    /// The revision that was agreed upon, such as `2025-11-25`.
    public var protocolVersion: String
    /// The client's `clientInfo`, where it gave one.
    public var clientInfo: JSONValue?
    /// The client's capabilities, where it gave some.
    public var clientCapabilities: JSONValue?
    /// When it was opened.
    public var createdAt: Timestamp
    /// When it was last used, to a tenth of its lifetime.
    public var lastActivity: Timestamp
    /// When it expires unless it is used before.
    public var expiresAt: Timestamp
    /// What its owner calls it.
    public var label: String?
    /// From which level on log messages are sent; nil where the client did not say.
    public var logLevel: LogLevel?
    /// The URIs of the resources whose changes are told.
    public var subscriptions: [String]

    /// A value with these fields.
    public init(
        principal: Principal, era: Era, protocolVersion: String, clientInfo: JSONValue?,
        clientCapabilities: JSONValue?, createdAt: Timestamp, lastActivity: Timestamp, expiresAt: Timestamp,
        logLevel: LogLevel? = nil, subscriptions: [String] = [],
        label: String? = nil
    ) {
        self.principal = principal
        self.era = era
        self.protocolVersion = protocolVersion
        self.clientInfo = clientInfo
        self.clientCapabilities = clientCapabilities
        self.createdAt = createdAt
        self.lastActivity = lastActivity
        self.expiresAt = expiresAt
        self.label = label
        self.logLevel = logLevel
        self.subscriptions = subscriptions
    }
}

/// A session with what it holds.
public struct SessionSummary: Sendable, Equatable {
    /// The session itself.
    public var session: SessionRecord
    /// The number of keys that have a value now.
    public var keyCount: Int
    /// The bytes of the keys and of their values' JSON text.
    public var bytes: Int

    /// A value with these fields.
    public init(session: SessionRecord, keyCount: Int, bytes: Int) {
        self.session = session
        self.keyCount = keyCount
        self.bytes = bytes
    }
}
