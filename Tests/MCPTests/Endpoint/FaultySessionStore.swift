import MCP
import Synchronization

/// A store in memory that can be lost and found again.
final class FaultySessionStore: SessionStore {
    private let store = InMemorySessionStore()
    private let isLost = Mutex(false)

    func lose() { isLost.withLock { $0 = true } }
    func find() { isLost.withLock { $0 = false } }

    private func reached() throws(SessionStoreError) -> InMemorySessionStore {
        if isLost.withLock({ $0 }) { throw .unavailable("connection refused by hunter2") }
        return store
    }

    var backend: String { store.backend }

    func open(_ session: NewSession, as handle: SessionHandle) async throws(SessionStoreError) -> SessionRecord {
        try await reached().open(session, as: handle)
    }
    func session(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> SessionRecord {
        try await reached().session(handle, of: principal)
    }
    func close(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> Int {
        try await reached().close(handle, of: principal)
    }
    func storeValue(
        _ value: JSONValue, forKey key: String, in handle: SessionHandle, of principal: Principal,
        ifVersion expected: Int64?, timeToLive: Duration?
    ) async throws(SessionStoreError) -> StoredValueReceipt {
        try await reached().storeValue(
            value, forKey: key, in: handle, of: principal, ifVersion: expected, timeToLive: timeToLive)
    }
    func value(
        forKey key: String, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StoredValue? {
        try await reached().value(forKey: key, in: handle, of: principal)
    }
    func deleteValue(
        forKey key: String, in handle: SessionHandle, of principal: Principal, ifVersion expected: Int64?
    ) async throws(SessionStoreError) -> Bool {
        try await reached().deleteValue(forKey: key, in: handle, of: principal, ifVersion: expected)
    }
    func keys(
        withPrefix prefix: String, after cursor: KeyCursor?, limit: Int, in handle: SessionHandle,
        of principal: Principal
    ) async throws(SessionStoreError) -> StoredKeys {
        try await reached().keys(withPrefix: prefix, after: cursor, limit: limit, in: handle, of: principal)
    }
    func incrementValue(
        forKey key: String, by amount: Int64, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StoredInteger {
        try await reached().incrementValue(forKey: key, by: amount, in: handle, of: principal)
    }
    func clear(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> Int {
        try await reached().clear(handle, of: principal)
    }
    func summary(
        of handle: SessionHandle, principal: Principal
    ) async throws(SessionStoreError) -> SessionSummary {
        try await reached().summary(of: handle, principal: principal)
    }
    func tell(_ notification: [UInt8], ofResource uri: String?) async throws(SessionStoreError) {
        try await reached().tell(notification, ofResource: uri)
    }
    func openStream(
        _ kind: StreamKind, lastWords: [UInt8]?, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StreamID {
        try await reached().openStream(kind, lastWords: lastWords, in: handle, of: principal)
    }
    func append(
        _ payload: [UInt8]?, final: Bool, to stream: StreamID, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> EventID {
        try await reached().append(payload, final: final, to: stream, in: handle, of: principal)
    }
    func events(
        after event: EventID, in handle: SessionHandle, of principal: Principal, limit: Int
    ) async throws(SessionStoreError) -> StoredEvents {
        try await reached().events(after: event, in: handle, of: principal, limit: limit)
    }
    func change(
        _ change: SessionChange, of handle: SessionHandle, principal: Principal
    ) async throws(SessionStoreError) {
        try await reached().change(change, of: handle, principal: principal)
    }
    func post(
        _ message: [UInt8], to address: String, in handle: SessionHandle, of principal: Principal,
        lasting lifetime: Duration
    ) async throws(SessionStoreError) -> Bool {
        try await reached().post(message, to: address, in: handle, of: principal, lasting: lifetime)
    }
    func take(
        _ address: String, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> [UInt8]? {
        try await reached().take(address, in: handle, of: principal)
    }
    func sharedKey() async throws(SessionStoreError) -> [UInt8] { try await reached().sharedKey() }
    func sweep() async throws(SessionStoreError) -> Int { try await reached().sweep() }
    func checkReadiness() async throws(SessionStoreError) { try await reached().checkReadiness() }
}
