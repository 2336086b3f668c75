#if Servers
import HTTPTypes
import MCP
import Testing

@Suite("Endpoint: which era")
struct EraTests {
    private static let claim =
        #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

    @Test("initialize that claims a modern version is an unknown method")
    func modernInitialize() async throws {
        let reply = try await EndpointClient().modern("initialize")
        #expect(reply.status == 404)
        #expect(reply.code == -32601)
        #expect(reply.message?["id"] == 7)
    }

    @Test("initialize without a claim and with a modern header is -32020")
    func legacyInitializeWithModernHeader() async throws {
        let reply = try await EndpointClient().post(
            EndpointClient.initializeBody("2025-11-25"), [("MCP-Protocol-Version", "2026-07-28")])
        #expect(reply.status == 400)
        #expect(reply.code == -32020)
        #expect(reply.message?["id"] == 0)
    }

    @Test(
        "a request without a claim and with a modern header misses its metadata",
        arguments: ["", #","params":{}"#, #","params":{"_meta":{}}"#, #","params":{"_meta":5}"#])
    func missingClaim(params: String) async throws {
        let reply = try await EndpointClient().post(
            #"{"jsonrpc":"2.0","id":1,"method":"tools/list"\#(params)}"#, [("MCP-Protocol-Version", "2026-07-28")],
            speaking: "2026-07-28")
        #expect(reply.status == 400)
        #expect(reply.code == -32602)
        #expect(reply.message?["id"] == 1)
    }

    @Test("a notification without a claim goes by its header")
    func notification() async throws {
        let client = try EndpointClient()
        let text = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
        #expect(try await client.post(text, [("MCP-Protocol-Version", "2026-07-28")]).status == 202)
        #expect(try await client.post(text).status == 400)
        let claiming = #"{"jsonrpc":"2.0","method":"notifications/x","params":{\#(Self.claim)}}"#
        let reply = try await client.post(claiming)
        #expect(reply.status == 202)
        #expect(reply.messages.isEmpty)
    }

    @Test("GET and DELETE with a modern header are 405", arguments: [HTTPRequest.Method.get, .delete])
    func modernHeaderOnOtherMethods(method: HTTPRequest.Method) async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        let reply = try await client.send(
            method, [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Session-Id", session)], speaking: "2026-07-28")
        #expect(reply.status == 405)
        #expect(reply.field("Allow") == "POST")
    }

    @Test("an array that holds a modern element, or comes with a modern header, is -32600")
    func modernBatch() async throws {
        let client = try EndpointClient()
        let session = try await client.initialize("2025-03-26")
        let element = #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{\#(Self.claim)}}"#
        let ping = #"{"jsonrpc":"2.0","id":2,"method":"ping"}"#
        let mixed = try await client.post(
            "[\(ping),\(element)]", [("Mcp-Session-Id", session)], speaking: "2025-03-26")
        #expect(mixed.status == 400)
        #expect(mixed.code == -32600)
        let headed = try await client.post(
            "[\(ping)]", [("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2026-07-28")])
        #expect(headed.status == 400)
        #expect(headed.code == -32600)
    }
}
#endif
