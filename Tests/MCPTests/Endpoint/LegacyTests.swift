#if Servers
import HTTPTypes
import MCP
import Testing

@Suite("Endpoint: legacy era")
struct LegacyTests {
    private static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#

    @Test(
        "initialize answers the version asked for if it knows it, else 2025-11-25",
        arguments: [
            ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"),
            ("2024-11-05", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("x", "2025-11-25"), ("", "2025-11-25"),
        ])
    func negotiation(asked: String, answered: String) async throws {
        let reply = try await EndpointClient().post(EndpointClient.initializeBody(asked), speaking: answered)
        #expect(reply.status == 200)
        #expect(reply.result?["protocolVersion"]?.stringValue == answered)
        let id = try #require(reply.field("Mcp-Session-Id"))
        #expect(id.utf8.allSatisfy { (0x21...0x7E).contains($0) })
    }

    @Test(
        "initialize with wrong parameters is -32602 and opens nothing",
        arguments: [
            "{}", #"{"protocolVersion":5,"capabilities":{},"clientInfo":{"name":"a","version":"1"}}"#,
            #"{"protocolVersion":"2025-11-25","capabilities":[],"clientInfo":{"name":"a","version":"1"}}"#,
            #"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":"a"}"#,
            #"{"protocolVersion":"2025-11-25","capabilities":{}}"#,
            #"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"a","version":1}}"#,
        ])
    func badInitialize(params: String) async throws {
        let reply = try await EndpointClient().post(
            #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":\#(params)}"#)
        #expect(reply.code == -32602)
        #expect(reply.field("Mcp-Session-Id") == nil)
    }

    @Test("initialize on an existing session is 400, on one that does not exist 404")
    func secondInitialize() async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        let body = EndpointClient.initializeBody("2025-11-25")
        #expect(try await client.post(body, [("Mcp-Session-Id", session)]).status == 400)
        let unknown = String(repeating: "A", count: 32)
        #expect(try await client.post(body, [("Mcp-Session-Id", unknown)]).status == 404)
    }

    @Test("a missing session id is 400")
    func missingSession() async throws {
        let reply = try await EndpointClient().post(Self.ping)
        #expect(reply.status == 400)
        #expect(reply.code == -32600)
        #expect(reply.message?["id"] == 1)
    }

    @Test("unknown, malformed, terminated and foreign sessions get the same 404")
    func notFound() async throws {
        let store = FaultySessionStore()
        let client = try EndpointClient(store: store) { $0.authenticate = { _ in Principal(name: "alice") } }
        let other = try EndpointClient(store: store) { $0.authenticate = { _ in Principal(name: "bob") } }
        let foreign = try await other.initialize()
        let ended = try await client.initialize()
        #expect(try await client.send(.delete, [("Mcp-Session-Id", ended)], speaking: "2025-11-25").status == 204)
        var bodies: Set<JSONValue> = []
        for id in [
            foreign, ended, String(repeating: "A", count: 32), "short", "é", String(repeating: "B", count: 5000),
        ] {
            let reply = try await client.post(Self.ping, [("Mcp-Session-Id", id)])
            #expect(reply.status == 404)
            bodies.insert(reply.message ?? .null)
        }
        #expect(bodies.count == 1)
        #expect(try await other.post(Self.ping, [("Mcp-Session-Id", foreign)]).status == 200)
    }

    @Test("two session ids are 400")
    func doubledSession() async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        let reply = try await client.post(Self.ping, [("Mcp-Session-Id", session), ("Mcp-Session-Id", session)])
        #expect(reply.status == 400)
    }

