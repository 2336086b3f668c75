#if Servers
import HTTPTypes
import MCP
import Testing

@Suite("Endpoint: admission")
struct AdmissionTests {
    private let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#

    @Test(
        "what the head alone forbids is refused without the body",
        arguments: [
            ([("Origin", "http://evil.example")], 403), ([("Origin", "null")], 403),
            ([("Origin", "http://127.0.0.1.evil.example")], 403),
            ([("Origin", "http://127.0.0.1@evil.example")], 403),
            ([("Origin", "http://localhost"), ("Origin", "http://localhost")], 403),
            ([("Content-Length", "5000000")], 413), ([("Content-Length", "99999999999999999999")], 413),
            ([("Content-Type", "text/plain")], 415), ([("Content-Type", "application/json; charset=latin1")], 415),
            ([("Content-Type", "application/json"), ("Content-Type", "application/json")], 415),
            ([("Accept", "text/html")], 406), ([("Accept", "application/json;q=0, text/event-stream; q=0.0")], 406),
        ] as [([(String, String)], Int)])
    func refused(headers: [(String, String)], status: Int) async throws {
        let client = try EndpointClient()
        let request = EndpointClient.request(.post, headers)
        #expect(client.endpoint.admit(request)?.head.status.code == status)
        let reply = try await client.send(request, body: Array(ping.utf8), speaking: "2025-11-25")
        #expect(reply.status == status)
        #expect(reply.code == -32600)
    }

    @Test(
        "these reach JSON-RPC, which misses the session",
        arguments: [
            [], [("Origin", "http://localhost:3000")], [("Origin", "http://127.0.0.1:8060")],
            [("Origin", "https://[::1]:1")], [("Content-Type", "Application/JSON; charset=UTF-8")],
            [("Accept", "*/*")],
            [("Accept", "application/json")], [("Accept", "application/*;q=0.5")],
            [("Accept", "text/event-stream")], [("Accept", "application/json, text/event-stream")],
        ] as [[(String, String)]])
    func admitted(headers: [(String, String)]) async throws {
        let reply = try await EndpointClient().post(ping, headers)
        #expect(reply.status == 400)
        #expect(reply.message?["error"]?["message"]?.stringValue?.contains("Mcp-Session-Id") == true)
    }

    @Test(
        "a host that is not allowed is refused",
        arguments: [
            ("evil.example", 403), ("evil.example:8060", 403), ("localhost.evil.example", 403), ("", 403),
            ("localhost:", 400), ("LOCALHOST:8060", 400), ("[::1]:8060", 400), ("[::1", 403),
            ("localhost:80x", 403),
            ("a@localhost", 403),
        ])
    func hosts(host: String, status: Int) async throws {
        var request = EndpointClient.request(.post, [])
        request.authority = host.isEmpty ? nil : host
        let reply = try await EndpointClient().send(request, body: Array(ping.utf8), speaking: "2025-11-25")
        #expect(reply.status == status)
    }

    @Test("hosts and origins that are listed are allowed, with the port where one is given")
    func listed() async throws {
        let client = try EndpointClient {
            $0.allowedHosts = ["mcp.example:8443"]
            $0.allowedOrigins = ["https://app.example"]
        }
        func status(_ host: String, _ origin: String) async throws -> Int {
            var request = EndpointClient.request(.post, [("Origin", origin)])
            request.authority = host
            return try await client.send(request, body: Array(ping.utf8), speaking: "2025-11-25").status
        }
        #expect(try await status("mcp.example:8443", "https://app.example") == 400)
        #expect(try await status("mcp.example:8443", "https://mcp.example:8443") == 400)
        #expect(try await status("mcp.example:8444", "https://app.example") == 403)
        #expect(try await status("mcp.example:8443", "http://app.example") == 403)
        #expect(try await status("localhost", "https://app.example") == 403)
    }

    @Test("a body over the limit is 413, one at the limit is read")
    func bodyLimit() async throws {
        let client = try EndpointClient { $0.maximumBodyBytes = 40 }
        #expect(try await client.post(ping).status == 400)
        #expect(try await client.post(ping + " ").status == 413)
    }

    @Test(
        "other methods are 405 and told what is allowed",
        arguments: [HTTPRequest.Method.put, .options, .head, .patch])
    func methods(method: HTTPRequest.Method) async throws {
        let client = try EndpointClient()
        let reply = try await client.send(method, speaking: "2025-11-25")
        #expect(reply.status == 405)
        #expect(reply.field("Allow") == "GET, POST, DELETE")
        let modern = try await client.send(method, [("MCP-Protocol-Version", "2026-07-28")], speaking: "2026-07-28")
        #expect(modern.field("Allow") == "POST")
    }

    @Test("who is not authenticated gets 401")
    func unauthenticated() async throws {
        let client = try EndpointClient { $0.authenticate = { _ in nil } }
        let reply = try await client.post(ping)
        #expect(reply.status == 401)
        #expect(reply.field("WWW-Authenticate") == "Bearer")
    }

    @Test(
        "what is not JSON is 400 with -32700, what is no message 400 with -32600, in both eras",
        arguments: ["", "2026-07-28", "2025-11-25"])
    func malformed(version: String) async throws {
        let client = try EndpointClient()
        for text in ["", "{", "nonsense", "{\"a\":1,}", String(repeating: "[", count: 100_000), "{}{}"] {
            let reply = try await client.post(text, [("MCP-Protocol-Version", version)])
            #expect(reply.status == 400)
            #expect(reply.code == -32700)
        }
        let invalidUTF8: [UInt8] =
            Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + [0xFF, 0xC0] + Array(#""}"#.utf8)
        #expect(try await client.send(.post, body: invalidUTF8, speaking: "2025-11-25").code == -32700)
        for text in ["1", "null", "\"x\"", "{}", "[]", "[1]", #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#] {
            let reply = try await client.post(text, [("MCP-Protocol-Version", version)])
            #expect(reply.status == 400)
            #expect(reply.code == -32600)
        }
    }
}
#endif
