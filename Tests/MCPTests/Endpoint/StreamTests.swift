#if Servers
import HTTPTypes
import MCP
import Testing

@Suite("Endpoint: legacy streams", .timeLimit(.minutes(1)))
struct StreamTests {
    private static let events = ("Accept", "text/event-stream")
    private static let call = #"{"name":"echo","arguments":{"value":"x\ny"}}"#

    @Test(
        "the answer's stream is primed from 2025-11-25 on", arguments: ["2025-03-26", "2025-06-18", "2025-11-25"])
    func priming(version: String) async throws {
        let client = try EndpointClient()
        let session = try await client.initialize(version, [Self.events])
        let reply = try await client.legacy(
            "tools/call", Self.call, session: session, [Self.events], speaking: version)
        let primed = version == "2025-11-25"
        #expect(reply.events.count == (primed ? 2 : 1))
        #expect(reply.events.allSatisfy { $0.id != nil })
        if primed { #expect(reply.events.first?.data == "") }
        #expect(reply.text == #"{"value":"x\ny"}"#)
    }

    @Test("a client resumes after the last event it saw, on any instance, and gets nothing twice")
    func resumption() async throws {
        let store = FaultySessionStore()
        let client = try EndpointClient(store: store)
        let session = try await client.initialize()
        let sent = try await client.legacy("tools/call", Self.call, session: session, [Self.events])
        let other = try EndpointClient(store: store)
        let ids = try sent.events.map { try #require($0.id) }
        func resume(_ id: String) async throws -> EndpointClient.Reply {
            let reply = try await other.send(
                .get, [("Mcp-Session-Id", session), ("Last-Event-ID", id), Self.events], speaking: "2025-11-25")
            return reply
        }
        let response = await other.endpoint.respond(
            to: EndpointClient.request(
                .get, [("Mcp-Session-Id", session), ("Last-Event-ID", ids[0]), Self.events]),
            body: [])
        var replayed: [ServerSentEvent] = []
        if case .events(let events) = response.body { for await event in events { replayed.append(event) } }
        #expect(replayed == [sent.events[1]])
        #expect(try await resume(ids[1]).events.isEmpty)
    }

    /// An endpoint with one tool, and a session of it.
    private func opened(_ tool: TestTool, _ store: InMemorySessionStore) async throws -> (Endpoint, String) {
        let endpoint = Endpoint(server: try MCPServer(name: "t", version: "1", tools: [tool]), sessions: store)
        let response = await endpoint.respond(
            to: EndpointClient.request(.post, []), body: Array(EndpointClient.initializeBody("2025-11-25").utf8))
        let session = response.head.headerFields.first { $0.name.canonicalName == "mcp-session-id" }?.value
        return (endpoint, try #require(session))
    }

    @Test("a call that closes its own session is answered all the same")
    func closingCall() async throws {
        let store = InMemorySessionStore()
        let tool = TestTool("closes") { _, context in
            // By then the session's end is listened for.
            try await Task.sleep(for: .milliseconds(200))
            if let handle = context.session { _ = try await store.close(handle, of: context.principal) }
            // Longer than the session's end takes to be heard of.
            try await Task.sleep(for: .milliseconds(200))
            return .success(structured: ["done": true])
        }
        let (endpoint, session) = try await opened(tool, store)
        let body = #"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"closes"}}"#
        let response = await endpoint.respond(
            to: EndpointClient.request(.post, [("Mcp-Session-Id", session)]), body: Array(body.utf8))
        guard case .bytes(let bytes) = response.body else {
            Issue.record("no answer: \(response.head.status)")
            return
        }
        #expect(try JSONValue(parsing: bytes)["result"]?["structuredContent"] == ["done": true])
    }

    @Test("the work goes on when the client goes away, and its answer waits")
    func abandonedWork() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let tool = TestTool("gated") { _, _ in
            for await _ in gate { break }
            return .success(structured: ["done": true])
        }
        let (endpoint, session) = try await opened(tool, InMemorySessionStore())
        let body = #"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"gated"}}"#
        let response = await endpoint.respond(
            to: EndpointClient.request(.post, [("Mcp-Session-Id", session), Self.events]), body: Array(body.utf8))
        guard case .events(let events) = response.body else {
            Issue.record("no events")
            return
        }
        var first: ServerSentEvent?
        let reader = Task { () -> ServerSentEvent? in
            for await event in events { return event }
            return nil
        }
        first = await reader.value
        let id = try #require(first?.id)
        let resumed = await endpoint.respond(
            to: EndpointClient.request(.get, [("Mcp-Session-Id", session), ("Last-Event-ID", id), Self.events]),
            body: [])
        open.yield()
        guard case .events(let rest) = resumed.body else {
            Issue.record("no events after \(id): \(resumed.head.status)")
            return
        }
        var payloads: [JSONValue] = []
        for await event in rest { if let data = event.data { payloads.append(try JSONValue(parsing: data)) } }
        #expect(payloads.count == 1)
        #expect(payloads.first?["id"] == 5)
        #expect(payloads.first?["result"]?["structuredContent"] == ["done": true])
    }

    @Test(
        "a Last-Event-ID that is malformed or of no stream of the session is 400",
        arguments: ["x", "1", "a.b", "AAAAAAAAAAAAAAAAAAAAAA.1", ".1", "AAAAAAAAAAAAAAAAAAAAAA.-1"])
    func badLastEventID(id: String) async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        let reply = try await client.send(
            .get, [("Mcp-Session-Id", session), ("Last-Event-ID", id), Self.events], speaking: "2025-11-25")
        #expect(reply.status == 400)
        #expect(reply.events.isEmpty)
    }

    @Test("an event of another session is 400, never a replay")
    func foreignEvent() async throws {
        let client = try EndpointClient()
        let (mine, theirs) = (try await client.initialize(), try await client.initialize())
        let sent = try await client.legacy("tools/call", Self.call, session: theirs, [Self.events])
        let id = try #require(sent.events.first?.id)
        let reply = try await client.send(
            .get, [("Mcp-Session-Id", mine), ("Last-Event-ID", id), Self.events], speaking: "2025-11-25")
        #expect(reply.status == 400)
        #expect(reply.events.isEmpty)
    }

    @Test("GET needs Accept, then a session, and one that exists")
    func getRefusals() async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        func status(_ headers: [(String, String)]) async throws -> Int {
            try await client.send(.get, headers, speaking: "2025-11-25").status
        }
        #expect(try await status([("Accept", "application/json")]) == 406)
        #expect(try await status([Self.events]) == 400)
        #expect(try await status([Self.events, ("Mcp-Session-Id", String(repeating: "A", count: 32))]) == 404)
        let version = ("MCP-Protocol-Version", "2024-11-05")
        #expect(try await status([Self.events, ("Mcp-Session-Id", session), version]) == 400)
    }

