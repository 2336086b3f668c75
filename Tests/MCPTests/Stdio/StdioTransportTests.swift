import Glibc
import Logging
import MCP
import TestSupport
import Testing

@Suite("Stdio transport", .timeLimit(.minutes(1)))
struct StdioTransportTests {
    /// Sends the lines to a transport over real pipes and gives back what it writes until it ends.
    private func converse(
        _ lines: [String], store: any SessionStore = InMemorySessionStore(), tools: [any ToolProtocol] = TestTool.all,
        revision: String = "2025-11-25", configure: (inout StdioTransport.Configuration) -> Void = { _ in }
    ) async throws -> [JSONValue] {
        var configuration = StdioTransport.Configuration()
        configuration.logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        configure(&configuration)
        let transport = StdioTransport(
            server: try MCPServer(name: "test", version: "1", tools: tools), sessions: store,
            configuration: configuration)
        let (input, output) = (try Pipe(), try Pipe())
        defer { output.closeReader() }
        let text = Array(lines.map { $0 + "\n" }.joined().utf8)
        let run = Task {
            await transport.run(input: input.reader, output: output.writer)
            input.closeReader()
            output.closeWriter()
        }
        input.write(text)
        input.closeWriter()
        let bytes = await output.readToEnd()
        await run.value
        let messages = try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
        try check(messages, sent: lines, revision: revision)
        return messages
    }

    private func check(_ messages: [JSONValue], sent lines: [String], revision: String) throws {
        guard SharedData.isExpected("mcp-schema") else { return }
        let sent = lines.compactMap { try? JSONValue(parsing: $0) }
        for message in messages {
            let schema = message["id"] == nil && message["error"] != nil ? "2026-07-28" : revision
            let method = sent.first { $0["id"] == message["id"] }?["method"]?.stringValue
            let violations = try MCPSchema.validateServerMessage(message, revision: schema, requestMethod: method)
            #expect(violations.isEmpty, "\(message)")
        }
    }

    private static let meta =
        #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

    @Test("a legacy client initializes once and then works in its session")
    func legacy() async throws {
        let call = #"{"jsonrpc":"2.0","id":"c","method":"tools/call","params":{"name":"inspect"}}"#
        let start =
            #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#
        let messages = try await converse([
            start, #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, call,
            #"{"jsonrpc":"2.0","id":9,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#,
        ])
        let byID = Dictionary(grouping: messages) { $0["id"]?.description ?? "" }
        #expect(byID["0"]?.first?["result"]?["protocolVersion"] == "2025-11-25")
        let inspected = byID["\"c\""]?.first?["result"]?["structuredContent"]
        #expect(inspected?["session"]?.stringValue?.hasPrefix("ses_") == true)
        #expect(inspected?["client"] == "c")
        #expect(byID["9"]?.first?["error"]?["code"] == -32600)
        #expect(messages.count == 3)
    }

    @Test("a modern client needs no handshake")
    func modern() async throws {
        let messages = try await converse(
            [
                #"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{\#(Self.meta)}}"#,
                #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"inspect",\#(Self.meta)}}"#,
                #"{"jsonrpc":"2.0","id":3,"method":"ping","params":{\#(Self.meta)}}"#,
                #"{"jsonrpc":"2.0","id":4,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"v9","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
                #"{"jsonrpc":"2.0","id":5,"method":"tools/list","params":{}}"#,
            ], revision: "2026-07-28")
        let byID = Dictionary(grouping: messages) { $0["id"]?.intValue ?? 0 }.compactMapValues(\.first)
        #expect(byID[1]?["result"]?["supportedVersions"]?[0] == "2026-07-28")
        #expect(byID[2]?["result"]?["structuredContent"]?["era"] == "modern")
        #expect(byID[3]?["error"]?["code"] == -32601)
        #expect(byID[4]?["error"]?["code"] == -32022)
        #expect(byID[5]?["error"]?["code"] == -32602)
    }

    @Test("what is no message is answered and what follows is served")
    func malformed() async throws {
        let long = String(repeating: "x", count: 300)
        let messages = try await converse(["{", "", "5", "[]", long, #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#]) {
            $0.maximumMessageBytes = 200
        }
        #expect(messages.compactMap { $0["error"]?["code"]?.intValue }.sorted() == [-32700, -32600, -32600, -32600])
        #expect(messages.last { $0["id"] == 1 }?["result"] == [:])
    }

    @Test("a cancelled request is not answered, and the end of input waits for the others")
    func cancellation() async throws {
        let messages = try await converse(
            [
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow",\#(Self.meta)}}"#,
                #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
                #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":[1]}}"#,
                #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"value":1},\#(Self.meta)}}"#,
            ], revision: "2026-07-28")
        #expect(messages.map { $0["id"] } == [2])
    }

    @Test("a lost store fails initialize with storage unavailable")
    func lostStore() async throws {
        let store = FaultySessionStore()
        store.lose()
        let messages = try await converse(
            [
                #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#
            ], store: store)
        #expect(messages.first?["error"]?["message"] == "storage unavailable")
    }

    @Test("more messages than may be served at once are all answered")
    func manyMessages() async throws {
        let lines = (0..<500).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"ping"}"# }
        let messages = try await converse(lines) { $0.maximumConcurrentMessages = 2 }
        #expect(Set(messages.compactMap { $0["id"]?.intValue }) == Set(0..<500))
    }

    @Test("cancelling the task ends the transport though the input stays open")
    func stop() async throws {
        let (input, output) = (try Pipe(), try Pipe())
        let transport = StdioTransport(
            server: try MCPServer(name: "test", version: "1", tools: []), sessions: InMemorySessionStore())
        let run = Task { await transport.run(input: input.reader, output: output.writer) }
        run.cancel()
        await run.value
        for pipe in [input, output] {
            pipe.closeReader()
            pipe.closeWriter()
        }
    }
}
