/// Where sessions and their values live: in memory, in PostgreSQL, or where another implementation puts them.
///
/// A store knows sessions by their ``SessionHandle`` alone. Every call names the principal too; a session of another
/// principal is indistinguishable from none. A session that is past its expiry is never returned, whether or not it
/// has been swept away yet. All calls are bounded in time and safe to make concurrently, from any number of instances
/// that share one database.
///
/// Every call that names a session is activity: it moves the session's last activity to now, and its expiry with it.
/// A store may leave out the move where less than a tenth of the session's lifetime has passed since the last one.
///
/// Calls that name a session throw ``SessionStoreError/sessionUnknown``, or ``SessionStoreError/sessionExpired`` while
/// the store still knows that there was one, and ``SessionStoreError/unavailable(_:)`` where it cannot tell.
public protocol SessionStore: Sendable {
    /// What kind of store this is, as session_info names it: `memory`, `postgresql`.
    var backend: String { get }

    /// Opens a session under a handle that was never used before.
    ///
    /// - Throws: ``SessionStoreError/quotaExceeded(_:)`` where a named principal has
    ///   ``SessionLimits/maximumSessionsPerPrincipal`` sessions that have not expired, of several opened at once as well.
    func open(_ session: NewSession, as handle: SessionHandle) async throws(SessionStoreError) -> SessionRecord

