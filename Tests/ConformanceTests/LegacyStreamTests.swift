import MCP
import TestSupport
import Testing

/// Streams that are resumed, and streams on which sessions are told of changes.
@Suite("Conformance: legacy streams", .timeLimit(.minutes(5)))
struct LegacyStreamTests {
    @Test("a server that closes the connection is asked for the rest later", arguments: StoreKind.available)
    func reconnection(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server)
            let first = try await client.call("test_reconnection")
            #expect(first.messages.isEmpty)
            #expect(first.events.first?.data == "")
            #expect(first.events.first?.retry != nil)
            let id = try #require(first.events.first?.id)
            let rest = try await client.get(lastEventID: id).all()
            #expect(rest.messages.count == 1 && rest.message?["id"] == 1)
            #expect(rest.resultText == "Reconnection test completed")
            let last = try #require(rest.events.last?.id)
            #expect(try await client.get(lastEventID: last).all().events.isEmpty)
            let stranger = try await LegacyClient(server)
            #expect(try await stranger.get(lastEventID: id).status == 400)
            #expect(try await client.get(lastEventID: "nonsense").status == 400)
            let older = try await LegacyClient(server, "2025-06-18")
            #expect(try await older.call("test_reconnection").resultText == "Reconnection test completed")
        }
    }

    @Test("one stream of a session is told of changes, of what it wants to know", arguments: StoreKind.available)
    func changes(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server)
            let watched: JSONObject = ["uri": "test://watched-resource"]
            let (one, other) = (try await client.get(), try await client.get())
            #expect(one.status == 200 && other.status == 200)
            _ = try await client.call("test_trigger_resource_update")
            #expect(try await client.send("resources/subscribe", watched).result == [:])
            _ = try await client.call("test_trigger_resource_update")
            #expect(try await other.next()?["method"] == "notifications/resources/updated")
            #expect(try await client.send("resources/unsubscribe", watched).result == [:])
            _ = try await client.call("test_trigger_resource_update")
            _ = try await client.call("test_trigger_tool_change")
            #expect(try await other.next()?["method"] == "notifications/tools/list_changed")
            await other.close()
            // A second after that the other stream is the one that was read last. It was told nothing before.
            for _ in 0..<10 {
                _ = try await client.call("test_trigger_prompt_change")
                try await Task.sleep(for: .milliseconds(250))
            }
            #expect(try await one.next()?["method"] == "notifications/prompts/list_changed")
        }
    }

    @Test(
        "what nobody was there to hear is told on resumption, each change once and in order, also by another instance",
        .enabled(if: PostgresServer.isAvailable))
    func resumedChanges() async throws {
        try await FixtureServer.with(.postgresql, instances: 3) { servers in
            let here = try await LegacyClient(servers[0])
            let (there, third) = (LegacyClient(here, on: servers[1]), LegacyClient(here, on: servers[2]))
            let first = try await here.get()
            // The place before the first event.
            let start = try #require(try await first.nextEvent()?.id)
            #expect(start.hasSuffix(".0"))
            _ = try await there.call("test_trigger_tool_change")
            #expect(try await first.next()?["method"] == "notifications/tools/list_changed")
            let last = try #require(first.events.last?.id)
            await first.close()
            try await servers[0].kill()
            // Nobody reads now, and the instance that did is gone.
            _ = try await there.call("test_trigger_prompt_change")
            _ = try await third.send("resources/subscribe", ["uri": "test://watched-resource"])
            for _ in 0..<3 { _ = try await third.call("test_trigger_resource_update") }
            let resumed = try await there.get(lastEventID: last)
            _ = try await third.call("test_trigger_tool_change")
            let methods = [
                "prompts/list_changed", "resources/updated", "resources/updated", "resources/updated",
                "tools/list_changed",
            ]
            for method in methods { #expect(try await resumed.next()?["method"] == .string("notifications/\(method)")) }
            let ids = resumed.events.compactMap { $0.id.flatMap { EventID($0) }?.sequence }
            #expect(ids == [2, 3, 4, 5, 6])
            // From the place before the first event all is told again, here as there.
            let again = try await third.get(lastEventID: start)
            for method in ["tools/list_changed"] + methods {
                #expect(try await again.next()?["method"] == .string("notifications/\(method)"))
            }
            let stranger = try await LegacyClient(servers[1])
            #expect(try await stranger.get(lastEventID: last).status == 400)
            #expect(try await third.delete().status == 204)
            while try await again.nextEvent() != nil {}
        }
    }

    @Test("GET is refused as POST is where there is no session", arguments: StoreKind.available)
    func refusals(store: StoreKind) async throws {
        try await FixtureServer.with(store) { server in
            let client = try await LegacyClient(server)
            #expect(try await client.get(headers: ["Accept": "application/json"]).status == 406)
            #expect(try await client.get(headers: ["Mcp-Session-Id": nil]).status == 400)
            let unknown = LegacyClient(client, session: String(repeating: "A", count: 32))
            #expect(try await unknown.get().status == 404)
            let modern = try await client.get(headers: ["MCP-Protocol-Version": "2026-07-28"])
            #expect(modern.status == 405 && modern.head["allow"] == "POST")
        }
    }
}
