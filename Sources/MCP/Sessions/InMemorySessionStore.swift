internal import Digests
internal import Synchronization

/// Sessions in the memory of this process, with which they end.
///
/// It keeps every promise of ``SessionStore``; what PostgreSQL adds is that other processes see the sessions too and
/// that they outlive this one. Memory is bounded by ``SessionLimits`` times `maximumSessions`.
public final class InMemorySessionStore: SessionStore {
    private let limits: SessionLimits
    private let maximumSessions: Int
    private let now: @Sendable () -> Timestamp
    private let key = SecureRandom.bytes(32)
    // Sessions by the digest of their handle: what is not kept cannot show up in a crash report.
    private let sessions = Mutex<[[UInt8]: InMemorySession]>([:])
    private let watches = WatchTable()

    /// An empty store.
    ///
    /// - Parameters:
    ///   - limits: What a session may hold.
    ///   - maximumSessions: How many sessions there may be; opening one more throws
    ///     ``SessionStoreError/quotaExceeded(_:)`` unless some have expired.
    ///   - now: The clock by which sessions and values expire.
    public init(
        limits: SessionLimits = SessionLimits(), maximumSessions: Int = 10_000,
        now: @escaping @Sendable () -> Timestamp = { Timestamp.now }
    ) {
        self.limits = limits
        self.maximumSessions = maximumSessions
        self.now = now
    }

    /// `memory`.
    public var backend: String { "memory" }

    /// See ``SessionStore/open(_:as:)``.
    public func open(_ session: NewSession, as handle: SessionHandle) async throws(SessionStoreError) -> SessionRecord {
        try limits.check(session)
        let opened = InMemorySession(session, lifetime: try limits.lifetime(session.timeToLive), now: now())
        let (maximumSessions, limits) = (maximumSessions, limits)
        try sessions.withLock { (sessions) throws(SessionStoreError) in
            guard sessions[handle.digest] == nil else { throw .invalidArgument("the handle is in use") }
            if sessions.count >= maximumSessions {
                sessions = sessions.filter { opened.record.createdAt < $0.value.record.expiresAt }
            }
            guard sessions.count < maximumSessions else {
                throw .quotaExceeded("there may be \(maximumSessions) sessions")
            }
            if session.principal != .anonymous {
                let held = sessions.values.count {
                    $0.record.principal == session.principal && opened.record.createdAt < $0.record.expiresAt
                }
                guard held < limits.maximumSessionsPerPrincipal else { throw limits.tooManySessions }
            }
            sessions[handle.digest] = opened
        }
        return opened.record
    }

