import MCP
import TestSupport
import Testing

/// Three processes on one database, and clients whose every request meets another one. `scripts/stress-sessions` runs
/// these at full size.
@Suite(.serialized, .timeLimit(.minutes(15)), .enabled(if: PostgresServer.isAvailable))
struct ManyInstancesTests {
    @Test("while processes are killed every acknowledged write can be read, and every request is answered")
    func killing() async throws {
        let (seconds, sessions) = (
            Fleet.size("MCP_STRESS_SECONDS", else: 10), Fleet.size("MCP_STRESS_SESSIONS", else: 16)
        )
        let fleet = try await Fleet(3)
        let end = ContinuousClock.now + .seconds(seconds)
        let totals = try await withThrowingTaskGroup(of: (writes: Int, resumptions: Int, unknown: Int).self) { group in
            group.addTask {
                while ContinuousClock.now + .seconds(3) < end {
                    try await Task.sleep(for: .seconds(3))
                    try await fleet.replaceOne()
                }
                return (0, 0, 0)
            }
            for session in 0..<sessions {
                group.addTask { try await Self.write(to: fleet, legacy: session % 2 == 0, until: end) }
            }
            return try await group.reduce(into: (writes: 0, resumptions: 0, unknown: 0)) { sum, part in
                sum = (sum.writes + part.writes, sum.resumptions + part.resumptions, sum.unknown + part.unknown)
            }
        }
        print(
            "\(sessions) sessions, \(seconds) s, \(await fleet.kills) kills: \(totals.writes) acknowledged writes,",
            "\(totals.resumptions) resumptions, \(totals.unknown) calls of unknown outcome, nothing lost")
        #expect(totals.writes > sessions)
    }

    /// Counts one key up, and holds each answer to what was acknowledged before.
    private static func write(
        to fleet: Fleet, legacy: Bool, until end: ContinuousClock.Instant
    ) async throws -> (writes: Int, resumptions: Int, unknown: Int) {
        let client = try await WanderingClient(fleet, legacy: legacy)
        var (written, unknown): (Int64, Int) = (0, 0)
        while ContinuousClock.now < end {
            let arguments: JSONObject = [
                "key": "k", "value": JSONValue(written + 1), "if_version": JSONValue(written),
            ]
            let stored = try await client.call("store_value", arguments)
            if let stored {
                guard stored["version"] == JSONValue(written + 1) else {
                    throw WanderingClient.Broken(description: "version \(stored) after \(written)")
                }
                written += 1
            } else {
                unknown += 1
            }
            // What is not known is one of two things; what was acknowledged is one.
            let limit = ContinuousClock.now + WanderingClient.deadline
            while true {
                guard ContinuousClock.now < limit else {
                    throw WanderingClient.Broken(description: "nobody answers")
                }
                guard let found = try await client.call("get_value", ["key": "k"]) else {
                    try await Task.sleep(for: .milliseconds(50))
                    continue
                }
                let value = found["value"]?.intValue ?? 0
                guard value == written || stored == nil && value == written + 1 else {
                    throw WanderingClient.Broken(description: "\(value) is read after \(written) was acknowledged")
                }
                written = value
                break
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return (Int(written), await client.resumptions, unknown)
    }

    @Test("32 clients that count with increment_value and if_version on three processes lose nothing")
    func counting() async throws {
        let operations = Fleet.size("MCP_STRESS_OPERATIONS", else: 640)
        let each = operations / 64
        let fleet = try await Fleet(3)
        let opener = try await KeepAliveCaller(port: fleet.nextPort(), session: nil)
        let session = try #require(try await opener.call("open_session", [:])["session"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<32 {
                group.addTask {
                    let caller = try await KeepAliveCaller(port: fleet.nextPort(), session: session)
                    for _ in 0..<each { try await caller.increment("sum") }
                    for _ in 0..<each { try await caller.count("versions \(number / 4)") }
                }
            }
            try await group.waitForAll()
        }
        let caller = try await KeepAliveCaller(port: fleet.nextPort(), session: session)
        let sum = try await caller.call("get_value", ["key": "sum"])
        #expect(sum["value"]?.intValue == Int64(32 * each) && sum["version"]?.intValue == Int64(32 * each))
        for key in 0..<8 {
            let found = try await caller.call("get_value", ["key": .string("versions \(key)")])
            #expect(found["value"]?.intValue == Int64(4 * each) && found["version"] == found["value"])
        }
        print("\(64 * each) operations of 32 clients on three processes, no update lost")
    }
}

/// Calls tools in the modern era over one connection.
private struct KeepAliveCaller {
    let connection: RawHTTPClient
    let session: JSONValue?

    init(port: Int, session: JSONValue?) async throws {
        connection = try await RawHTTPClient.connect(port: port)
        self.session = session
    }

    func increment(_ key: String) async throws { _ = try await call("increment_value", ["key": .string(key)]) }

    /// Adds one by reading and writing, however often others are faster.
    func count(_ key: String) async throws {
        while true {
            let found = try await call("get_value", ["key": .string(key)])
            let arguments: JSONObject = [
                "key": .string(key), "value": JSONValue((found["value"]?.intValue ?? 0) + 1),
                "if_version": found["version"] ?? 0,
            ]
            if try await !call("store_value", arguments).isNull { return }
        }
    }

    /// The structured result; null for a version conflict.
    func call(_ tool: String, _ arguments: JSONObject) async throws -> JSONValue {
        var arguments = arguments
        arguments["session"] = session
        let meta: JSONValue = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:],
        ]
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": ["name": .string(tool), "arguments": .object(arguments), "_meta": meta],
        ]
        try await connection.send(
            "POST", "/mcp",
            fields: [
                ("Content-Type", "application/json"), ("Accept", "application/json"),
                ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", tool),
            ], body: request.description)
        let response = try await connection.response(within: .seconds(60))
        let message = try JSONValue(parsing: response.body)
        if message["result"]?["isError"] == true, response.text.contains("version_conflict") { return .null }
        guard let result = message["result"]?["structuredContent"] else {
            throw WanderingClient.Broken(description: response.text)
        }
        return result
    }
}
