import MCP
import TestSupport
import Testing

/// Speaks a legacy revision with a fixture server by raw HTTP, in a session of its own.
struct LegacyClient: Sendable {
    static let revisions = ["2025-03-26", "2025-06-18", "2025-11-25"]

    let port: Int
    let revision: String
    private(set) var session: String?

    /// Opens a session.
    init(
        _ server: FixtureServer, _ revision: String = "2025-11-25",
        capabilities: JSONValue = ["sampling": [:], "elicitation": [:], "roots": [:]]
    ) async throws {
        port = server.port
        self.revision = revision
        session = nil
        let reply = try await send(
            "initialize",
            [
                "protocolVersion": .string(revision), "capabilities": capabilities,
                "clientInfo": ["name": "ConformanceTests", "version": "1"],
            ])
        #expect(reply.status == 200)
        #expect(reply.result?["protocolVersion"] == .string(revision))
        let assigned: String = try #require(reply.head["mcp-session-id"])
        session = assigned
        #expect(session?.utf8.allSatisfy { (0x21...0x7E).contains($0) } == true)
        #expect(try await notify("notifications/initialized").status == 202)
    }

    /// The same session on another instance, or with another id.
    init(_ client: LegacyClient, on server: FixtureServer? = nil, session: String? = nil) {
        port = server?.port ?? client.port
        revision = client.revision
        self.session = session ?? client.session
    }

    func send(
        _ method: String, _ params: JSONObject? = nil, id: JSONValue = 1, headers: [String: String?] = [:]
    ) async throws -> Reply {
        try await open(method, params, id: id, headers: headers).all()
    }

    /// Sends a request and reads the reply's head.
    func open(
        _ method: String, _ params: JSONObject? = nil, id: JSONValue = 1, headers: [String: String?] = [:]
    ) async throws -> Reply {
        var request: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
        request["params"] = params.map { .object($0) }
        return try await post(.object(request), method: method, headers: headers)
    }

    func notify(_ method: String, _ params: JSONObject? = nil) async throws -> Reply {
        var notification: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
        notification["params"] = params.map { .object($0) }
        return try await post(.object(notification), method: nil).all()
    }

    /// Posts the answer to a request of the server's.
    func answer(_ request: JSONValue, _ result: JSONValue) async throws {
        let response: JSONValue = ["jsonrpc": "2.0", "id": request["id"] ?? .null, "result": result]
        #expect(try await post(response, method: nil).status == 202)
    }

    func call(_ tool: String, _ arguments: JSONObject = [:], id: JSONValue = 1) async throws -> Reply {
        try await send("tools/call", ["name": .string(tool), "arguments": .object(arguments)], id: id)
    }

    /// Posts any JSON.
    func post(_ body: JSONValue, method: String?, headers: [String: String?] = [:]) async throws -> Reply {
        try await exchange("POST", body.description, method: method, headers: headers)
    }

    func get(lastEventID: String? = nil, headers: [String: String?] = [:]) async throws -> Reply {
        var headers = headers
        if let lastEventID { headers["Last-Event-ID"] = lastEventID }
        headers["Accept"] = headers["Accept"] ?? "text/event-stream"
        return try await exchange("GET", nil, method: "tools/call", headers: headers)
    }

    func delete() async throws -> Reply { try await exchange("DELETE", nil, method: nil, headers: [:]).all() }

    private func exchange(
        _ verb: String, _ body: String?, method: String?, headers: [String: String?]
    ) async throws -> Reply {
        var fields: [String: String?] = ["Accept": "application/json, text/event-stream"]
        if body != nil { fields["Content-Type"] = "application/json" }
        if let session {
            fields["Mcp-Session-Id"] = session
            if revision != "2025-03-26" { fields["MCP-Protocol-Version"] = revision }
        }
        fields.merge(headers) { $1 }
        let connection = try await RawHTTPClient.connect(port: port)
        try await connection.send(
            verb, "/mcp", fields: fields.compactMap { name, value in value.map { (name, $0) } }, body: body)
        return try await Reply(connection, revision: revision, method: method)
    }
}