    /// The session.
    func session(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> SessionRecord

    /// Ends the session and removes what it held.
    ///
    /// - Returns: How many values were removed.
    func close(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> Int

    /// Stores a value, replacing the one that the key had, and its lifetime with it.
    ///
    /// The key's version starts at 1 and grows by one with every write. It is never used twice: where the key has lost
    /// its value, by expiry or otherwise, the next one's version lies above those it had, so that a writer with an
    /// outdated version cannot overwrite what came after. (A new key may for this reason start above 1.)
    ///
    /// - Parameters:
    ///   - value: Any JSON, which is kept as it is.
    ///   - key: 1 to 256 Unicode scalars without U+0000. Keys are told apart by their bytes.
    ///   - handle: The session.
    ///   - principal: Whose session it has to be.
    ///   - expected: The version that the key must have for the write to happen; 0 means that it must have no value.
    ///   - timeToLive: How long the value lives; nil means as long as the session.
    /// - Throws: ``SessionStoreError/versionConflict(current:)`` when the key has another version.
    func storeValue(
        _ value: JSONValue, forKey key: String, in handle: SessionHandle, of principal: Principal,
        ifVersion expected: Int64?, timeToLive: Duration?
    ) async throws(SessionStoreError) -> StoredValueReceipt

    /// The value of a key, or nil where it has none.
    func value(
        forKey key: String, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StoredValue?

    /// Removes a key's value. A key without one stays so, whatever the version.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - handle: The session.
    ///   - principal: Whose session it has to be.
    ///   - expected: The version that the value must have, where there is one.
    /// - Returns: Whether there was a value.
    /// - Throws: ``SessionStoreError/versionConflict(current:)`` when the value has another version.
    func deleteValue(
        forKey key: String, in handle: SessionHandle, of principal: Principal, ifVersion expected: Int64?
    ) async throws(SessionStoreError) -> Bool

    /// The keys that have a value, in the order of their UTF-8 bytes.
    ///
    /// Who turns all pages sees each key once that had a value all the time, whatever else is written meanwhile.
    ///
    /// - Parameters:
    ///   - prefix: What the keys begin with, byte by byte; empty for all.
    ///   - cursor: Where the page before ended; nil for the first.
    ///   - limit: How many there are on the page at most, 1 to 1,000.
    ///   - handle: The session.
    ///   - principal: Whose session it has to be.
    func keys(
        withPrefix prefix: String, after cursor: KeyCursor?, limit: Int, in handle: SessionHandle,
        of principal: Principal
    ) async throws(SessionStoreError) -> StoredKeys

    /// Adds to the integer that a key has, which keeps its lifetime; a key without a value counts as 0 and gets one that
    /// lives as long as the session.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - amount: What is added.
    ///   - handle: The session.
    ///   - principal: Whose session it has to be.
    /// - Throws: ``SessionStoreError/notANumber`` or ``SessionStoreError/numberOutOfRange``; nothing has changed then.
    func incrementValue(
        forKey key: String, by amount: Int64, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StoredInteger

    /// Removes all values of a session, which goes on.
    ///
    /// - Returns: How many values were removed.
    func clear(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> Int

    /// The session with the number and the size of its values.
    func summary(of handle: SessionHandle, principal: Principal) async throws(SessionStoreError) -> SessionSummary

    /// Opens a stream of events that outlives the connection it is sent on.
    ///
    /// - Parameters:
    ///   - kind: What it carries.
    ///   - lastWords: The payload with which another instance ends the stream after this one has died, so that nobody
    ///     waits for ever. A store that dies with its instance needs none.
    ///   - handle: The session.
    ///   - principal: Whose session it has to be.
    func openStream(
        _ kind: StreamKind, lastWords: [UInt8]?, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StreamID

    /// Appends an event to a stream; ids grow by one, from 1, in the order in which events become visible.
    ///
    /// - Parameters:
    ///   - payload: The serialised JSON-RPC message, or nil for a priming event.
    ///   - final: Whether the stream ends with this event.
    ///   - stream: The stream.
    ///   - handle: The stream's session.
    ///   - principal: Whose session it has to be.
    /// - Throws: ``SessionStoreError/streamUnknown`` when the session has no such stream, or it has ended.
    func append(
        _ payload: [UInt8]?, final: Bool, to stream: StreamID, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> EventID

    /// What comes after an event on its stream, in order, at most `limit` of them.
    ///
    /// - Throws: ``SessionStoreError/streamUnknown`` when the session has no such stream, it ended too long ago, or
    ///   events that came after this one are no longer kept: the caller would miss them without noticing.
    func events(
        after event: EventID, in handle: SessionHandle, of principal: Principal, limit: Int
    ) async throws(SessionStoreError) -> StoredEvents

    /// Appends a notification to a stream of changes of each session that has one: of several to the one that was opened
    /// or read last. What cannot be told to one session is told to the others.
    ///
    /// - Parameters:
    ///   - notification: The serialised JSON-RPC message.
    ///   - uri: The resource that changed, which is told to the sessions that watch it; nil tells all.
    func tell(_ notification: [UInt8], ofResource uri: String?) async throws(SessionStoreError)

    /// Begins to look out for what comes in a session, from whatever instance, and for the session's end. Nothing that
    /// comes after this call is missed, though it may take two seconds until it is noticed; see ``StoreWatch``.
    func watch(_ subject: WatchedSubject, in handle: SessionHandle) -> StoreWatch

    /// Changes what a session wants to be told; the record has it from then on.
    ///
    /// - Throws: ``SessionStoreError/quotaExceeded(_:)`` where it would watch more resources than
    ///   ``SessionLimits/maximumSubscriptions``.
    func change(
        _ change: SessionChange, of handle: SessionHandle, principal: Principal
    ) async throws(SessionStoreError)

    /// Leaves a message for whoever looks at an address of the session, on whatever instance: the client's answer to an
    /// input request, the cancellation of a request, or the claim to do something that one instance alone may do.
    ///
    /// - Parameters:
    ///   - message: What is left.
    ///   - address: Where, in the words of those who use it.
    ///   - handle: The session.
    ///   - principal: Whose session it has to be.
    ///   - lifetime: After how long a message that nobody took is gone.
    /// - Returns: False where a message is at the address already, which stays; of several calls at once one is true.
    /// - Throws: ``SessionStoreError/quotaExceeded(_:)`` where ``SessionLimits/maximumMessages`` are waiting.
    func post(
        _ message: [UInt8], to address: String, in handle: SessionHandle, of principal: Principal,
        lasting lifetime: Duration
    ) async throws(SessionStoreError) -> Bool

    /// Takes the message at an address; nil where there is none. Of several calls at once one gets it.
    func take(
        _ address: String, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> [UInt8]?

    /// 32 secret bytes, made once, the same for all who share the sessions.
    func sharedKey() async throws(SessionStoreError) -> [UInt8]

    /// Removes a bounded number of expired sessions, values and streams, where no other instance is doing so.
    ///
    /// - Returns: How many sessions were removed.
    func sweep() async throws(SessionStoreError) -> Int

    /// Returns where the store can serve now: reachable, and its tables of the version this code needs.
    func checkReadiness() async throws(SessionStoreError)
}

extension SessionStore {
    /// Looks four times a second, for a store that cannot tell when something comes.
    public func watch(_ subject: WatchedSubject, in handle: SessionHandle) -> StoreWatch {
        StoreWatch(every: .milliseconds(250))
    }

    /// Opens a stream for a response without last words.
    public func openStream(
        in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StreamID {
        try await openStream(.response, lastWords: nil, in: handle, of: principal)
    }
}
