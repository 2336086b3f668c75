#if Servers
import MCP
import MCPHTTP
import TestSupport
import Testing

/// Clients that are slow, greedy, confused or gone.
@Suite(.timeLimit(.minutes(2)))
struct HostileClientTests {
    typealias Failure = RawHTTPClient.Failure

    private func expectStillServing(_ server: RunningServer) async throws {
        let client = try await server.connect()
        try await client.send("GET", "/health")
        #expect(try await client.checkedResponse().status == 200)
    }

    @Test("a body announced as too large is refused unread, and the connection closes")
    func refusesAnnouncedSize() async throws {
        try await RunningServer.with(endpoint: { $0.maximumBodyBytes = 1000 }) { server in
            let client = try await server.connect()
            try await client.send("POST", "/mcp", fields: Requests.fields + [("Content-Length", "1000000000000")])
            let response = try await client.checkedResponse()
            #expect(response.status == 413)
            #expect(response.head["connection"] == "close")
            _ = try await client.readToEnd(within: .seconds(5))
        }
    }

    @Test("a chunked body is read up to the limit, refused, and the answer survives what is still being sent")
    func refusesChunkedSize() async throws {
        try await RunningServer.with(endpoint: { $0.maximumBodyBytes = 100_000 }) { server in
            let client = try await server.connect()
            try await client.send("POST", "/mcp", fields: Requests.fields + [("Transfer-Encoding", "chunked")])
            let chunk = "4000\r\n" + String(repeating: "x", count: 0x4000) + "\r\n"
            for _ in 0..<64 { try await client.send(chunk) }
            #expect(try await client.checkedResponse().status == 413)
            _ = try await client.readToEnd(within: .seconds(5))
            try await expectStillServing(server)
        }
    }

