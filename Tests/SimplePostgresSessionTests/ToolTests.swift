#if Servers
import Logging
import MCP
import Testing

@testable import simple_postgres_session

@Suite struct ToolTests {
    private let store = InMemorySessionStore()

    private func call(
        _ tool: some ToolProtocol, _ arguments: JSONObject, session: SessionHandle? = nil,
        principal: Principal = .anonymous
    ) async throws -> CallToolResult {
        let version: ProtocolVersion = session == nil ? .v2026_07_28 : .v2025_11_25
        let context = RequestContext(
            version: version, principal: principal, session: session, logger: Logger(label: "test"))
        let result = try await tool.call(arguments, context: context)
        if let structured = result.structuredContent, let schema = tool.definition.outputSchema {
            #expect(try JSONSchema(schema).validate(structured).isEmpty)
            #expect(result.content == [.text(structured.description)])
        }
        return result
    }

    private var storing: StoreValueTool { StoreValueTool(store: store, sessionLifetime: .seconds(7200)) }
    private var getting: GetValueTool { GetValueTool(store: store) }
    private var showing: SessionInfoTool { SessionInfoTool(store: store, instance: "here") }

    @Test("a call without a session opens one, whose handle leads back to the value")
    func minting() async throws {
        let value = try JSONValue(parsing: #"{"n":12345678901234567890,"z":"\u0000"}"#)
        let stored = try await call(storing, ["key": "k", "value": value]).structuredContent
        let handle = try #require(stored?["session"]?.stringValue)
        #expect(stored?["created"] == true && stored?["version"] == 1 && stored?["expires_at"] == nil)
        let got = try await call(getting, ["key": "k", "session": .string(handle)]).structuredContent
        #expect(got?["found"] == true)
        #expect(got?["value"]?.serialized() == value.serialized())
        let info = try await call(showing, ["session": .string(handle)]).structuredContent
        #expect(info?["key_count"] == 1 && info?["instance"] == "here" && info?["backend"] == "memory")
        #expect(storing.definition.description.contains("2 hours after its last use"))
    }

    @Test("a legacy request uses its own session, unless the call names another")
    func legacySession() async throws {
        let own = SessionHandle(transportID: .random())
        let new = NewSession(principal: .anonymous, era: .legacy, protocolVersion: "2025-11-25")
        _ = try await store.open(new, as: own)
        let stored = try await call(storing, ["key": "k", "value": nil], session: own).structuredContent
        #expect(stored?["session"]?.stringValue == own.text)
        let got = try await call(getting, ["key": "k"], session: own).structuredContent
        #expect(got?["found"] == true && got?["value"] == .null)
        let other = try await call(storing, ["key": "k", "value": 2]).structuredContent?["session"]
        let elsewhere = try await call(getting, ["key": "k", "session": other ?? .null], session: own)
        #expect(elsewhere.structuredContent?["value"] == 2)
        let info = try await call(showing, [:], session: own).structuredContent
        #expect(info?["session"]?.stringValue == own.text && info?["era"] == "legacy")
    }

    @Test("a read without any session says how to get one")
    func noSession() async throws {
        for attempt in [{ try await call(getting, ["key": "k"]) }, { try await call(showing, [:]) }] {
            let error = await #expect(throws: ToolError.self) { try await attempt() }
            #expect(error?.code == "no_session" && error?.message.contains("store_value") == true)
        }
    }

    @Test("a key without a value is not found, which is no error")
    func notFound() async throws {
        let handle = try await call(storing, ["key": "k", "value": 1]).structuredContent?["session"]
        let got = try await call(getting, ["key": "other", "session": handle ?? .null])
        #expect(!got.isError && got.structuredContent?["found"] == false && got.structuredContent?["value"] == nil)
    }

    @Test("a handle that is none, or another principal's, is unknown")
    func unknownSession() async throws {
        let handle = try await call(storing, ["key": "k", "value": 1]).structuredContent?["session"] ?? .null
        for (argument, principal) in [("nonsense", ""), ("", ""), (handle.stringValue ?? "", "other")] {
            let arguments: JSONObject = ["key": "k", "value": 1, "session": .string(argument)]
            await #expect(throws: SessionStoreError.sessionUnknown) {
                try await call(storing, arguments, principal: Principal(name: principal))
            }
            await #expect(throws: SessionStoreError.sessionUnknown) {
                try await call(getting, arguments, principal: Principal(name: principal))
            }
        }
    }

    @Test("if_version and ttl_seconds reach the store")
    func versionAndLifetime() async throws {
        let first = try await call(storing, ["key": "k", "value": 1, "if_version": 0, "ttl_seconds": 60])
        #expect(first.structuredContent?["expires_at"]?.stringValue?.hasSuffix("Z") == true)
        let session = first.structuredContent?["session"] ?? .null
        await #expect(throws: SessionStoreError.versionConflict(current: 1)) {
            try await call(storing, ["key": "k", "value": 2, "if_version": 0, "session": session])
        }
    }

    @Test("no session is left behind by a call that opened one and then failed")
    func nothingLeft() async throws {
        let one = InMemorySessionStore(maximumSessions: 1)
        let tool = StoreValueTool(store: one, sessionLifetime: .seconds(60))
        for _ in 0..<3 {
            await #expect(throws: SessionStoreError.versionConflict(current: 0)) {
                try await call(tool, ["key": "k", "value": 2, "if_version": 5])
            }
        }
        #expect(try await call(tool, ["key": "k", "value": 2]).isError == false)
    }

    @Test("a session is opened with a lifetime and a label, which session_info shows")
    func opening() async throws {
        let tool = OpenSessionTool(store: store, sessionLifetime: .seconds(7200))
        let opened = try await call(tool, ["ttl_seconds": 60, "label": "notes"]).structuredContent
        let session = opened?["session"] ?? .null
        let info = try await call(showing, ["session": session]).structuredContent
        #expect(info?["label"] == "notes" && info?["expires_at"] == opened?["expires_at"])
        let handle = try #require(session.stringValue.flatMap { SessionHandle($0) })
        let record = try await store.session(handle, of: .anonymous)
        #expect(record.expiresAt == record.createdAt.advanced(by: .seconds(60)))
        #expect(tool.definition.description.contains("2 hours after its last use"))
        await #expect(throws: SessionStoreError.self) { try await call(tool, ["ttl_seconds": 999_999_999]) }
    }

    @Test("keys are listed page by page, counted up and deleted, and the session is cleared and closed")
    func keys() async throws {
        let session = try await call(storing, ["key": "a/1", "value": "xyz"]).structuredContent?["session"] ?? .null
        _ = try await call(storing, ["key": "a/2", "value": 1, "session": session, "ttl_seconds": 60])
        let counted = try await call(IncrementValueTool(store: store), ["key": "b", "session": session])
        #expect(counted.structuredContent?["value"] == 1 && counted.structuredContent?["version"] == 1)
        let more = try await call(IncrementValueTool(store: store), ["key": "b", "by": -5, "session": session])
        #expect(more.structuredContent?["value"] == -4)

        let listing = ListKeysTool(store: store)
        let first = try await call(listing, ["session": session, "prefix": "a/", "limit": 1]).structuredContent
        #expect(first?["keys"] == [["key": "a/1", "version": 1, "size": 5]])
        let cursor = first?["next_cursor"] ?? .null
        let rest = try await call(listing, ["session": session, "prefix": "a/", "cursor": cursor]).structuredContent
        #expect(rest?["keys"]?.arrayValue?.map { $0["key"] } == ["a/2"] && rest?["next_cursor"] == nil)
        #expect(rest?["keys"]?.arrayValue?.first?["expires_at"]?.stringValue?.hasSuffix("Z") == true)
        await #expect(throws: SessionStoreError.self) {
            try await call(listing, ["session": session, "cursor": "bogus"])
        }

        let deleting = DeleteValueTool(store: store)
        await #expect(throws: SessionStoreError.versionConflict(current: 1)) {
            try await call(deleting, ["key": "a/1", "if_version": 2, "session": session])
        }
        for expected in [true, false] {
            let deleted = try await call(deleting, ["key": "a/1", "if_version": 1, "session": session])
            #expect(deleted.structuredContent?["deleted"] == .bool(expected))
        }
        let cleared = try await call(ClearSessionTool(store: store), ["session": session]).structuredContent
        #expect(cleared?["removed"] == 2)
        _ = try await call(storing, ["key": "c", "value": 1, "session": session])
        let closed = try await call(CloseSessionTool(store: store), ["session": session]).structuredContent
        #expect(closed?["removed"] == 1)
        await #expect(throws: SessionStoreError.sessionUnknown) { try await call(showing, ["session": session]) }
    }

    @Test("an error of the store tells the model a code and what to do")
    func errors() throws {
        let errors: [(SessionStoreError, String)] = [
            (.sessionUnknown, "session_unknown"), (.sessionExpired, "session_expired"),
            (.versionConflict(current: 3), "version_conflict"), (.notANumber, "not_a_number"),
            (.numberOutOfRange, "invalid_argument"), (.quotaExceeded("x"), "quota_exceeded"),
            (.invalidArgument("x"), "invalid_argument"),
        ]
        for (error, code) in errors {
            let result = CallToolResult.failure(error)
            #expect(result.isError && "\(result.content)".contains(code))
        }
    }

    @Test("the tools are those of the table, with its hints, and the server accepts them")
    func definitions() throws {
        let tools = SessionTools.all(store: store, sessionLifetime: .seconds(60), instance: "here")
        _ = try MCPServer(name: "test", version: "1", tools: tools)
        let hints = tools.map { tool in
            let hints = tool.definition.annotations
            #expect(hints?.openWorldHint == false)
            let said = [hints?.readOnlyHint, hints?.destructiveHint, hints?.idempotentHint]
            return tool.definition.name + " " + said.map { $0.map { $0 ? "T" : "F" } ?? "-" }.joined()
        }
        #expect(
            hints == [
                "open_session FFF", "store_value FTF", "get_value T--", "delete_value FTT", "list_keys T--",
                "increment_value FFF", "session_info T--", "clear_session FTT", "close_session FTT",
            ])
    }
}
#endif
