import MCP
import PGWire
import SessionStoreTesting
import TestSupport
import Testing

@testable import PostgresSessions

@Suite(.enabled(if: PostgresServer.isAvailable))
struct PostgresSessionStoreTests {
    @Test("the store in PostgreSQL keeps the contract", arguments: SessionStoreContract.rules)
    func contract(_ rule: SessionStoreContract) async throws {
        try await TestDatabase.use { database, pool in
            try await rule.check { limits in
                SubjectStore(PostgresSessionStore(pool, limits: limits), elapse: database.elapse)
            }
        }
    }

    @Test("a session and a value expire by the server's clock")
    func expiry() async throws {
        try await TestDatabase.use { _, pool in
            let store = PostgresSessionStore(pool)
            let handle = try await store.opened(timeToLive: .seconds(4))
            try await store.storeValue(1, "a", in: handle, timeToLive: .milliseconds(200))
            let deadline = ContinuousClock.now + .seconds(20)
            while try await store.value(forKey: "a", in: handle, of: .anonymous) != nil {
                try #require(ContinuousClock.now < deadline)
                try await Task.sleep(for: .milliseconds(20))
            }
            try await Task.sleep(for: .milliseconds(4100))
            await #expect(throws: SessionStoreError.sessionExpired) { try await store.session(handle, of: .anonymous) }
            #expect(try await store.sweep() == 1)
        }
    }

    @Test("what one instance stores another reads, and what one closes is gone on the other")
    func twoInstances() async throws {
        try await TestDatabase.use { database, first in
            try await database.withPool { second in
                let (here, there) = (PostgresSessionStore(first), PostgresSessionStore(second))
                let handle = try await here.opened()
                try await here.storeValue("x", "a", in: handle)
                #expect(try await there.value(forKey: "a", in: handle, of: .anonymous)?.value == "x")
                let stream = try await there.openStream(in: handle, of: .anonymous)
                let event = try await here.append([1], final: true, to: stream, in: handle, of: .anonymous)
                let found = try await there.events(
                    after: EventID(stream: stream, sequence: 0), in: handle, of: .anonymous, limit: 9)
                #expect(found == StoredEvents(events: [StoredEvent(id: event, payload: [1], final: true)], ended: true))
                _ = try await there.close(handle, of: .anonymous)
                await #expect(throws: SessionStoreError.sessionUnknown) {
                    try await here.value(forKey: "a", in: handle, of: .anonymous)
                }
            }
            let left = try await database.sql(
                "SELECT (SELECT count(*) FROM mcp_session_values) + (SELECT count(*) FROM mcp_session_events)")
            #expect(left == "0")
        }
    }

    @Test("no handle is in the tables, in any form but its digest")
    func handlesAtRest() async throws {
        try await TestDatabase.use { database, pool in
            let store = PostgresSessionStore(pool)
            let transport = TransportSessionID.random()
            let handles = [SessionHandle(transportID: transport), .random()]
            for handle in handles {
                _ = try await store.open(
                    NewSession(principal: .anonymous, era: .legacy, protocolVersion: "2025-11-25"), as: handle)
                try await store.storeValue(1, "a", in: handle)
                let stream = try await store.openStream(in: handle, of: .anonymous)
                _ = try await store.append([1], final: false, to: stream, in: handle, of: .anonymous)
            }
            var tables = ""
            for table in Schema.tables { tables += try await database.sql("SELECT * FROM \(table)") }
            for handle in handles {
                let hidden = String(handle.text.dropFirst(4))
                for form in [hidden, hex(Array(handle.text.utf8)), hex(Array(hidden.utf8))] {
                    #expect(!tables.contains(form))
                }
                #expect(tables.contains(hex(handle.digest)))
            }
            #expect(!tables.contains(transport.text))
            #expect(!tables.contains(hex(Array(transport.text.utf8))))
        }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test("one instance sweeps at a time, and what is in use is not waited for")
    func sweepingAlone() async throws {
        try await TestDatabase.use { database, pool in
            let store = PostgresSessionStore(pool)
            for _ in 0..<3 { _ = try await store.opened(timeToLive: .seconds(10)) }
            try await database.elapse(.seconds(11))
            try await pool.withTransaction { transaction in
                try await transaction.query("SELECT pg_advisory_xact_lock(\(Schema.sweepLock))")
                #expect(try await store.sweep() == 0)
            }
            try await pool.withTransaction { transaction in
                try await transaction.query("SELECT session FROM mcp_sessions LIMIT 1 FOR UPDATE")
                #expect(try await store.sweep() == 2)
            }
            #expect(try await store.sweep() == 1)
        }
    }

    @Test("a sweep, and each of its rounds, is bounded by sessions and by the values that they hold")
    func boundedSweep() async throws {
        try await TestDatabase.use { database, pool in
            let store = PostgresSessionStore(pool)
            func addExpired(_ count: Int, keys: Int) async throws {
                try await database.sql(
                    """
                    INSERT INTO mcp_sessions (
                        session, principal, era, protocol_version, created_at, last_activity, lifetime, sweep_at, key_count)
                    SELECT sha256(n::text::bytea), '', 'modern', '2026-07-28', t, t, interval '1 day',
                        t + interval '1 day', \(keys)
                    FROM generate_series(1, \(count)) n, (SELECT now() - interval '3 days' AS t) t
                    """)
            }
            func sweepOnce() async throws -> Int64? {
                try await pool.query(
                    PGQuery(
                        unsafeSQL: Statement.sweep, Schema.sweepLock, Int64(200), Int64(10_000), Int64(600_000_000))
                ).decode(as: (Int64, Int64).self).first?.0
            }
            try await addExpired(4300, keys: 0)
            #expect(try await sweepOnce() == 200)
            #expect(try await store.sweep() == 4000)
            #expect(try await store.sweep() == 100)
            try await addExpired(5, keys: 6000)
            for removed in [2, 2, 1, 0] as [Int64] { #expect(try await sweepOnce() == removed) }
        }
    }

    @Test("what expired is found by one index, and the sweeper does not come again before something is due")
    func nextSweep() async throws {
        try await TestDatabase.use { database, pool in
            let store = PostgresSessionStore(pool)
            let handle = try await store.opened(timeToLive: .seconds(1000))
            // Up to 90 seconds of real time may pass meanwhile.
            func isDue(after seconds: Int) async throws -> Bool {
                let due = "SELECT extract(epoch FROM sweep_at - created_at) FROM mcp_sessions"
                return try await database.sql("SELECT (\(due)) BETWEEN \(seconds) AND \(seconds + 90)") == "t"
            }
            #expect(try await isDue(after: 1000))
            try await store.storeValue(1, "soon", in: handle, timeToLive: .seconds(100))
            try await store.storeValue(1, "later", in: handle, timeToLive: .seconds(200))
            #expect(try await isDue(after: 100))
            try await database.elapse(.seconds(101))
            #expect(try await store.sweep() == 0)
            #expect(try await isDue(after: 200))
            #expect(try await database.sql("SELECT key FROM mcp_session_values") == "later")
            let stream = try await store.openStream(in: handle, of: .anonymous)
            _ = try await store.append(nil, final: true, to: stream, in: handle, of: .anonymous)
            try await database.elapse(.seconds(100))
            #expect(try await store.sweep() == 0)
            #expect(try await isDue(after: 701))
            try await database.elapse(.seconds(501))
            _ = try await store.sweep()
            #expect(try await database.sql("SELECT count(*) FROM mcp_session_streams") == "0")
        }
    }
}
