#if Servers
import MCP
import MCPHTTP
import TestSupport
import Testing

/// Responses that are streams of events, and how they and the server end.
@Suite(.timeLimit(.minutes(2)))
struct EventStreamTests {
    /// Opens the stream that a legacy client listens on.
    private func listen(_ server: RunningServer) async throws -> RawHTTPClient {
        let session = try await server.openSession()
        let client = try await server.connect()
        try await client.send(
            "GET", "/mcp", fields: [("Accept", "text/event-stream"), ("Mcp-Session-Id", session)])
        let head = try await client.head()
        #expect(head.status == 200)
        #expect(head["content-type"] == "text/event-stream")
        let primer = try #require(try await client.chunk(within: .seconds(5)))
        #expect(String(decoding: primer, as: UTF8.self).hasPrefix("id: "))
        return client
    }

    private func wait(_ purpose: Comment, until condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition() {
            try #require(ContinuousClock.now < deadline, purpose)
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test("comments keep a silent stream alive, each sent when it is due")
    func keepsAlive() async throws {
        try await RunningServer.with(endpoint: { $0.keepAliveInterval = .milliseconds(100) }) { server in
            let client = try await listen(server)
            for _ in 0..<3 {
                let chunk = try #require(try await client.chunk(within: .seconds(5)))
                #expect(String(decoding: chunk, as: UTF8.self).hasPrefix(":"))
            }
        }
    }

    @Test("an answer as events arrives, and the stream ends after it")
    func answersAsEvents() async throws {
        try await RunningServer.with { server in
            let client = try await server.connect()
            let call = Requests.callForEvents("echo")
            try await client.send("POST", "/mcp", fields: call.fields, body: call.body)
            let response = try await client.checkedResponse()
            #expect(response.head["content-type"] == "text/event-stream")
            #expect(response.text.contains("data: {"))
            _ = try await client.readToEnd(within: .seconds(5))
        }
    }

    @Test("a modern client that closes its stream cancels the call", arguments: [true, false])
    func cancelsWhenClientLeaves(abruptly: Bool) async throws {
        let tool = WaitingTool()
        try await RunningServer.with(tools: [tool]) { server in
            let client = try await server.connect()
            let call = Requests.callForEvents("wait")
            try await client.send("POST", "/mcp", fields: call.fields, body: call.body)
            _ = try await client.head()
            try await wait("the call") { tool.started == 1 }
            await client.close(abruptly: abruptly)
            try await wait("the cancellation") { tool.cancelled == 1 }
        }
    }

    @Test("a stream that its client left makes room for another one")
    func freesPlaces() async throws {
        try await RunningServer.with(endpoint: { $0.maximumStreams = 1 }) { server in
            let first = try await listen(server)
            await first.close()
            let session = try await server.openSession()
            let deadline = ContinuousClock.now + .seconds(10)
            var status = 0
            while status != 200, ContinuousClock.now < deadline {
                let client = try await server.connect()
                try await client.send(
                    "GET", "/mcp", fields: [("Accept", "text/event-stream"), ("Mcp-Session-Id", session)])
                status = try await client.head().status
            }
            #expect(status == 200)
        }
    }

    @Test("a graceful shutdown ends open streams and idle connections, and then the server")
    func shutsDownWithOpenStreams() async throws {
        try await RunningServer.with { server in
            let stream = try await listen(server)
            let idle = try await server.connect()
            try await idle.send("GET", "/health")
            _ = try await idle.checkedResponse()
            await server.shutDown()
            #expect(try await stream.chunk(within: .seconds(5)) == nil)
            #expect(try await idle.readToEnd(within: .seconds(5)).isEmpty)
            #expect(try await server.ends(within: .seconds(5)))
            await #expect(throws: RawHTTPClient.Failure.self) { _ = try await server.connect() }
        }
    }

    @Test("a graceful shutdown lets a call finish")
    func finishesCallsAtShutdown() async throws {
        let tool = WaitingTool()
        try await RunningServer.with(tools: [tool]) { server in
            let client = try await server.connect()
            let call = Requests.call("wait")
            try await client.send("POST", "/mcp", fields: call.fields, body: call.body)
            try await wait("the call") { tool.started == 1 }
            await server.shutDown()
            try await Task.sleep(for: .milliseconds(200))
            tool.release()
            let response = try await client.checkedResponse()
            #expect(response.status == 200)
            #expect(response.text.contains("waited"))
            #expect(try await server.ends(within: .seconds(5)))
        }
    }

    @Test("a graceful shutdown cancels what takes longer than its bound")
    func boundsShutdown() async throws {
        let tool = WaitingTool()
        try await RunningServer.with(
            tools: [tool], configure: { $0.shutdownTimeout = .milliseconds(300) }
        ) { server in
            let client = try await server.connect()
            let call = Requests.call("wait")
            try await client.send("POST", "/mcp", fields: call.fields, body: call.body)
            try await wait("the call") { tool.started == 1 }
            let halfSent = try await server.connect()
            try await halfSent.send("POST", "/mcp", fields: call.fields + [("Content-Length", "1000")])
            await server.shutDown()
            #expect(try await server.ends(within: .seconds(5)))
            #expect(tool.cancelled == 1)
        }
    }
}
#endif
