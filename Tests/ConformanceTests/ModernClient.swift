import MCP
import TestSupport

/// Speaks 2026-07-28 with a fixture server by raw HTTP.
struct ModernClient: Sendable {
    static let revision = "2026-07-28"
    static let capabilities: JSONObject = ["sampling": [:], "elicitation": [:], "roots": ["listChanged": true]]
    static let taskCapabilities: JSONObject = {
        var declared = capabilities
        declared["extensions"] = ["io.modelcontextprotocol/tasks": [:]]
        return declared
    }()

    let port: Int
    var capabilities = Self.capabilities

    init(_ server: FixtureServer, capabilities: JSONObject = Self.capabilities) {
        port = server.port
        self.capabilities = capabilities
    }

    /// Sends a request with the headers that belong to it, and reads the reply to its end.
    func send(
        _ method: String, _ params: JSONObject = [:], meta: JSONObject = [:], headers: [String: String?] = [:],
        without missing: [String] = [], id: JSONValue = 1
    ) async throws -> Reply {
        try await open(method, params, meta: meta, headers: headers, without: missing, id: id).all()
    }

    /// Sends a request and reads the reply's head.
    ///
    /// - Parameters:
    ///   - meta: What `_meta` has besides; null removes a member.
    ///   - headers: What the headers are instead; nil removes one.
    ///   - missing: Members of `_meta` that are left out.
    func open(
        _ method: String, _ params: JSONObject = [:], meta: JSONObject = [:], headers: [String: String?] = [:],
        without missing: [String] = [], id: JSONValue = 1
    ) async throws -> Reply {
        var metadata: JSONObject = [
            "io.modelcontextprotocol/protocolVersion": .string(Self.revision),
            "io.modelcontextprotocol/clientInfo": ["name": "ConformanceTests", "version": "1"],
            "io.modelcontextprotocol/clientCapabilities": .object(capabilities),
        ]
        for (key, value) in meta { metadata[key] = value }
        for key in missing { metadata["io.modelcontextprotocol/" + key] = nil }
        var params = params
        if !missing.contains("_meta") { params["_meta"] = .object(metadata) }
        var fields: [String: String?] = [
            "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": Self.revision, "Mcp-Method": method,
        ]
        if let name = params["name"]?.stringValue ?? params["uri"]?.stringValue ?? params["taskId"]?.stringValue {
            fields["Mcp-Name"] = name
        }
        fields.merge(headers) { $1 }
        let request: JSONValue = ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params)]
        let connection = try await RawHTTPClient.connect(port: port)
        try await connection.send(
            "POST", "/mcp", fields: fields.compactMap { name, value in value.map { (name, $0) } },
            body: request.description)
        return try await Reply(connection, revision: Self.revision, method: method)
    }

    /// Calls a tool; in a later round with answers and the state.
    func call(
        _ tool: String, _ arguments: JSONObject? = nil, answers: JSONValue? = nil, state: JSONValue? = nil,
        meta: JSONObject = [:], headers: [String: String?] = [:]
    ) async throws -> Reply {
        var params: JSONObject = ["name": .string(tool)]
        params["arguments"] = arguments.map { .object($0) }
        params["inputResponses"] = answers
        params["requestState"] = state
        return try await send("tools/call", params, meta: meta, headers: headers)
    }
}