    /// See ``SessionStore/session(_:of:)``.
    public func session(
        _ handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> SessionRecord {
        try use(handle, of: principal) { session, _ in session.record }
    }

    /// See ``SessionStore/close(_:of:)``.
    public func close(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> Int {
        let now = now()
        let closed = try sessions.withLock { (sessions) throws(SessionStoreError) in
            let index = try Self.find(handle, of: principal, at: now, in: sessions)
            return sessions.remove(at: index).value
        }
        watches.wake(WatchSignal(endOfSession: handle.digest))
        return closed.count(at: now).keys
    }

    /// See ``SessionStore/storeValue(_:forKey:in:of:ifVersion:timeToLive:)``.
    public func storeValue(
        _ value: JSONValue, forKey key: String, in handle: SessionHandle, of principal: Principal,
        ifVersion expected: Int64?, timeToLive: Duration?
    ) async throws(SessionStoreError) -> StoredValueReceipt {
        let limits = limits
        let bytes = value.serialized().count
        try limits.check(key: key)
        try limits.check(valueBytes: bytes)
        try limits.check(expectedVersion: expected)
        let lifetime = try limits.valueLifetime(timeToLive)
        return try use(handle, of: principal) { (session, now) throws(SessionStoreError) in
            try session.store(
                value, bytes: bytes, forKey: key, ifVersion: expected,
                expiresAt: lifetime.map { now.advanced(by: $0) }, now: now, limits: limits)
        }
    }

    /// See ``SessionStore/value(forKey:in:of:)``.
    public func value(
        forKey key: String, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StoredValue? {
        try limits.check(key: key)
        return try use(handle, of: principal) { session, now in session.value(forKey: key, at: now) }
    }

    /// See ``SessionStore/deleteValue(forKey:in:of:ifVersion:)``.
    public func deleteValue(
        forKey key: String, in handle: SessionHandle, of principal: Principal, ifVersion expected: Int64?
    ) async throws(SessionStoreError) -> Bool {
        try limits.check(key: key)
        try limits.check(expectedVersion: expected)
        return try use(handle, of: principal) { (session, now) throws(SessionStoreError) in
            try session.delete(key, ifVersion: expected, now: now)
        }
    }

    /// See ``SessionStore/keys(withPrefix:after:limit:in:of:)``.
    public func keys(
        withPrefix prefix: String, after cursor: KeyCursor?, limit: Int, in handle: SessionHandle,
        of principal: Principal
    ) async throws(SessionStoreError) -> StoredKeys {
        try limits.check(prefix: prefix, pageLimit: limit)
        let range = KeyRange(prefix: prefix, after: cursor)
        return try use(handle, of: principal) { session, now in
            StoredKeys(session.keys(in: range, limit: limit, at: now), limit: limit)
        }
    }

    /// See ``SessionStore/incrementValue(forKey:by:in:of:)``.
    public func incrementValue(
        forKey key: String, by amount: Int64, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StoredInteger {
        let limits = limits
        try limits.check(key: key)
        return try use(handle, of: principal) { (session, now) throws(SessionStoreError) in
            try session.increment(key, by: amount, now: now, limits: limits)
        }
    }

    /// See ``SessionStore/clear(_:of:)``.
    public func clear(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> Int {
        try use(handle, of: principal) { session, now in session.clear(at: now) }
    }

    /// See ``SessionStore/summary(of:principal:)``.
    public func summary(
        of handle: SessionHandle, principal: Principal
    ) async throws(SessionStoreError) -> SessionSummary {
        try use(handle, of: principal) { session, now in
            let held = session.count(at: now)
            return SessionSummary(session: session.record, keyCount: held.keys, bytes: held.bytes)
        }
    }

    /// See ``SessionStore/openStream(_:lastWords:in:of:)``.
    public func openStream(
        _ kind: StreamKind, lastWords: [UInt8]?, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StreamID {
        let limits = limits
        return try use(handle, of: principal) { (session, now) throws(SessionStoreError) in
            try session.openStream(kind, now: now, limits: limits)
        }
    }

    /// See ``SessionStore/append(_:final:to:in:of:)``.
    public func append(
        _ payload: [UInt8]?, final: Bool, to stream: StreamID, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> EventID {
        let limits = limits
        try limits.check(payloadBytes: payload?.count ?? 0)
        let sequence = try use(handle, of: principal) { (session, now) throws(SessionStoreError) in
            try session.append(payload, final: final, to: stream, now: now, limits: limits)
        }
        watches.wake(WatchSignal(.stream(stream), inSession: handle.digest))
        return EventID(stream: stream, sequence: sequence)
    }

    /// See ``SessionStore/tell(_:ofResource:)``.
    public func tell(_ notification: [UInt8], ofResource uri: String?) async throws(SessionStoreError) {
        try limits.check(payloadBytes: notification.count)
        let (now, limits) = (now(), limits)
        let signals = sessions.withLock { sessions in
            var signals: [WatchSignal] = []
            for index in sessions.indices where now < sessions[index].value.record.expiresAt {
                let stream = sessions.values[index].tell(notification, ofResource: uri, now: now, limits: limits)
                if let stream { signals.append(WatchSignal(.stream(stream), inSession: sessions[index].key)) }
            }
            return signals
        }
        for signal in signals { watches.wake(signal) }
    }

    /// See ``SessionStore/watch(_:in:)``.
    public func watch(_ subject: WatchedSubject, in handle: SessionHandle) -> StoreWatch {
        watches.watch(WatchTable.Subject(session: handle.digest, subject: subject))
    }

    /// See ``SessionStore/events(after:in:of:limit:)``.
    public func events(
        after event: EventID, in handle: SessionHandle, of principal: Principal, limit: Int
    ) async throws(SessionStoreError) -> StoredEvents {
        let limits = limits
        return try use(handle, of: principal) { (session, now) throws(SessionStoreError) in
            try session.events(after: event, limit: limit, now: now, limits: limits)
        }
    }

    /// See ``SessionStore/change(_:of:principal:)``.
    public func change(
        _ change: SessionChange, of handle: SessionHandle, principal: Principal
    ) async throws(SessionStoreError) {
        let limits = limits
        try limits.check(change)
        try use(handle, of: principal) { (session, _) throws(SessionStoreError) in
            try session.change(change, limits: limits)
        }
    }

    /// See ``SessionStore/post(_:to:in:of:lasting:)``.
    public func post(
        _ message: [UInt8], to address: String, in handle: SessionHandle, of principal: Principal,
        lasting lifetime: Duration
    ) async throws(SessionStoreError) -> Bool {
        let limits = limits
        try limits.check(message: message, address: address)
        let wasPosted = try use(handle, of: principal) { (session, now) throws(SessionStoreError) in
            try session.post(
                message, to: address, until: now.advanced(by: lifetime), now: now, limits: limits)
        }
        watches.wake(WatchSignal(.message(address: address), inSession: handle.digest))
        return wasPosted
    }

    /// See ``SessionStore/take(_:in:of:)``.
    public func take(
        _ address: String, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> [UInt8]? {
        try use(handle, of: principal) { session, now in session.take(address, now: now) }
    }

    /// See ``SessionStore/sharedKey()``.
    public func sharedKey() async throws(SessionStoreError) -> [UInt8] { key }

    /// See ``SessionStore/sweep()``.
    public func sweep() async throws(SessionStoreError) -> Int {
        let now = now()
        let retention = limits.endedStreamRetention
        return sessions.withLock { sessions in
            let before = sessions.count
            sessions = sessions.filter { now < $0.value.record.expiresAt }
            for index in sessions.values.indices {
                sessions.values[index].sweep(at: now, endedStreamRetention: retention)
            }
            return before - sessions.count
        }
    }

    /// Returns: memory is always ready.
    public func checkReadiness() async throws(SessionStoreError) {}

    private func use<Result: Sendable>(
        _ handle: SessionHandle, of principal: Principal,
        _ body: (inout InMemorySession, Timestamp) throws(SessionStoreError) -> Result
    ) throws(SessionStoreError) -> Result {
        let now = now()
        return try sessions.withLock { (sessions) throws(SessionStoreError) in
            let index = try Self.find(handle, of: principal, at: now, in: sessions)
            sessions.values[index].touch(now)
            return try body(&sessions.values[index], now)
        }
    }

    private static func find(
        _ handle: SessionHandle, of principal: Principal, at now: Timestamp, in sessions: [[UInt8]: InMemorySession]
    ) throws(SessionStoreError) -> Dictionary<[UInt8], InMemorySession>.Index {
        guard let index = sessions.index(forKey: handle.digest), sessions.values[index].record.principal == principal
        else { throw .sessionUnknown }
        guard now < sessions.values[index].record.expiresAt else { throw .sessionExpired }
        return index
    }
}
