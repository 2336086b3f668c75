#if Servers
internal import Logging

/// The stored side of a response stream. Where the store fails, events go unstored: they reach the client all the same,
/// only without an id to resume from.
struct EventLog: Sendable {
    private let store: any SessionStore
    private let handle: SessionHandle
    private let principal: Principal
    private let stream: StreamID?
    private let logger: Logger

    /// Opens a stream in the session, with the payload that ends it where this process dies.
    init(
        opening store: any SessionStore, lastWords: [UInt8], handle: SessionHandle, principal: Principal,
        _ logger: Logger
    ) async {
        self.store = store
        self.handle = handle
        self.principal = principal
        self.logger = logger
        do throws(SessionStoreError) {
            stream = try await store.openStream(.response, lastWords: lastWords, in: handle, of: principal)
        } catch {
            stream = nil
            logger.warning("a response stream is not stored", metadata: ["reason": "\(error)"])
        }
    }

    /// Whether events are being stored.
    var isOpen: Bool { stream != nil }

    /// Stores an event; nil where that was not possible.
    func append(_ payload: [UInt8]?, final: Bool) async -> EventID? {
        guard let stream else { return nil }
        do throws(SessionStoreError) {
            return try await store.append(payload, final: final, to: stream, in: handle, of: principal)
        } catch {
            logger.warning("an event is not stored", metadata: ["reason": "\(error)"])
            return nil
        }
    }
}
#endif
