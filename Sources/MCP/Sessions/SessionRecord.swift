/// Who a session belongs to. Without authentication everyone is ``anonymous`` and the handle is the only secret.
public struct Principal: Hashable, Sendable {
    /// The name that authentication gave; empty for ``anonymous``.
    public let name: String

    /// A principal of this name.
    public init(name: String) { self.name = name }

    /// The principal of requests that carry no authenticated identity.
    public static let anonymous = Principal(name: "")
}

/// The family of protocol revisions that a session or a request speaks.
public enum Era: String, Sendable, Hashable {
    /// 2025-03-26 to 2025-11-25: initialize, Mcp-Session-Id.
    case legacy
    /// 2026-07-28: stateless requests, handles as arguments.
    case modern
}

/// What is known of a session when it is opened.
public struct NewSession: Sendable, Equatable {
    public var principal: Principal
    public var era: Era
    /// The revision that was agreed upon, such as `2025-11-25`.
    public var protocolVersion: String
    /// The client's `clientInfo`, where it gave one.
    public var clientInfo: JSONValue?
    /// The client's capabilities.
    public var clientCapabilities: JSONValue?
    /// How long the session lives without activity; nil is the store's default.
    public var timeToLive: Duration?

    public init(
        principal: Principal, era: Era, protocolVersion: String, clientInfo: JSONValue? = nil,
        clientCapabilities: JSONValue? = nil, timeToLive: Duration? = nil
    ) {
        self.principal = principal
        self.era = era
        self.protocolVersion = protocolVersion
        self.clientInfo = clientInfo
        self.clientCapabilities = clientCapabilities
        self.timeToLive = timeToLive
    }
}

/// A session as the store holds it.
public struct SessionRecord: Sendable, Equatable {
    public var principal: Principal
    public var era: Era
    public var protocolVersion: String
    public var clientInfo: JSONValue?
    public var clientCapabilities: JSONValue?
    public var createdAt: Timestamp
    public var lastActivity: Timestamp
    public var expiresAt: Timestamp

    public init(
        principal: Principal, era: Era, protocolVersion: String, clientInfo: JSONValue?,
        clientCapabilities: JSONValue?, createdAt: Timestamp, lastActivity: Timestamp, expiresAt: Timestamp
    ) {
        self.principal = principal
        self.era = era
        self.protocolVersion = protocolVersion
        self.clientInfo = clientInfo
        self.clientCapabilities = clientCapabilities
        self.createdAt = createdAt
        self.lastActivity = lastActivity
        self.expiresAt = expiresAt
    }
}

/// A session with what it holds.
public struct SessionSummary: Sendable, Equatable {
    public var session: SessionRecord
    /// The number of keys that have a value now.
    public var keyCount: Int
    /// The bytes of the keys and of their values' JSON text.
    public var bytes: Int

    public init(session: SessionRecord, keyCount: Int, bytes: Int) {
        self.session = session
        self.keyCount = keyCount
        self.bytes = bytes
    }
}

/// A value that was read.
public struct StoredValue: Sendable, Equatable {
    public var value: JSONValue
    /// Counts the writes of the key, from 1.
    public var version: Int64

    public init(value: JSONValue, version: Int64) {
        self.value = value
        self.version = version
    }
}

/// What a write did.
public struct StoredValueReceipt: Sendable, Equatable {
    public var version: Int64
    /// Whether the key had no value before.
    public var created: Bool
    /// When the value expires, where it was given a lifetime of its own.
    public var expiresAt: Timestamp?

    public init(version: Int64, created: Bool, expiresAt: Timestamp?) {
        self.version = version
        self.created = created
        self.expiresAt = expiresAt
    }
}

/// The random name of a stream of events.
public struct StreamID: Hashable, Sendable {
    /// 22 base64url characters.
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of an event: its stream and its place in it, written `stream.sequence`.
public struct EventID: Hashable, Sendable, CustomStringConvertible {
    public let stream: StreamID
    public let sequence: Int64

    public init(stream: StreamID, sequence: Int64) {
        self.stream = stream
        self.sequence = sequence
    }

    /// Reads an id as ``description`` writes it; nil where it is malformed.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= 64, parts.count == 2, !parts[0].isEmpty,
            let sequence = Int64(Substring(parts[1])), sequence >= 0
        else { return nil }
        self.init(stream: StreamID(rawValue: String(Substring(parts[0]))), sequence: sequence)
    }

    public var description: String { "\(stream.rawValue).\(sequence)" }
}

/// An event of a stream.
public struct StoredEvent: Sendable, Equatable {
    public var id: EventID
    /// The serialised JSON-RPC message, or nil for a priming event.
    public var payload: [UInt8]?
    /// Whether the stream ended with it.
    public var final: Bool

    public init(id: EventID, payload: [UInt8]?, final: Bool) {
        self.id = id
        self.payload = payload
        self.final = final
    }
}
