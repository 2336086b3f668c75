import MCP
import TestSupport
import Testing

/// Speaks MCP with a server process over HTTP, and holds every message it gets to the schema of its revision.
struct MCPTestClient: Sendable {
    /// In which revision it speaks.
    enum Era: Sendable {
        /// 2025-11-25, in the session of that id.
        case legacy(session: String?)
        /// 2026-07-28.
        case modern

        var revision: String {
            switch self {
            case .legacy: "2025-11-25"
            case .modern: "2026-07-28"
            }
        }
    }

    /// An answer over HTTP.
    struct Answer: Sendable {
        var status: Int
        var sessionID: String?
        /// The JSON-RPC message, where the body is one.
        var message: JSONValue?

        /// What a tool returned as its structured content.
        var structuredContent: JSONValue? { message?["result"]?["structuredContent"] }
        /// Whether a tool's result is an error.
        var isError: Bool { message?["result"]?["isError"] == true }
        /// The text of a tool's result.
        var text: String { message?["result"]?["content"]?.arrayValue?.first?["text"]?.stringValue ?? "" }
    }

    let port: Int

    /// Waits until the program listens.
    init(_ program: ProgramUnderTest) async throws {
        let address = try await program.outputLine(startingWith: "listening on http://127.0.0.1:")
        port = try #require(Int(address.prefix { $0.isNumber }), "\(address)")
    }

    /// Opens a legacy session and returns its id.
    func openSession() async throws -> String {
        let answer = try await send(
            "initialize",
            [
                "protocolVersion": "2025-11-25", "capabilities": [:],
                "clientInfo": ["name": "EndToEndTests", "version": "1"],
            ], in: .legacy(session: nil))
        #expect(answer.status == 200)
        return try #require(answer.sessionID)
    }

    /// Calls a tool.
    func call(_ tool: String, _ arguments: JSONValue, in era: Era) async throws -> Answer {
        try await send("tools/call", ["name": .string(tool), "arguments": arguments], in: era)
    }

    /// Posts a request.
    func send(_ method: String, _ params: JSONValue, in era: Era) async throws -> Answer {
        var fields = [
            ("Content-Type", "application/json"), ("Accept", "application/json"), ("Connection", "close"),
        ]
        var params = params.objectValue ?? [:]
        switch era {
        case .legacy(let session):
            if let session { fields += [("Mcp-Session-Id", session), ("MCP-Protocol-Version", era.revision)] }
        case .modern:
            fields += [("MCP-Protocol-Version", era.revision), ("Mcp-Method", method)]
            if let name = params["name"]?.stringValue { fields.append(("Mcp-Name", name)) }
            params["_meta"] = [
                "io.modelcontextprotocol/protocolVersion": .string(era.revision),
                "io.modelcontextprotocol/clientCapabilities": [:],
            ]
        }
        let request: JSONValue = ["jsonrpc": "2.0", "id": 7, "method": .string(method), "params": .object(params)]
        let response = try await exchange("POST", fields, request.description)
        var answer = Answer(status: response.status, sessionID: response.head["mcp-session-id"])
        if !response.body.isEmpty {
            let message = try JSONValue(parsing: response.body)
            let violations = try MCPSchema.validateServerMessage(
                message, revision: era.revision, requestMethod: method)
            #expect(violations.isEmpty, "\(method) in \(era.revision): \(message)")
            answer.message = message
        }
        return answer
    }

    /// Ends a legacy session and returns the status.
    func delete(_ session: String) async throws -> Int {
        try await exchange("DELETE", [("Mcp-Session-Id", session), ("Connection", "close")]).status
    }

    /// Gets a path and returns the status.
    func get(_ path: String) async throws -> Int {
        let connection = try await RawHTTPClient.connect(port: port)
        try await connection.send("GET", path, fields: [("Connection", "close")])
        return try await connection.response(within: .seconds(60)).status
    }

    private func exchange(
        _ method: String, _ fields: [(String, String)], _ body: String? = nil
    ) async throws -> RawHTTPClient.Response {
        let connection = try await RawHTTPClient.connect(port: port)
        try await connection.send(method, "/mcp", fields: fields, body: body)
        return try await connection.response(within: .seconds(60))
    }
}