    @Test(
        "a version header that is not supported is 400",
        arguments: ["2024-11-05", "v1", "2025-11-26", "2025-11-25, x"])
    func unsupportedHeader(version: String) async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        #expect(
            try await client.legacy("ping", session: session, [("MCP-Protocol-Version", version)]).status == 400)
    }

    @Test(
        "without a version header the session's version counts",
        arguments: ["2025-03-26", "2025-06-18", "2025-11-25"])
    func storedVersion(version: String) async throws {
        let client = try EndpointClient()
        let session = try await client.initialize(version)
        let call = try await client.legacy(
            "tools/call", #"{"name":"inspect"}"#, session: session, speaking: version)
        let told = try #require(call.text).utf8
        let value = try JSONValue(parsing: Array(told))
        #expect(value["version"]?.stringValue == version)
        #expect(value["client"] == "test")
        #expect((call.result?["structuredContent"] == nil) == (version == "2025-03-26"))
    }

    @Test("two version headers are 400, even if they agree")
    func doubledVersion() async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        let header = ("MCP-Protocol-Version", "2025-11-25")
        #expect(try await client.legacy("ping", session: session, [header]).status == 200)
        #expect(try await client.legacy("ping", session: session, [header, header]).status == 400)
    }

    @Test("calls before notifications/initialized are served, on any instance")
    func beforeInitialized() async throws {
        let store = FaultySessionStore()
        let session = try await EndpointClient(store: store).initialize()
        let reply = try await EndpointClient(store: store).legacy(
            "tools/call", #"{"name":"echo","arguments":{"value":1}}"#, session: session)
        #expect(reply.result?["structuredContent"] == ["value": 1])
    }

    @Test("the handle that a tool sees is derived from the transport's id and is not it")
    func handle() async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        let call = try await client.legacy("tools/call", #"{"name":"inspect"}"#, session: session)
        let handle = try #require(call.result?["structuredContent"]?["session"]?.stringValue)
        #expect(handle.hasPrefix("ses_") && !handle.contains(session))
        #expect(handle == TransportSessionID(session).map { SessionHandle(transportID: $0).text })
    }

    @Test("notifications and responses are 202 without a body")
    func accepted() async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        for text in [
            #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            #"{"jsonrpc":"2.0","method":"notifications/x"}"#,
            #"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}"#,
        ] {
            let reply = try await client.post(text, [("Mcp-Session-Id", session)])
            #expect(reply.status == 202)
            #expect(reply.messages.isEmpty)
        }
    }

    @Test("ping is {} and an unknown method 200 with -32601")
    func methods() async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        #expect(try await client.legacy("ping", session: session).result == [:])
        for method in ["server/discover", "resources/list", "logging/setLevel", "nope"] {
            let reply = try await client.legacy(method, session: session)
            #expect(reply.status == 200)
            #expect(reply.code == -32601)
            #expect(reply.message?["id"] == "a")
        }
    }

    @Test("batches are for sessions of 2025-03-26 alone, whatever the header says")
    func batches() async throws {
        let client = try EndpointClient()
        let old = try await client.initialize("2025-03-26")
        let batch =
            "[\(Self.ping),{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"},"
            + #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"value":3}}}]"#
        let reply = try await client.post(batch, [("Mcp-Session-Id", old)], speaking: "2025-03-26")
        #expect(reply.status == 200)
        #expect(reply.messages.map { $0["id"] } == [1, 2])
        for version in ["2025-06-18", "2025-11-25"] {
            let session = try await client.initialize(version)
            let refused = try await client.post(
                batch, [("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-03-26")])
            #expect(refused.status == 400)
            #expect(refused.code == -32600)
        }
        let silent = #"[{"jsonrpc":"2.0","method":"notifications/x"}]"#
        #expect(try await client.post(silent, [("Mcp-Session-Id", old)]).status == 202)
    }

    @Test("a batch with initialize, with too much or with something malformed in it is 400")
    func badBatches() async throws {
        let client = try EndpointClient { $0.maximumBatchCount = 2 }
        let session = try await client.initialize("2025-03-26")
        let initialize = EndpointClient.initializeBody("2025-03-26")
        for batch in [
            "[\(Self.ping),\(initialize)]", "[\(Self.ping),\(Self.ping),\(Self.ping)]", "[\(Self.ping),5]", "[]",
        ] {
            let reply = try await client.post(batch, [("Mcp-Session-Id", session)], speaking: "2025-03-26")
            #expect(reply.status == 400)
            #expect(reply.code == -32600)
        }
        #expect(try await client.post("[\(initialize)]").status == 400)
    }

    @Test("DELETE ends the session on every instance")
    func delete() async throws {
        let store = FaultySessionStore()
        let (one, other) = (try EndpointClient(store: store), try EndpointClient(store: store))
        let session = try await one.initialize()
        #expect(try await other.legacy("ping", session: session).status == 200)
        #expect(try await other.send(.delete, [("Mcp-Session-Id", session)], speaking: "2025-11-25").status == 204)
        #expect(try await one.legacy("ping", session: session).status == 404)
        #expect(try await one.send(.delete, [("Mcp-Session-Id", session)], speaking: "2025-11-25").status == 404)
        #expect(try await one.send(.delete, speaking: "2025-11-25").status == 400)
    }

    @Test("without the store calls say so in a result and the rest is 503; all recovers by itself")
    func lostStore() async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        client.store.lose()
        let call = try await client.legacy(
            "tools/call", #"{"name":"echo","arguments":{"value":1}}"#, session: session)
        #expect(call.status == 200)
        #expect(call.result?["isError"] == true)
        #expect(call.text?.contains("storage unavailable") == true)
        #expect(call.text?.contains("hunter2") == false)
        let ping = try await client.legacy("ping", session: session)
        #expect(ping.status == 503)
        #expect(ping.code == -32603)
        let initialize = try await client.post(EndpointClient.initializeBody("2025-11-25"))
        #expect(initialize.status == 503)
        #expect(initialize.message?["error"]?["message"] == "storage unavailable")
        #expect(try await client.send(.delete, [("Mcp-Session-Id", session)], speaking: "2025-11-25").status == 503)
        client.store.find()
        #expect(try await client.legacy("ping", session: session).status == 200)
    }

    @Test("hostile parameters get an error and never end the process", arguments: ProtocolVersion.allCases)
    func hostile(version: ProtocolVersion) async throws {
        let client = try EndpointClient()
        let session = version.era == .legacy ? try await client.initialize(version.rawValue) : ""
        let deep = String(repeating: "[", count: 400) + String(repeating: "]", count: 400)
        let values = ["null", "1e999", "-0", "\"\\u0000\"", "[]", "true", deep, #"{"_meta":{"_meta":{}}}"#]
        for method in ["tools/call", "tools/list", "ping", "initialize", "server/discover"] {
            for key in ["name", "arguments", "cursor", "_meta", "protocolVersion"] {
                for value in values {
                    let text = #"{"jsonrpc":"2.0","id":-1e2,"method":"\#(method)","params":{"\#(key)":\#(value)}}"#
                    let headers = [("Mcp-Session-Id", session), ("MCP-Protocol-Version", version.rawValue)]
                    let reply = try await client.post(text, headers, speaking: version.rawValue)
                    #expect([200, 400, 404].contains(reply.status))
                    #expect(reply.messages.count == 1)
                }
            }
        }
    }
}
#endif
