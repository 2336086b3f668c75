#if Servers
public import HTTPTypes

/// What an ``Endpoint`` answers: a head, and nothing, bytes or a stream of events.
public struct EndpointResponse: Sendable {
    /// What follows the head.
    public enum Body: Sendable {
        /// Nothing.
        case none
        /// A body that is known as a whole.
        case bytes([UInt8])
        /// Events as they come. Who stops reading them, or is cancelled while doing so, says that the client is gone.
        case events(AsyncStream<ServerSentEvent>)
    }

    /// Status and header fields, without those that depend on the connection (`Content-Length`, `Date`).
    public var head: HTTPResponse
    /// What follows the head.
    public var body: Body

    /// A response.
    public init(_ head: HTTPResponse, body: Body = .none) {
        self.head = head
        self.body = body
    }

    /// A response without a body.
    static func status(_ status: HTTPResponse.Status) -> EndpointResponse {
        EndpointResponse(HTTPResponse(status: status))
    }

    /// One or, in a batch, several JSON-RPC messages.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> EndpointResponse {
        let fields: HTTPFields = [.contentType: "application/json"]
        return EndpointResponse(
            HTTPResponse(status: status, headerFields: fields), body: .bytes(value.serialized()))
    }

    /// An error response; without an id where the request's could not be read.
    static func error(
        _ status: HTTPResponse.Status, _ error: JSONRPCError, id: RequestID? = nil
    ) -> EndpointResponse {
        json(JSONRPCResponse(id: id, error: error).jsonValue, status: status)
    }

    /// A request that is refused before it is anything to JSON-RPC.
    static func refusal(_ status: HTTPResponse.Status, _ message: String) -> EndpointResponse {
        error(status, JSONRPCError(.invalidRequest, message))
    }

    /// A stream of events.
    static func events(_ events: AsyncStream<ServerSentEvent>) -> EndpointResponse {
        // Proxies must neither keep the events back nor keep a copy of them.
        let fields: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no",
        ]
        return EndpointResponse(HTTPResponse(status: .ok, headerFields: fields), body: .events(events))
    }
}
#endif
