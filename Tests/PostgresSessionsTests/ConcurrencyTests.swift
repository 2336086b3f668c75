import MCP
import PGWire
import TestSupport
import Testing

@testable import PostgresSessions

@Suite(.enabled(if: PostgresServer.isAvailable))
struct ConcurrencyTests {
    @Test("32 writers on two instances that count with if_version lose no update")
    func noLostUpdate() async throws {
        try await withTwoStores { stores in
            let handle = try await stores[0].opened()
            let rounds = 10
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<32 {
                    group.addTask {
                        for _ in 0..<rounds { try await Self.increment("n", in: handle, of: stores[writer % 2]) }
                    }
                }
                try await group.waitForAll()
            }
            let found = try await stores[0].value(forKey: "n", in: handle, of: .anonymous)
            #expect(found == StoredValue(value: JSONValue(32 * rounds), version: Int64(32 * rounds)))
        }
    }

    /// Adds one, however often others are faster. A conflict names another version than the one that was expected.
    private static func increment(
        _ key: String, in handle: SessionHandle, of store: PostgresSessionStore
    ) async throws {
        while true {
            let current = try await store.value(forKey: key, in: handle, of: .anonymous)
            let expected = current?.version ?? 0
            do {
                let next = JSONValue((current?.value.intValue ?? 0) + 1)
                let receipt = try await store.storeValue(next, key, in: handle, ifVersion: expected)
                #expect(receipt.version == expected + 1)
                return
            } catch SessionStoreError.versionConflict(let current) {
                #expect(current > expected)
            }
        }
    }

    @Test("of 32 that create a key at once one does, and the others are told its version")
    func oneCreator() async throws {
        try await withTwoStores { stores in
            let handle = try await stores[0].opened()
            for round in 0..<10 {
                let conflicts: [Int64?] = try await Self.concurrently { writer in
                    do {
                        try await stores[writer % 2].storeValue(
                            JSONValue(writer), "k\(round)", in: handle, ifVersion: 0)
                        return nil
                    } catch SessionStoreError.versionConflict(let current) {
                        return current
                    }
                }
                #expect(conflicts.compactMap { $0 } == Array(repeating: 1, count: 31))
            }
        }
    }

    @Test("of 32 that replace an expired value at once one does")
    func oneReplacer() async throws {
        try await TestDatabase.use(connections: 32) { database, pool in
            let store = PostgresSessionStore(pool)
            let handle = try await store.opened()
            try await store.storeValue(0, "a", in: handle, timeToLive: .seconds(10))
            try await database.elapse(.seconds(11))
            let receipts: [StoredValueReceipt?] = try await Self.concurrently { writer in
                do {
                    return try await store.storeValue(JSONValue(writer), "a", in: handle, ifVersion: 0)
                } catch SessionStoreError.versionConflict(let current) {
                    #expect(current == 2)
                    return nil
                }
            }
            #expect(receipts.compactMap { $0 } == [StoredValueReceipt(version: 2, created: true, expiresAt: nil)])
        }
    }

    private static func concurrently<Result: Sendable>(
        _ work: @escaping @Sendable (Int) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: Result.self) { group in
            for number in 0..<32 { group.addTask { try await work(number) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("the counts stay exact and the quota holds while 32 write, values expire and a sweeper runs")
    func exactCounts() async throws {
        try await TestDatabase.use(connections: 16) { database, pool in
            var limits = SessionLimits()
            limits.maximumKeys = 40
            let store = PostgresSessionStore(pool, limits: limits)
            let handle = try await store.opened()
            async let sweeping: Void = { for _ in 0..<20 { _ = try await store.sweep() } }()
            _ = try await Self.concurrently { writer in
                for round in 0..<15 {
                    let text = String(repeating: "x", count: round * writer % 50)
                    let lifetime: Duration? = round % 3 == 0 ? .milliseconds(1 + writer) : nil
                    do {
                        try await store.storeValue(
                            .string(text), "k\((writer * 7 + round) % 60)", in: handle, timeToLive: lifetime)
                    } catch SessionStoreError.quotaExceeded {}
                }
            }
            try await sweeping
            let differences = try await database.sql(
                """
                SELECT s.key_count - count(v.key), s.byte_count - coalesce(sum(v.bytes), 0), count(v.key) <= 40,
                    bool_and(v.bytes = octet_length(v.key) + octet_length(v.value))
                FROM mcp_sessions s LEFT JOIN mcp_session_values v USING (session) GROUP BY s.session
                """)
            #expect(differences == "0|0|t|t")
        }
    }

    @Test("a named principal's session waits for one that is just being opened, and counts it")
    func openedAtOnce() async throws {
        try await TestDatabase.use { database, pool in
            var limits = SessionLimits()
            limits.maximumSessionsPerPrincipal = 1
            let store = PostgresSessionStore(pool, limits: limits)
            let principal = Principal(name: "p")
            let session = NewSession(principal: principal, era: .modern, protocolVersion: "2026-07-28")
            // As another instance opens it; the transaction has not ended yet.
            let opening = try await pool.withTransaction { transaction in
                _ = try await transaction.query(PostgresSessionStore.lock(of: principal))
                let none: String? = nil
                _ = try await transaction.query(
                    PGQuery(
                        unsafeSQL: Statement.open, SessionHandle.random().digest, "p", "modern", "2026-07-28", none,
                        none, Int64(60_000_000), none, Int64(1)))
                let opening = Task { try await store.open(session, as: .random()) }
                let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                #expect(try await eventually { try await database.sql(waiting) == "1" })
                return opening
            }
            await #expect(throws: SessionStoreError.self) { try await opening.value }
            #expect(try await database.sql("SELECT count(*) FROM mcp_sessions") == "1")
        }
    }

    @Test("a session that is closed while others write to it leaves nothing behind and blocks nobody")
    func closeWhileWriting() async throws {
        try await TestDatabase.use(connections: 16) { database, pool in
            let store = PostgresSessionStore(pool)
            for _ in 0..<10 {
                let handle = try await store.opened()
                let stream = try await store.openStream(in: handle, of: .anonymous)
                async let closing: Int = {
                    try await Task.sleep(for: .milliseconds(5))
                    return try await store.close(handle, of: .anonymous)
                }()
                _ = try await Self.concurrently { writer in
                    for round in 0..<5 {
                        do {
                            try await store.storeValue(1, "\(writer).\(round)", in: handle)
                            _ = try await store.append([1], final: false, to: stream, in: handle, of: .anonymous)
                        } catch SessionStoreError.sessionUnknown {} catch SessionStoreError.streamUnknown {}
                    }
                }
                _ = try await closing
            }
            let left = try await database.sql(
                """
                SELECT (SELECT count(*) FROM mcp_sessions), (SELECT count(*) FROM mcp_session_values),
                    (SELECT count(*) FROM mcp_session_streams), (SELECT count(*) FROM mcp_session_events)
                """)
            #expect(left == "0|0|0|0")
        }
    }

    @Test("whoever has read an event has read all before it, however many append")
    func eventsInCommitOrder() async throws {
        try await withTwoStores { stores in
            let handle = try await stores[0].opened()
            let stream = try await stores[0].openStream(in: handle, of: .anonymous)
            let total = 32 * 10
            async let reading: [Int64] = {
                var seen: [Int64] = []
                let deadline = ContinuousClock.now + .seconds(60)
                while seen.count < total, ContinuousClock.now < deadline {
                    let last = EventID(stream: stream, sequence: seen.last ?? 0)
                    let found = try await stores[1].events(after: last, in: handle, of: .anonymous, limit: 7)
                    seen += found.events.map(\.id.sequence)
                }
                return seen
            }()
            _ = try await Self.concurrently { writer in
                for _ in 0..<10 {
                    _ = try await stores[writer % 2].append(
                        Array("\(writer)".utf8), final: false, to: stream, in: handle, of: .anonymous)
                }
            }
            #expect(try await reading == Array(1...Int64(total)))
        }
    }

    private func withTwoStores(_ body: ([PostgresSessionStore]) async throws -> Void) async throws {
        try await TestDatabase.use(connections: 16) { database, first in
            try await database.withPool(connections: 16) { second in
                try await body([PostgresSessionStore(first), PostgresSessionStore(second)])
            }
        }
    }
}
