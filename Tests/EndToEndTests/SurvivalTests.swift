import Glibc
import MCP
import TestSupport
import Testing

/// Sessions outlive the processes that serve them.
@Suite(
    .timeLimit(.minutes(3)), .enabled(if: PostgresServer.isAvailable),
    .enabled(if: SharedData.isExpected("mcp-schema"), Comment(rawValue: SharedData.missing)))
struct SurvivalTests {
    @Test("kill -9 between store and read loses nothing, and a legacy session goes on with its old id")
    func legacySessionSurvivesKill() async throws {
        let database = try await TestDatabase.create()
        let first = try ProgramUnderTest.server(database)
        let before = try await MCPTestClient(first)
        let session = try await before.openSession()
        let values: [JSONValue] = [
            123, .number(try #require(JSONNumber(literal: "12345678901234567890"))),
            .number(try #require(JSONNumber(literal: "1e400"))), "\u{0}", ["a": [[[[[nil, true]]]]]],
        ]
        for (index, value) in values.enumerated() {
            let stored = try await before.call(
                "store_value", ["key": .string("key \(index)"), "value": value], in: .legacy(session: session))
            #expect(!stored.isError, "\(stored)")
        }
        try await first.kill9()

        let second = try ProgramUnderTest.server(database)
        let after = try await MCPTestClient(second)
        for (index, value) in values.enumerated() {
            let found = try await after.call(
                "get_value", ["key": .string("key \(index)")], in: .legacy(session: session))
            #expect(found.structuredContent?["value"]?.description == value.description)
        }
        let information = try await after.call("session_info", [:], in: .legacy(session: session))
        #expect(information.structuredContent?["key_count"] == JSONValue(values.count))
    }

    @Test("a modern client reads by its handle after kill -9")
    func modernSessionSurvivesKill() async throws {
        let database = try await TestDatabase.create()
        let first = try ProgramUnderTest.server(database)
        let stored = try await MCPTestClient(first).call(
            "store_value", ["key": "k", "value": ["kept": 1]], in: .modern)
        let handle = try #require(stored.structuredContent?["session"])
        try await first.kill9()

        let second = try ProgramUnderTest.server(database)
        let found = try await MCPTestClient(second).call("get_value", ["key": "k", "session": handle], in: .modern)
        #expect(found.structuredContent?["value"] == ["kept": 1])
    }

    @Test("two instances serve one session in turn, and a DELETE on one is a 404 on the other")
    func instancesShareSessions() async throws {
        let database = try await TestDatabase.create()
        let programs = [try ProgramUnderTest.server(database), try ProgramUnderTest.server(database)]
        let clients = [try await MCPTestClient(programs[0]), try await MCPTestClient(programs[1])]
        let session = try await clients[0].openSession()
        for turn in 0..<6 {
            let stored = try await clients[turn % 2].call(
                "store_value", ["key": "turn", "value": JSONValue(turn)], in: .legacy(session: session))
            #expect(stored.structuredContent?["version"] == JSONValue(turn + 1))
            let found = try await clients[(turn + 1) % 2].call(
                "get_value", ["key": "turn"], in: .legacy(session: session))
            #expect(found.structuredContent?["value"] == JSONValue(turn))
        }
        #expect(try await clients[0].delete(session) / 100 == 2)
        for client in clients {
            let answer = try await client.call("get_value", ["key": "turn"], in: .legacy(session: session))
            #expect(answer.status == 404)
            #expect(try await client.delete(session) == 404)
        }
    }

    @Test("SIGTERM and SIGINT end the server with 0", arguments: [SIGTERM, SIGINT])
    func endsOnSignal(_ signal: Int32) async throws {
        let program = try ProgramUnderTest.server(try await TestDatabase.create())
        let client = try await MCPTestClient(program)
        let session = try await client.openSession()
        let stream = try await RawHTTPClient.connect(port: client.port)
        try await stream.send(
            "GET", "/mcp", fields: [("Accept", "text/event-stream"), ("Mcp-Session-Id", session)])
        #expect(try await stream.head().status == 200)
        #expect(try await stream.chunk() != nil)
        program.signal(signal)
        #expect(try await program.end() == .exited(0))
        #expect(try await stream.chunk() == nil)
    }
}
