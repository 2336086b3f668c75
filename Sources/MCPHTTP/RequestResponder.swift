#if Servers
import HTTPTypes
import HummingbirdCore
import Logging
import MCP
import NIOCore
import NIOHTTPTypes

/// Answers the requests of all connections: the MCP endpoint, `/health` and `/ready`.
struct RequestResponder: Sendable {
    let endpoint: Endpoint
    /// The endpoint's path.
    let path: String
    /// Throws where the server cannot serve now.
    let readiness: @Sendable () async throws -> Void
    let logger: Logger

    /// Answers one request, its body read as far as the answer needs it.
    ///
    /// - Throws: What the connection failed with; it is closed then.
    func respond(to request: Request, writer: consuming ResponseWriter) async throws {
        let head = request.head
        switch head.path.map({ $0.prefix(while: { $0 != "?" && $0 != "#" }) }) {
        case let target? where target.utf8.elementsEqual(path.utf8):
            try await respondToEndpoint(request, writer: writer)
        case "/health":
            try await write(report(head, status: .ok, text: "alive"), answering: request, writer: writer)
        case "/ready":
            let isReady = await isReady()
            try await write(
                report(head, status: isReady ? .ok : .serviceUnavailable, text: isReady ? "ready" : "unavailable"),
                answering: request, writer: writer)
        default:
            try await write(EndpointResponse(.init(status: .notFound)), answering: request, writer: writer)
        }
    }

    private func respondToEndpoint(_ request: Request, writer: consuming ResponseWriter) async throws {
        if let refusal = endpoint.admit(request.head) {
            try await write(refusal, answering: request, writer: writer)
            return
        }
        if request.head.headerFields[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        let body: RequestBodyReader.Outcome
        do {
            body = try await RequestBodyReader.read(request.body, limit: endpoint.configuration.maximumBodyBytes)
        } catch is RequestGuard.BodyTimedOut {
            try await write(
                EndpointResponse(.init(status: .requestTimeout)), answering: request, writer: writer, closing: true)
            return
        }
        // One byte over the limit is enough for the endpoint to say so.
        let response = await endpoint.respond(to: request.head, body: body.bytes)
        try await write(response, answering: request, writer: writer, closing: !body.isComplete, bodyWasRead: true)
    }

    /// Asks, but not for longer than five seconds: who watches over the server does not wait either.
    private func isReady() async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await readiness()
                    return true
                } catch {
                    logger.warning("not ready", metadata: ["reason": "\(error)"])
                    return false
                }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(5))
                return false
            }
            let isReady = await group.next() ?? false
            group.cancelAll()
            return isReady
        }
    }

    private func report(_ head: HTTPRequest, status: HTTPResponse.Status, text: String) -> EndpointResponse {
        guard head.method == .get || head.method == .head else {
            return EndpointResponse(.init(status: .methodNotAllowed, headerFields: [.allow: "GET, HEAD"]))
        }
        let fields: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        return EndpointResponse(
            .init(status: status, headerFields: fields), body: .bytes(Array(#"{"status":"\#(text)"}"#.utf8)))
    }

    /// Writes the response. The connection closes after it where `closing` says so, where a body was left unread, and
    /// after a stream of events.
    private func write(
        _ response: EndpointResponse, answering request: Request, writer: consuming ResponseWriter,
        closing: Bool = false, bodyWasRead: Bool = false
    ) async throws {
        var head = response.head
        head.headerFields[.date] = HTTPDate.now()
        if closing || (!bodyWasRead && request.head.announcesBody) { head.headerFields[.connection] = "close" }
        switch response.body {
        case .none:
            if head.status.mayHaveBody { head.headerFields[.contentLength] = "0" }
            try await writer.writeResponse(head)
        case .bytes(let bytes):
            head.headerFields[.contentLength] = String(bytes.count)
            if request.head.method == .head {
                try await writer.writeResponse(head)
            } else {
                try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
            }
        case .events(let events):
            head.headerFields[.connection] = "close"
            try await stream(events, head: head, request: request, writer: writer)
        }
    }

    /// Sends every event as soon as it comes. The stream's consumer ends as soon as the client closes the connection,
    /// or its half of it: a client that is gone looks just like that. The request's body was read to its end.
    private func stream(
        _ events: AsyncStream<ServerSentEvent>, head: HTTPResponse, request: Request,
        writer: consuming ResponseWriter
    ) async throws {
        // Hummingbird traps where it does not see a body's end, which has been read already: it gets another one.
        var request = request
        request.body = RequestBody(buffer: ByteBuffer())
        var body = try await writer.writeHead(head)
        try await request.body.consumeWithCancellationOnInboundClose { _ in
            for await event in events {
                try await body.write(ByteBuffer(bytes: event.serialized()))
            }
            try Task.checkCancellation()
        }
        try await body.finish(nil)
    }
}

extension HTTPRequest {
    /// Whether a body follows the head (RFC 9112 section 6.3).
    fileprivate var announcesBody: Bool {
        if headerFields.contains(.transferEncoding) { return true }
        guard let length = headerFields[.contentLength] else { return false }
        return length != "0"
    }
}

extension HTTPResponse.Status {
    /// Whether a response of this status may say that its body is empty (RFC 9110 section 8.6).
    fileprivate var mayHaveBody: Bool { kind != .informational && code != 204 && code != 304 }
}
#endif