    @Test("a body at the limit is read")
    func readsBodyAtLimit() async throws {
        let call = Requests.call("echo", arguments: #"{"text":"fits"}"#)
        try await RunningServer.with(endpoint: { $0.maximumBodyBytes = call.body.utf8.count }) { server in
            let client = try await server.connect()
            try await client.send("POST", "/mcp", fields: call.fields, body: call.body)
            #expect(try await client.checkedResponse().status == 200)
            try await client.send("POST", "/mcp", fields: call.fields, body: call.body + " ")
            #expect(try await client.checkedResponse().status == 413)
        }
    }

    @Test("a body that trickles is answered 408 when its time is over, however steadily it comes")
    func timesOutTricklingBody() async throws {
        try await RunningServer.with(configure: { $0.bodyTimeout = .milliseconds(300) }) { server in
            let client = try await server.connect()
            try await client.send("POST", "/mcp", fields: Requests.fields + [("Content-Length", "100000")])
            let trickle = Task {
                while true {
                    try await client.send(" ")
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            let response = try await client.checkedResponse()
            trickle.cancel()
            #expect(response.status == 408)
            #expect(response.head["connection"] == "close")
        }
    }

    @Test("a head that trickles ends the connection when its time is over")
    func timesOutTricklingHead() async throws {
        try await RunningServer.with(configure: { $0.idleTimeout = .milliseconds(300) }) { server in
            let client = try await server.connect()
            try await client.send("GET /health HTTP/1.1\r\n")
            let trickle = Task {
                while true {
                    try await client.send("X-Field: value\r\n")
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            await #expect(throws: (any Error).self) { _ = try await client.head(within: .seconds(5)) }
            await #expect(throws: Failure.self) { try await trickle.value }
            try await expectStillServing(server)
        }
    }

    @Test("a client that sends nothing loses its connection")
    func timesOutSilence() async throws {
        try await RunningServer.with(configure: { $0.idleTimeout = .milliseconds(200) }) { server in
            let client = try await server.connect()
            #expect(try await client.readToEnd(within: .seconds(5)).isEmpty)
        }
    }

    @Test("a client that does not read its answer loses its connection")
    func timesOutUnreadAnswer() async throws {
        try await RunningServer.with(tools: [LargeTool()], configure: { $0.writeTimeout = .milliseconds(300) }) {
            server in
            let client = try await server.connect(receiveBuffer: 4096)
            let call = Requests.call("large")
            try await client.send("POST", "/mcp", fields: call.fields, body: call.body)
            #expect(try await client.head(within: .seconds(30)).status == 200)
            try await Task.sleep(for: .seconds(1))
            // What the buffers hold can still be read; the rest was never sent.
            let rest = (try? await client.readToEnd(within: .seconds(10))) ?? []
            #expect(rest.count < 32 << 20)
            try await expectStillServing(server)
        }
    }

    @Test("a head that is too large is answered 400, and the connection closes")
    func refusesLargeHead() async throws {
        try await RunningServer.with(configure: { $0.maximumHeaderBytes = 4096 }) { server in
            let client = try await server.connect()
            try await client.send("GET", "/health", fields: [("X-Long", String(repeating: "x", count: 8000))])
            #expect(try await client.checkedResponse().status == 400)
            _ = try await client.readToEnd(within: .seconds(5))
        }
    }

    @Test(
        "what is no HTTP is answered 400 or not at all, and the server goes on",
        arguments: [
            "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET /health HTTP/9.9\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "GET http://[ HTTP/1.1\r\nHost: ]\r\n\r\n", "GET \u{FF} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ])
    func survivesGarbage(_ garbage: String) async throws {
        try await RunningServer.with(configure: { $0.idleTimeout = .milliseconds(500) }) { server in
            let client = try await server.connect()
            try await client.send(garbage)
            await client.finishSending()
            let answer = try? await client.readToEnd(within: .seconds(5))
            if let answer, !answer.isEmpty {
                #expect(!String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 200"))
            }
            try await expectStillServing(server)
        }
    }

    @Test("garbage after a good request does not spoil its answer")
    func answersBeforeGarbage() async throws {
        try await RunningServer.with { server in
            let client = try await server.connect()
            try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n\u{1}garbage\r\n\r\n")
            #expect(try await client.checkedResponse().status == 200)
            try await expectStillServing(server)
        }
    }

    @Test("a refused request with a body in flight gets its answer")
    func refusesForeignOrigin() async throws {
        try await RunningServer.with { server in
            let client = try await server.connect()
            let call = Requests.call("echo", arguments: #"{"text":"\#(String(repeating: "x", count: 300_000))"}"#)
            try await client.send(
                "POST", "/mcp", fields: call.fields + [("Origin", "https://evil.example")], body: call.body)
            #expect(try await client.checkedResponse().status == 403)
            _ = try await client.readToEnd(within: .seconds(5))
        }
    }

    @Test("a client that waits for 100 Continue is told to go on")
    func tellsClientToContinue() async throws {
        try await RunningServer.with { server in
            let client = try await server.connect()
            let call = Requests.call("echo", arguments: #"{"text":"after the wait"}"#)
            try await client.send(
                "POST", "/mcp",
                fields: call.fields + [("Expect", "100-continue"), ("Content-Length", "\(call.body.utf8.count)")])
            #expect(try await client.checkedResponse().status == 100)
            try await client.send(call.body)
            #expect(try await client.checkedResponse().text.contains("after the wait"))
        }
    }

    @Test("no more connections are served at the same time than the limit says")
    func limitsConnections() async throws {
        try await RunningServer.with(configure: { $0.maximumConnections = 2 }) { server in
            let first = try await server.connect()
            let second = try await server.connect()
            for client in [first, second] {
                try await client.send("GET", "/health")
                #expect(try await client.checkedResponse().status == 200)
            }
            let third = try await server.connect()
            try await third.send("GET", "/health")
            await #expect(throws: Failure.timedOut) { _ = try await third.head(within: .milliseconds(300)) }
            await first.close()
            #expect(try await third.checkedResponse().status == 200)
        }
    }
}
#endif
