import MCP
import TestSupport
import Testing

/// Which era a message belongs to, and what is said to those that belong to none: one row for each case.
@Suite("Conformance: two eras on one endpoint", .timeLimit(.minutes(5)))
struct EraTableTests {
    /// A request and what it is answered.
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var verb = "POST"
        var body: JSONValue?
        var text: String?
        var headers: [String: String?] = [:]
        var status: Int
        var code: Int64?
    }

    private static let claim: JSONValue = [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:],
    ]
    private static let modernHeader: [String: String?] = ["MCP-Protocol-Version": "2026-07-28"]

    private static func request(_ method: String, _ params: JSONValue? = nil, id: JSONValue = 1) -> JSONValue {
        var request: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
        request["params"] = params
        return .object(request)
    }

    private static let hello: JSONValue = [
        "protocolVersion": "2025-11-25", "capabilities": [:], "clientInfo": ["name": "t", "version": "1"],
    ]

    static let rows = [
        Row(testDescription: "malformed JSON", text: "{", status: 400, code: -32700),
        Row(testDescription: "no object", body: 1, status: 400, code: -32600),
        Row(testDescription: "no JSON-RPC", body: ["id": 1], status: 400, code: -32600),
        Row(testDescription: "another media type", text: "{}", headers: ["Content-Type": "text/plain"], status: 415),
        Row(
            testDescription: "nothing that can be accepted", body: request("ping"), headers: ["Accept": "text/html"],
            status: 406),
        Row(
            testDescription: "a foreign origin", body: request("ping"), headers: ["Origin": "https://evil.example"],
            status: 403),
        Row(testDescription: "a foreign host", body: request("ping"), headers: ["Host": "evil.example"], status: 403),
        Row(
            testDescription: "initialize that claims the modern version",
            body: request("initialize", ["_meta": claim]),
            headers: ["MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "initialize"], status: 404, code: -32601),
        Row(
            testDescription: "initialize with a modern header", body: request("initialize", hello),
            headers: modernHeader, status: 400, code: -32020),
        Row(
            testDescription: "a modern header without a claim", body: request("tools/list"), headers: modernHeader,
            status: 400, code: -32602),
        Row(
            testDescription: "a claim without headers", body: request("tools/list", ["_meta": claim]),
            status: 400, code: -32020),
        Row(testDescription: "neither claim nor session", body: request("tools/list"), status: 400, code: -32600),
        Row(
            testDescription: "a session that is not there", body: request("tools/list"),
            headers: ["Mcp-Session-Id": String(repeating: "A", count: 32)], status: 404, code: -32600),
        Row(
            testDescription: "a session id of another form", body: request("tools/list"),
            headers: ["Mcp-Session-Id": "x"], status: 404, code: -32600),
        Row(
            testDescription: "a modern notification", body: ["jsonrpc": "2.0", "method": "notifications/x"],
            headers: modernHeader, status: 202),
        Row(
            testDescription: "a modern response", body: ["jsonrpc": "2.0", "id": 1, "result": [:]],
            headers: modernHeader, status: 400, code: -32600),
        Row(
            testDescription: "a batch with a modern element", body: [request("tools/list", ["_meta": claim])],
            status: 400, code: -32600),
        Row(
            testDescription: "a modern batch", body: [request("ping")], headers: modernHeader, status: 400, code: -32600
        ),
        Row(testDescription: "a modern GET", verb: "GET", headers: modernHeader, status: 405),
        Row(testDescription: "a modern DELETE", verb: "DELETE", headers: modernHeader, status: 405),
        Row(testDescription: "a GET without a session", verb: "GET", status: 400, code: -32600),
        Row(testDescription: "a DELETE without a session", verb: "DELETE", status: 400, code: -32600),
        Row(testDescription: "PUT", verb: "PUT", text: "{}", status: 405),
        Row(testDescription: "a null id", body: request("ping", id: .null), status: 400, code: -32600),
        Row(testDescription: "an id with a fraction", body: request("ping", id: 1.5), status: 400, code: -32600),
        Row(testDescription: "params that are no object", body: request("ping", [1]), status: 400, code: -32600),
    ]

    @Test("each case is answered as the table says", arguments: StoreKind.available)
    func table(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            for row in Self.rows {
                var fields: [String: String?] = ["Accept": "application/json, text/event-stream"]
                let body = row.text ?? row.body?.description
                if body != nil { fields["Content-Type"] = "application/json" }
                fields.merge(row.headers) { $1 }
                let connection = try await RawHTTPClient.connect(port: server.port)
                try await connection.send(
                    row.verb, "/mcp", fields: fields.compactMap { name, value in value.map { (name, $0) } }, body: body)
                let reply = try await Reply(connection, revision: "2026-07-28", method: nil).all()
                #expect(reply.status == row.status, "\(row.testDescription)")
                if let code = row.code { #expect(reply.code == code, "\(row.testDescription)") }
                if row.status == 405 { #expect(reply.head["allow"] != nil) }
            }
        }
    }

    @Test("an initialized session keeps its rules", arguments: StoreKind.available)
    func sessions(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server)
            #expect(try await client.send("initialize", Self.hello.objectValue).status == 400)
            #expect(try await client.send("unknown/method").code == -32601)
            #expect(try await client.send("unknown/method").status == 200)
            #expect(try await client.send("server/discover").code == -32601)
            let version = try await client.send("ping", headers: ["MCP-Protocol-Version": "2024-11-05"])
            #expect(version.status == 400)
            #expect(try await client.send("ping", headers: ["MCP-Protocol-Version": nil]).status == 200)
            let other = try await client.send("ping", headers: ["MCP-Protocol-Version": "2025-06-18"])
            #expect(other.status == 200)
            let ignoring = try await ModernClient(server).send(
                "tools/list", headers: ["Mcp-Session-Id": client.session, "Last-Event-ID": "x"])
            #expect(ignoring.status == 200 && ignoring.head["mcp-session-id"] == nil)
        }
    }
}
