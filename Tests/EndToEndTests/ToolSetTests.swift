import MCP
import TestSupport
import Testing

/// The tools as clients of both eras meet them on a server with a database.
@Suite(
    .timeLimit(.minutes(3)), .enabled(if: PostgresServer.isAvailable),
    .enabled(if: SharedData.isExpected("mcp-schema"), Comment(rawValue: SharedData.missing)))
struct ToolSetTests {
    @Test("every tool works in both eras, on whichever of two instances", arguments: [true, false])
    func everyTool(legacy: Bool) async throws {
        let url = try await TestDatabase.create()
        let programs = try (0..<2).map { _ in try ProgramUnderTest.server(url) }
        let clients = try await [MCPTestClient(programs[0]), MCPTestClient(programs[1])]
        let era: MCPTestClient.Era = legacy ? .legacy(session: try await clients[0].openSession()) : .modern
        var calls = 0
        func call(_ tool: String, _ arguments: JSONObject) async throws -> JSONValue {
            calls += 1
            let answer = try await clients[calls % 2].call(tool, .object(arguments), in: era)
            #expect(answer.status == 200 && !answer.isError, "\(tool): \(answer.text)")
            return answer.structuredContent ?? .null
        }
        let opened = try await call("open_session", ["ttl_seconds": 600, "label": "both"])
        let session = opened["session"] ?? .null
        #expect(try await call("session_info", ["session": session])["era"] == (legacy ? "legacy" : "modern"))
        #expect(try await call("session_info", ["session": session])["label"] == "both")
        for key in ["a", "b", "c"] {
            #expect(
                try await call("store_value", ["key": .string(key), "value": 1, "session": session])["version"] == 1)
        }
        #expect(try await call("increment_value", ["key": "a", "by": 41, "session": session])["value"] == 42)
        let page = try await call("list_keys", ["session": session, "limit": 2])
        #expect(page["keys"]?.arrayValue?.map { $0["key"] } == ["a", "b"])
        let next = try await call("list_keys", ["session": session, "cursor": page["next_cursor"] ?? .null])
        #expect(next["keys"]?.arrayValue?.map { $0["key"] } == ["c"])
        #expect(try await call("delete_value", ["key": "b", "session": session])["deleted"] == true)
        #expect(try await call("get_value", ["key": "a", "session": session])["value"] == 42)
        #expect(try await call("clear_session", ["session": session])["removed"] == 2)
        #expect(try await call("close_session", ["session": session])["removed"] == 0)
        let gone = try await clients[0].call("get_value", ["key": "a", "session": session], in: era)
        #expect(gone.isError && gone.text.contains("session_unknown"))
        if legacy {
            #expect(try await call("store_value", ["key": "own", "value": 1])["created"] == true)
            #expect(try await call("get_value", ["key": "own"])["found"] == true)
        } else {
            let none = try await clients[0].call("list_keys", [:], in: era)
            #expect(none.isError && none.text.contains("no_session"))
        }
    }

    @Test("what cannot be done is a result that says why, in both eras")
    func errors() async throws {
        let program = try ProgramUnderTest.server(try await TestDatabase.create())
        let client = try await MCPTestClient(program)
        for era in [MCPTestClient.Era.legacy(session: try await client.openSession()), .modern] {
            let opened = try await client.call("store_value", ["key": "text", "value": "x"], in: era)
            let session = opened.structuredContent?["session"] ?? .null
            let cases: [(String, JSONObject, String)] = [
                ("increment_value", ["key": "text"], "not_a_number"),
                ("store_value", ["key": "text", "value": 1, "if_version": 9], "version_conflict"),
                ("delete_value", ["key": "text", "if_version": 9], "version_conflict"),
                ("list_keys", ["cursor": "bogus"], "invalid_argument"),
                ("open_session", ["ttl_seconds": 999_999_999_999], "invalid_argument"),
            ]
            for (tool, given, code) in cases {
                var arguments = given
                if tool != "open_session" { arguments["session"] = session }
                let answer = try await client.call(tool, .object(arguments), in: era)
                #expect(answer.status == 200 && answer.isError && answer.text.contains(code), "\(tool)")
            }
        }
    }
}
