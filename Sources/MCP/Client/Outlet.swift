internal import Synchronization

/// What is said to a client while its request is served, in its order, on the way to whatever sends it.
///
/// Notifications beyond ``maximumWaiting`` that nobody has taken yet are dropped: they report, and nothing depends on
/// them. Requests and responses are never dropped; how many of them there can be follows from what the client asked.
final class Outlet: Sendable {
    enum Item: Sendable {
        case notification(JSONRPCNotification)
        case request(JSONRPCRequest)
        case response(JSONRPCResponse)
        /// A request that was cancelled gets no response.
        case cancelled(RequestID)
        /// The client has waited long enough for a first word.
        case overdue
        case keepAlive
        /// The connection is to be closed, while the work goes on.
        case disconnect
    }

    /// How many notifications may wait to be sent.
    static let maximumWaiting = 1024

    let items: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation
    private let waiting = Mutex(0)
    /// Whether what goes in can reach the client before the response.
    let isOpen: Bool

    init(isOpen: Bool) {
        self.isOpen = isOpen
        (items, continuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Sends a notification, or drops it where the client takes none or too slowly.
    func notify(_ method: String, _ params: JSONObject) {
        guard isOpen else { return }
        let hasRoom = waiting.withLock { waiting in
            guard waiting < Self.maximumWaiting else { return false }
            waiting += 1
            return true
        }
        if hasRoom { continuation.yield(.notification(JSONRPCNotification(method: method, params: params))) }
    }

    func put(_ item: Item) { continuation.yield(item) }

    func finish() { continuation.finish() }

    /// To be called by who took a notification.
    func took(_ item: Item) {
        if case .notification = item { waiting.withLock { $0 -= 1 } }
    }
}
