/// What one session may hold and how long it lives. Every store enforces them alike.
public struct SessionLimits: Sendable, Equatable {
    /// How long a session lives without activity where it does not say; 24 hours.
    public var defaultTimeToLive: Duration = .seconds(24 * 3600)
    /// The longest lifetime of a session or of a value; 365 days.
    public var maximumTimeToLive: Duration = .seconds(365 * 24 * 3600)
    /// Sessions that a named principal may have at a time; 1,000. Anonymous, who is everybody, has no such limit: one
    /// client could use it up for all others.
    public var maximumSessionsPerPrincipal = 1000
    /// Keys in a session; 100,000.
    public var maximumKeys = 100_000
    /// Bytes of all keys and their values' JSON text in a session; 64 MiB.
    public var maximumBytes = 64 << 20
    /// Bytes of one value's JSON text; 4 MiB.
    public var maximumValueBytes = 4 << 20
    /// Streams in a session, with those that ended and are kept for resumption; 256. The oldest ended ones make room.
    public var maximumStreams = 256
    /// Events kept in a stream; 1,024. The oldest make room.
    public var maximumEventsPerStream = 1024
    /// Bytes of the payloads kept in a stream; 16 MiB. An event that would exceed them makes all earlier ones be
    /// forgotten.
    public var maximumEventBytesPerStream = 16 << 20
    /// How long an ended stream is kept for resumption; 10 minutes.
    public var endedStreamRetention: Duration = .seconds(600)

    /// Resources that a session watches; 256.
    public var maximumSubscriptions = 256
    /// Messages between instances that wait in a session; 256.
    public var maximumMessages = 256

    /// The defaults.
    public init() {}

    /// The most events that one call returns.
    package static let maximumEventsPerRead = 1000
    /// The most keys that one call lists.
    package static let maximumKeysPerPage = 1000
    private static let maximumLabelScalars = 256
    private static let maximumKeyScalars = 256
    private static let maximumNameBytes = 512
    private static let maximumURIBytes = 2048
    private static let maximumAddressBytes = 2048
}

/// The checks that are the same in every store, made before anything is looked up.
extension SessionLimits {
    /// The lifetime of a session that asks for this one.
    package func lifetime(_ asked: Duration?) throws(SessionStoreError) -> Duration {
        try checked(asked ?? defaultTimeToLive, of: "a session")
    }

    /// The lifetime of a value, where it has one of its own.
    package func valueLifetime(_ asked: Duration?) throws(SessionStoreError) -> Duration? {
        guard let asked else { return nil }
        return try checked(asked, of: "a value")
    }

    private func checked(_ lifetime: Duration, of what: String) throws(SessionStoreError) -> Duration {
        guard lifetime.wholeMicroseconds > 0, lifetime <= maximumTimeToLive else {
            let most = maximumTimeToLive.components.seconds
            throw .invalidArgument("the lifetime of \(what) must be more than 0 and at most \(most) seconds")
        }
        return lifetime
    }

    /// Refuses what cannot be a session's.
    package func check(_ session: NewSession) throws(SessionStoreError) {
        guard Self.isStorable(session.principal.name), Self.isStorable(session.protocolVersion) else {
            throw .invalidArgument("a principal and a protocol version have at most 512 bytes and no U+0000")
        }
        guard let label = session.label else { return }
        guard label.utf8.count <= 4 * Self.maximumLabelScalars, label.unicodeScalars.count <= Self.maximumLabelScalars,
            !label.utf8.contains(0)
        else {
            throw .invalidArgument("a label has at most \(Self.maximumLabelScalars) characters, none of them U+0000")
        }
    }

    /// Refuses a principal that no session can have: the answer is the one for a session that is not theirs.
    package func check(_ principal: Principal) throws(SessionStoreError) {
        guard Self.isStorable(principal.name) else { throw .sessionUnknown }
    }

    private static func isStorable(_ name: String) -> Bool {
        name.utf8.count <= maximumNameBytes && !name.utf8.contains(0)
    }

