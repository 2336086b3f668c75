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

    @Test("the definitions are ones that the server accepts")
    func definitions() throws {
        _ = try MCPServer(name: "test", version: "1", tools: [storing, getting, showing])
    }
}
#endif
