import MCP
import TestSupport
import Testing

/// Calls in legacy sessions whose instances, or the connections to them, go away while they run.
@Suite("Conformance: instances come and go", .timeLimit(.minutes(5)), .enabled(if: PostgresServer.isAvailable))
struct InstanceDeathTests {
    private static let count = 60

    @Test("each event of a call comes once and in order, read on instance after instance while they are killed")
    func manyEvents() async throws {
        try await FixtureServer.with(.postgresql, instances: 4) { servers in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        var reader = try await Self.calling(servers[0])
                        // The instance that works loses its client, the others are killed while they are read from.
                        try await reader.read(3 + number)
                        await reader.leave()
                        try await reader.resume(on: servers[1])
                        try await reader.read(.max)
                        try await reader.resume(on: servers[2])
                        try await reader.read(.max)
                        try await reader.resume(on: servers[3])
                        try await reader.read(.max)
                        #expect(reader.numbers == Array(1...Self.count))
                        #expect(reader.response?["result"]?["content"]?[0]?["text"] == "Sent \(Self.count)")
                        #expect(reader.sequences == Array(1...Int64(Self.count + 2)))
                    }
                }
                group.addTask {
                    try await Task.sleep(for: .milliseconds(900))
                    try await servers[1].kill()
                    try await Task.sleep(for: .milliseconds(500))
                    try await servers[2].kill()
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("the stream of an instance that died is ended by another one with an error response, after all it had sent")
    func deadInstance() async throws {
        try await FixtureServer.with(.postgresql, instances: 2) { servers in
            var reader = try await Self.calling(servers[0])
            try await reader.read(10)
            try await servers[0].kill()
            try await reader.read(.max)
            #expect(reader.response == nil)
            try await reader.resume(on: servers[1])
            try await reader.read(.max)
            #expect(reader.numbers.count >= 9 && reader.numbers == Array(1...reader.numbers.count))
            #expect(reader.sequences == Array(1...Int64(reader.numbers.count + 2)))
            #expect(reader.response?["id"] == 5 && reader.response?["error"]?["code"] == -32603)
            let message = reader.response?["error"]?["message"]?.stringValue
            #expect(message?.contains("not known") == true)
        }
    }

    @Test("DELETE on one instance ends the call that runs on another, and all is 404 from then on")
    func deletion() async throws {
        try await FixtureServer.with(.postgresql, instances: 2) { servers in
            let observer = try await LegacyClient(servers[0])
            let client = try await LegacyClient(servers[0])
            let there = LegacyClient(client, on: servers[1])
            let changes = try await client.get()
            let call = try await client.open("tools/call", ["name": "test_wait", "arguments": [:]], id: 3)
            // The log message shows that it runs.
            #expect(try await call.next()?["method"] == "notifications/message")
            let last = try #require(call.events.last?.id)
            #expect(try await there.delete().status == 204)
            while try await call.nextEvent() != nil {}
            #expect(call.messages.allSatisfy { $0["id"] == nil })
            while try await changes.nextEvent() != nil {}
            #expect(
                try await eventually {
                    try await observer.call("test_cancelled_calls").resultText == "1"
                })
            for instance in [client, there] {
                #expect(try await instance.send("ping").status == 404)
                #expect(try await instance.get().status == 404)
                #expect(try await instance.get(lastEventID: last).status == 404)
                #expect(try await instance.delete().status == 404)
            }
        }
    }

    private static func calling(_ server: FixtureServer) async throws -> StreamFollower {
        let client = try await LegacyClient(server)
        let call: JSONObject = [
            "name": "test_many_events", "arguments": ["count": JSONValue(count)], "_meta": ["progressToken": "p"],
        ]
        return StreamFollower(client: client, reply: try await client.open("tools/call", call, id: 5))
    }
}

/// Follows the stream of one call over connections that break.
private struct StreamFollower {
    var client: LegacyClient
    var reply: Reply
    private var lastEventID: String?
    private(set) var numbers: [Int] = []
    private(set) var sequences: [Int64] = []
    private(set) var response: JSONValue?

    init(client: LegacyClient, reply: Reply) {
        self.client = client
        self.reply = reply
    }

    /// Reads so many events, or to the end of the connection, however it comes.
    mutating func read(_ limit: Int) async throws {
        var (count, messages) = (0, reply.messages.count)
        do {
            while count < limit, let event = try await reply.nextEvent() {
                count += 1
                if let id = event.id {
                    lastEventID = id
                    sequences.append(try #require(EventID(id)).sequence)
                }
                guard reply.messages.count > messages, let message = reply.message else { continue }
                messages = reply.messages.count
                switch message["method"] {
                case "notifications/progress": numbers.append(Int(message["params"]?["progress"]?.intValue ?? 0))
                case "notifications/message": numbers.append(Int(message["params"]?["data"]?.intValue ?? 0))
                default: response = message
                }
            }
        } catch is RawHTTPClient.Failure {}
    }

    func leave() async { await reply.close() }

    /// Comes back on another instance; one that is dead by then leaves all as it was.
    mutating func resume(on server: FixtureServer) async throws {
        do {
            reply = try await LegacyClient(client, on: server).get(lastEventID: lastEventID)
            #expect(reply.status == 200)
        } catch is RawHTTPClient.Failure {}
    }
}