    /// Refuses what cannot be a key.
    package func check(key: String) throws(SessionStoreError) {
        // Counted in Unicode scalars, as JSON Schema counts: a Character may have any number of bytes.
        guard !key.isEmpty, key.utf8.count <= 4 * Self.maximumKeyScalars,
            key.unicodeScalars.count <= Self.maximumKeyScalars, !key.utf8.contains(0)
        else { throw .invalidArgument("a key has 1 to \(Self.maximumKeyScalars) characters, none of them U+0000") }
    }

    /// Refuses what cannot be the beginning of a key, and a page that is too long or has nothing on it.
    package func check(prefix: String, pageLimit: Int) throws(SessionStoreError) {
        guard prefix.utf8.count <= 4 * Self.maximumKeyScalars, prefix.unicodeScalars.count <= Self.maximumKeyScalars,
            !prefix.utf8.contains(0)
        else {
            throw .invalidArgument("a prefix has at most \(Self.maximumKeyScalars) characters, none of them U+0000")
        }
        guard (1...Self.maximumKeysPerPage).contains(pageLimit) else {
            throw .invalidArgument("a page has 1 to \(Self.maximumKeysPerPage) keys")
        }
    }

    /// Refuses a version that no key can have.
    package func check(expectedVersion: Int64?) throws(SessionStoreError) {
        guard expectedVersion ?? 0 >= 0 else { throw .invalidArgument("a version is 0 or more") }
    }

    /// Refuses a value that is too long.
    package func check(valueBytes: Int) throws(SessionStoreError) {
        guard valueBytes <= maximumValueBytes else {
            throw .quotaExceeded("a value may have \(maximumValueBytes) bytes; this one has \(valueBytes)")
        }
    }

    /// Refuses a payload that no stream could hold.
    package func check(payloadBytes: Int) throws(SessionStoreError) {
        guard payloadBytes <= maximumEventBytesPerStream else {
            throw .quotaExceeded(
                "the events of a stream may have \(maximumEventBytesPerStream) bytes; this one has \(payloadBytes)")
        }
    }

    /// The error for a principal with too many sessions.
    package var tooManySessions: SessionStoreError {
        .quotaExceeded("a principal may have \(maximumSessionsPerPrincipal) sessions")
    }
    /// Refuses a change that no session can hold.
    package func check(_ change: SessionChange) throws(SessionStoreError) {
        switch change {
        case .logLevel: break
        case .subscribe(let uri), .unsubscribe(let uri):
            guard (1...Self.maximumURIBytes).contains(uri.utf8.count), !uri.utf8.contains(0) else {
                throw .invalidArgument("a URI has 1 to \(Self.maximumURIBytes) bytes and no U+0000")
            }
        }
    }

    /// Refuses a message that cannot be kept.
    package func check(message: [UInt8], address: String) throws(SessionStoreError) {
        guard (1...Self.maximumAddressBytes).contains(address.utf8.count), !address.utf8.contains(0) else {
            throw .invalidArgument("an address has 1 to \(Self.maximumAddressBytes) bytes and no U+0000")
        }
        guard message.count <= maximumValueBytes else {
            throw .quotaExceeded("a message may have \(maximumValueBytes) bytes; this one has \(message.count)")
        }
    }

    /// The error for a session that watches too much.
    package var tooManySubscriptions: SessionStoreError {
        .quotaExceeded("a session may watch \(maximumSubscriptions) resources")
    }
    /// The error for a session in which too many messages wait.
    package var tooManyMessages: SessionStoreError {
        .quotaExceeded("\(maximumMessages) messages may wait in a session")
    }
    /// The error for a session with too many keys.
    package var tooManyKeys: SessionStoreError { .quotaExceeded("a session may hold \(maximumKeys) keys") }
    /// The error for a session with too much in it.
    package var tooManyBytes: SessionStoreError {
        .quotaExceeded("the keys and values of a session may have \(maximumBytes) bytes")
    }
    /// The error for a session with too many streams that have not ended.
    package var tooManyStreams: SessionStoreError {
        .quotaExceeded("a session may have \(maximumStreams) streams")
    }
}
