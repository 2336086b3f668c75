/// Where sessions and their values live: in memory, in PostgreSQL, or where another implementation puts them.
///
/// A store knows sessions by their ``SessionHandle`` alone. Every call names the principal too; a session of another
/// principal is indistinguishable from none. A session that is past its expiry is never returned, whether or not it
/// has been swept away yet. All calls are bounded in time and safe to make concurrently, from any number of instances
/// that share one database.
public protocol SessionStore: Sendable {
    /// What kind of store this is, as session_info names it: `memory`, `postgresql`.
    var backend: String { get }

    /// Opens a session under a handle that was never used before.
    func open(_ session: NewSession, as handle: SessionHandle) async throws(SessionStoreError) -> SessionRecord

    /// The session, whose last activity becomes now (to a tenth of its lifetime) and whose expiry moves accordingly.
    ///
    /// - Throws: ``SessionStoreError/sessionUnknown``, or ``SessionStoreError/sessionExpired`` while the store still
    ///   knows that there was one.
    func session(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> SessionRecord

    /// Ends the session and removes what it held.
    ///
    /// - Returns: How many values were removed.
    func close(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> Int

    /// Stores a value, replacing the one that the key had.
    ///
    /// - Parameter expected: The version that the key must have for the write to happen; 0 means that it must have no
    ///   value.
    /// - Throws: ``SessionStoreError/versionConflict(current:)`` when it has another one.
    func storeValue(
        _ value: JSONValue, forKey key: String, in handle: SessionHandle, of principal: Principal,
        ifVersion expected: Int64?, timeToLive: Duration?
    ) async throws(SessionStoreError) -> StoredValueReceipt

    /// The value of a key, or nil where it has none.
    func value(
        forKey key: String, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StoredValue?

    /// The session with the number and the size of its values.
    func summary(of handle: SessionHandle, principal: Principal) async throws(SessionStoreError) -> SessionSummary

    /// Opens a stream of events that outlives the connection it is sent on.
    func openStream(
        in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StreamID

    /// Appends an event to a stream; ids grow by one in the order in which events become visible.
    ///
    /// - Parameters:
    ///   - payload: The serialised JSON-RPC message, or nil for a priming event.
    ///   - final: Whether the stream ends with this event.
    func append(
        _ payload: [UInt8]?, final: Bool, to stream: StreamID
    ) async throws(SessionStoreError) -> EventID

    /// What comes after an event on its stream, in order, at most `limit` of them.
    ///
    /// - Throws: ``SessionStoreError/streamUnknown`` when the stream is not one of this session's.
    func events(
        after event: EventID, in handle: SessionHandle, of principal: Principal, limit: Int
    ) async throws(SessionStoreError) -> [StoredEvent]

    /// Removes a bounded number of expired sessions and values, where no other instance is doing so.
    ///
    /// - Returns: How many sessions were removed.
    func sweep() async throws(SessionStoreError) -> Int

    /// Returns where the store can serve now: reachable, and its tables of the version this code needs.
    func checkReadiness() async throws(SessionStoreError)
}