    @Test("GET streams stay alive by comments, several at once, and end when the server shuts down")
    func idleStreams() async throws {
        let client = try EndpointClient { $0.keepAliveInterval = .milliseconds(10) }
        let session = try await client.initialize()
        let request = EndpointClient.request(.get, [("Mcp-Session-Id", session), Self.events])
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    guard case .events(let events) = await client.endpoint.respond(to: request, body: []).body
                    else {
                        return 0
                    }
                    var comments = 0
                    var isPrimed = false
                    for await event in events {
                        guard isPrimed else {
                            #expect(event.id?.hasSuffix(".0") == true && event.data == "")
                            isPrimed = true
                            continue
                        }
                        #expect(event == ServerSentEvent(comment: ""))
                        comments += 1
                        if comments == 3 { await client.endpoint.shutdown() }
                    }
                    return comments
                }
            }
            var total = 0
            for await count in group { total += count }
            #expect(total >= 3)
        }
    }

    @Test("an idle stream ends with its session")
    func streamOfEndedSession() async throws {
        let client = try EndpointClient { $0.keepAliveInterval = .milliseconds(20) }
        let session = try await client.initialize()
        let request = EndpointClient.request(.get, [("Mcp-Session-Id", session), Self.events])
        guard case .events(let events) = await client.endpoint.respond(to: request, body: []).body else {
            Issue.record("no events")
            return
        }
        #expect(try await client.send(.delete, [("Mcp-Session-Id", session)], speaking: "2025-11-25").status == 204)
        for await _ in events {}
    }

    @Test("streams beyond the limit are 503, and a stream that ended makes room")
    func streamLimit() async throws {
        let client = try EndpointClient { $0.maximumStreams = 1 }
        let session = try await client.initialize()
        let request = EndpointClient.request(.get, [("Mcp-Session-Id", session), Self.events])
        func status() async -> Int { await client.endpoint.respond(to: request, body: []).head.status.code }
        do {
            let first = await client.endpoint.respond(to: request, body: [])
            #expect(first.head.status.code == 200)
            #expect(await status() == 503)
            withExtendedLifetime(first) {}
        }
        #expect(await status() == 200)
    }

    @Test("where the store is lost between lookup and answer, the answer comes all the same")
    func unstoredAnswer() async throws {
        let client = try EndpointClient()
        let session = try await client.initialize()
        client.store.lose()
        let reply = try await client.legacy("tools/call", Self.call, session: session, [Self.events])
        #expect(reply.text?.contains("storage unavailable") == true)
        #expect(reply.events.allSatisfy { $0.id == nil })
    }
}
#endif
