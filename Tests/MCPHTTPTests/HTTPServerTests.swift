#if Servers
import Glibc
import MCP
import MCPHTTP
import TestSupport
import Testing

/// A real server and a client on a raw socket.
@Suite(.timeLimit(.minutes(2)))
struct HTTPServerTests {
    typealias Failure = RawHTTPClient.Failure

    @Test("a request is answered, and the connection serves the next one")
    func answersOnOneConnection() async throws {
        try await RunningServer.with { server in
            let client = try await server.connect()
            let call = Requests.call("echo", arguments: #"{"text":"first"}"#)
            for _ in 0..<3 {
                try await client.send("POST", "/mcp", fields: call.fields, body: call.body)
                let response = try await client.checkedResponse()
                #expect(response.status == 200)
                #expect(response.text.contains("first"))
                #expect(response.head["date"]?.hasSuffix("GMT") == true)
            }
        }
    }

    @Test("requests that were pipelined are answered in their order")
    func answersPipelinedRequests() async throws {
        try await RunningServer.with { server in
            let client = try await server.connect()
            var text = ""
            for number in 1...3 {
                let call = Requests.call("echo", arguments: #"{"text":"number \#(number)"}"#)
                text += "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(call.body.utf8.count)\r\n"
                text += call.fields.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n" + call.body
            }
            try await client.send(text)
            for number in 1...3 { #expect(try await client.checkedResponse().text.contains("number \(number)")) }
        }
    }

    @Test("a client that half-closes after its request still gets the answer")
    func answersHalfClosedClient() async throws {
        try await RunningServer.with { server in
            let client = try await server.connect()
            let call = Requests.call("echo", arguments: #"{"text":"heard"}"#)
            try await client.send("POST", "/mcp", fields: call.fields, body: call.body)
            await client.finishSending()
            #expect(try await client.checkedResponse().text.contains("heard"))
            _ = try await client.readToEnd()
        }
    }

    @Test("/health and /ready answer GET and HEAD, and other paths are 404")
    func servesPaths() async throws {
        try await RunningServer.with { server in
            let client = try await server.connect()
            try await client.send("GET", "/health?verbose=1")
            #expect(try await client.checkedResponse().text == #"{"status":"alive"}"#)
            try await client.send("GET", "/ready")
            #expect(try await client.checkedResponse().text == #"{"status":"ready"}"#)
            try await client.send("POST", "/ready")
            #expect(try await client.checkedResponse().status == 405)
            try await client.send("GET", "/mcp/")
            #expect(try await client.checkedResponse().status == 404)
            try await client.send("HEAD", "/health")
            #expect(try await client.head().status == 200)
        }
    }

    @Test("/ready is 503 without details while the readiness check throws")
    func reportsUnreadiness() async throws {
        let readiness: @Sendable () async throws -> Void = {
            throw SessionStoreError.unavailable("secret detail")
        }
        try await RunningServer.with(readiness: readiness) { server in
            let client = try await server.connect()
            try await client.send("GET", "/ready")
            let response = try await client.checkedResponse()
            #expect(response.status == 503)
            #expect(response.text == #"{"status":"unavailable"}"#)
            try await client.send("GET", "/health")
            #expect(try await client.checkedResponse().status == 200)
        }
    }

    @Test("a port that is in use is an error of one line")
    func reportsPortInUse() async throws {
        try await RunningServer.with { server in
            let expected = HTTPServerError.addressInUse(host: "127.0.0.1", port: server.port)
            await #expect(throws: expected) {
                try await RunningServer.with(configure: { $0.port = server.port }) { _ in }
            }
            #expect(expected.description.contains("127.0.0.1:\(server.port)"))
            #expect(!expected.description.contains("\n"))
        }
    }

    @Test("a host that is not this machine's is an error of its own")
    func reportsUnknownHost() async throws {
        await #expect(throws: HTTPServerError.unknownHost("192.0.2.1")) {
            try await RunningServer.with(configure: { $0.host = "192.0.2.1" }) { _ in }
        }
    }
}
#endif
