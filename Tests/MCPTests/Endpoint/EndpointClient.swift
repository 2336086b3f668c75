#if Servers
import HTTPTypes
import Logging
import MCP
import TestSupport
import Testing

/// Sends raw requests to an endpoint and checks every message that comes back against the published schema.
struct EndpointClient: Sendable {
    /// What came back.
    struct Reply: Sendable {
        var status: Int
        var fields: HTTPFields
        /// The JSON-RPC messages of the body or of the events.
        var messages: [JSONValue] = []
        var events: [ServerSentEvent] = []

        var message: JSONValue? { messages.first }
        var code: Int64? { message?["error"]?["code"]?.intValue }
        var result: JSONValue? { message?["result"] }
        var text: String? { result?["content"]?[0]?["text"]?.stringValue }
        func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { fields[$0] } }
    }

    static let modernMeta: JSONValue = [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": ["name": "test", "version": "1"],
        "io.modelcontextprotocol/clientCapabilities": [:],
    ]

    let endpoint: Endpoint
    let store: FaultySessionStore

    init(
        store: FaultySessionStore = FaultySessionStore(),
        configure: (inout Endpoint.Configuration) -> Void = { _ in }
    ) throws {
        var configuration = Endpoint.Configuration()
        configuration.logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        configuration.requestTimeout = .seconds(10)
        configure(&configuration)
        let server = try MCPServer(name: "test", version: "1", instructions: "Call echo.", tools: TestTool.all)
        endpoint = Endpoint(server: server, sessions: store, configuration: configuration)
        self.store = store
    }

    static func request(_ method: HTTPRequest.Method, _ headers: [(String, String)]) -> HTTPRequest {
        var request = HTTPRequest(method: method, scheme: "http", authority: "127.0.0.1:8060", path: "/mcp")
        if method == .post, !headers.contains(where: { $0.0 == "Content-Type" }) {
            request.headerFields[.contentType] = "application/json"
        }
        for (name, value) in headers where !value.isEmpty {
            guard let name = HTTPField.Name(name) else { continue }
            request.headerFields.append(HTTPField(name: name, value: value))
        }
        return request
    }

    /// Sends a request and reads the response to its end.
    func send(
        _ method: HTTPRequest.Method, _ headers: [(String, String)] = [], body: [UInt8] = [],
        speaking revision: String
    ) async throws -> Reply {
        try await send(Self.request(method, headers), body: body, speaking: revision)
    }

    func send(_ request: HTTPRequest, body: [UInt8], speaking revision: String) async throws -> Reply {
        let response = await endpoint.respond(to: request, body: body)
        var reply = Reply(status: response.head.status.code, fields: response.head.headerFields)
        switch response.body {
        case .none: break
        case .bytes(let bytes):
            #expect(reply.field("Content-Type") == "application/json")
            let value = try JSONValue(parsing: bytes)
            reply.messages = value.arrayValue ?? [value]
        case .events(let events):
            #expect(reply.field("Content-Type") == "text/event-stream")
            for await event in events { reply.events.append(event) }
            reply.messages = try reply.events.compactMap(\.data).filter { !$0.isEmpty }.map {
                try JSONValue(parsing: $0)
            }
        }
        try check(reply.messages, sent: body, revision: revision)
        return reply
    }

    private func check(_ messages: [JSONValue], sent body: [UInt8], revision: String) throws {
        guard SharedData.isExpected("mcp-schema") else { return }
        let sent = try? JSONValue(parsing: body)
        for message in messages {
            // Revisions before 2025-11-25 have no form for an error whose request cannot be named.
            let schema = message["id"] == nil && message["error"] != nil ? "2026-07-28" : revision
            let request = (sent?.arrayValue ?? [sent ?? .null]).first { $0["id"] == message["id"] }
            let violations = try MCPSchema.validateServerMessage(
                message, revision: schema, requestMethod: request?["method"]?.stringValue)
            #expect(violations.isEmpty, "\(message)")
        }
    }

    func post(
        _ text: String, _ headers: [(String, String)] = [], speaking revision: String = "2025-11-25"
    ) async throws -> Reply {
        try await send(.post, headers, body: Array(text.utf8), speaking: revision)
    }

    /// Sends a modern request with the headers that belong to it, changed by `replacing`: an empty value removes one.
    func modern(
        _ method: String, _ params: JSONObject = [:], meta: JSONValue? = EndpointClient.modernMeta,
        replacing replaced: [(String, String)] = [], adding added: [(String, String)] = []
    ) async throws -> Reply {
        var params = params
        params["_meta"] = meta
        var headers = [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method)]
        if let name = params["name"]?.stringValue ?? params["uri"]?.stringValue {
            headers.append(("Mcp-Name", name))
        }
        headers = headers.map { header in replaced.first { $0.0 == header.0 } ?? header } + added
        let body: JSONValue = ["jsonrpc": "2.0", "id": 7, "method": .string(method), "params": .object(params)]
        return try await send(.post, headers, body: body.serialized(), speaking: "2026-07-28")
    }

    /// Opens a legacy session and gives its transport id.
    func initialize(_ version: String = "2025-11-25", _ headers: [(String, String)] = []) async throws -> String {
        let reply = try await post(Self.initializeBody(version), headers, speaking: version)
        #expect(reply.status == 200)
        return try #require(reply.field("Mcp-Session-Id"))
    }

    static func initializeBody(_ version: String) -> String {
        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(version)","capabilities":{},"#
            + #""clientInfo":{"name":"test","version":"1"}}}"#
    }

    /// Sends a request of a legacy session.
    func legacy(
        _ method: String, _ params: String = "{}", session: String, _ headers: [(String, String)] = [],
        speaking revision: String = "2025-11-25"
    ) async throws -> Reply {
        try await post(
            #"{"jsonrpc":"2.0","id":"a","method":"\#(method)","params":\#(params)}"#,
            [("Mcp-Session-Id", session)] + headers, speaking: revision)
    }
}
#endif
