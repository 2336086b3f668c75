#if Servers
import HTTPTypes
import MCP
import MCPHTTP
import TestSupport
import Testing

/// Sessions of several principals behind one server, which names them by a header.
@Suite(.timeLimit(.minutes(2)))
struct PrincipalTests {
    private func with(_ body: (RunningServer) async throws -> Void) async throws {
        try await RunningServer.with(
            endpoint: {
                $0.authenticate = { request in
                    let name = request.headerFields[.authorization]
                    return name.flatMap { $0.isEmpty ? nil : Principal(name: $0) }
                }
            }, body)
    }

    /// The answer without what differs from one request to the next.
    private func answer(
        _ client: RawHTTPClient, _ method: String, _ principal: String?, _ session: String?,
        body: String? = nil
    ) async throws -> (status: Int, fields: [String: String], text: String) {
        var fields = [("Accept", method == "GET" ? "text/event-stream" : "application/json, text/event-stream")]
        if let principal { fields.append(("Authorization", principal)) }
        if let session { fields.append(("Mcp-Session-Id", session)) }
        if body != nil { fields.append(("Content-Type", "application/json")) }
        try await client.send(method, "/mcp", fields: fields, body: body)
        let response = try await client.response()
        var named = Dictionary(response.head.fields.map { ($0.name.lowercased(), $0.value) }) { $0 + $1 }
        named["date"] = nil
        return (response.status, named, response.text)
    }

    private static let ping = """
        {"jsonrpc":"2.0","id":1,"method":"ping"}
        """

    @Test("another principal's session is answered as none is, in every byte and as fast")
    func foreignSession() async throws {
        try await with { server in
            let client = try await server.connect()
            let opened = try await answer(client, "POST", "alice", nil, body: Requests.initialize)
            let session = try #require(opened.fields["mcp-session-id"])
            #expect(try await answer(client, "POST", "alice", session, body: Self.ping).status == 200)
            let unknown = TransportSessionID.random().text
            for (method, body) in [("POST", Self.ping as String?), ("GET", nil), ("DELETE", nil)] {
                let foreign = try await answer(client, method, "bob", session, body: body)
                let none = try await answer(client, method, "bob", unknown, body: body)
                #expect(foreign.status == 404)
                #expect(foreign == none, "\(method)")
            }
            var (foreign, none): ([Duration], [Duration]) = ([], [])
            for _ in 0..<200 {
                let clock = ContinuousClock()
                foreign.append(
                    try await clock.measure {
                        _ = try await answer(client, "POST", "bob", session, body: Self.ping)
                    })
                none.append(
                    try await clock.measure {
                        _ = try await answer(client, "POST", "bob", unknown, body: Self.ping)
                    })
            }
            let ratio = foreign.sorted()[100] / none.sorted()[100]
            #expect((0.5...2).contains(ratio), "\(ratio)")
            #expect(try await answer(client, "POST", "alice", session, body: Self.ping).status == 200)
        }
    }

    @Test("who is not named by the authentication gets 401, whether there is such a session or not")
    func unauthenticated() async throws {
        try await with { server in
            let client = try await server.connect()
            let opened = try await answer(client, "POST", "alice", nil, body: Requests.initialize)
            let session = try #require(opened.fields["mcp-session-id"])
            let one = try await answer(client, "POST", nil, session, body: Self.ping)
            let other = try await answer(client, "POST", nil, TransportSessionID.random().text, body: Self.ping)
            #expect(one.status == 401 && one.fields["www-authenticate"] == "Bearer")
            #expect(one == other)
        }
    }
}
#endif
