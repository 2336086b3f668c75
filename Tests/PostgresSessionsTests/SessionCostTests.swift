import Foundation
import MCP
import PGWire
import TestSupport
import Testing

@testable import PostgresSessions

/// Of the full sizes; nil where nothing is to be measured.
private let benchmarkPercent = ProcessInfo.processInfo.environment["MCP_BENCH_PERCENT"].flatMap { Int($0) }

/// What the statements cost at small and large sizes; `scripts/bench-sessions` runs it.
@Suite(.enabled(if: benchmarkPercent != nil), .timeLimit(.minutes(30)))
struct SessionCostTests {
    private static let eventsPerStream = 1000

    @Test("an operation's cost does not grow with what is stored")
    func costs() async throws {
        // Pages in full would be logged where a page is first touched after a checkpoint, of which few are in a small
        // table: how many depends on how often there is one.
        let server = try await PostgresServer.start(
            settings: [
                "shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track_utility": "off",
                "shared_buffers": "512MB", "max_wal_size": "8GB", "checkpoint_timeout": "1h",
                "full_page_writes": "off", "autovacuum": "off",
            ])
        var table = CostTable()
        try await Self.withDatabase("small", on: server) { small in
            try await Self.withDatabase("large", on: server) { large in
                try await keys(in: small, &table)
                try await sessions([small.filled(1000), large.filled(scaled(1_000_000))], &table)
                try await events([small.filled(1000), large.filled(scaled(1_000_000))], &table)
                try await expired([small.filled(20_000), large.filled(scaled(1_000_000))], &table)
            }
        }
        await server.remove()
        for line in table.lines { print("cost: \(line)") }
        #expect(table.tooDear == [])
    }

    private static func withDatabase(
        _ name: String, on server: PostgresServer, _ body: (CostBed) async throws -> Void
    ) async throws {
        try await server.sql("CREATE DATABASE \(name) OWNER mcp", database: "postgres")
        let database = TestDatabase(name: name, server: server)
        try await database.sql("CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pg_prewarm")
        try await database.withPool { pool in
            _ = try await Schema.install(in: pool)
            try await body(CostBed(size: 0, database: database, store: PostgresSessionStore(pool)))
        }
    }

    private func keys(in database: CostBed, _ table: inout CostTable) async throws {
        var beds: [CostBed] = []
        for size in [10, 1000, scaled(100_000) - 1] {
            var bed = database.filled(size)
            bed.handle = try await bed.store.opened()
            let session = literal(bed.handle)
            try await bed.database.sql(
                """
                INSERT INTO mcp_session_values (session, key, value, version, first_version, bytes)
                SELECT \(session), 'k' || n, '"0123456789"', 1, 1, 12 + length('k' || n)
                FROM generate_series(1, \(size)) n;
                UPDATE mcp_sessions SET (key_count, byte_count) = (
                    SELECT count(*), sum(bytes) FROM mcp_session_values WHERE session = \(session))
                WHERE session = \(session)
                """)
            try await settle(bed.database)
            beds.append(bed)
        }
        try await table.measure("store_value, keys", beds) { bed, turn in
            try await bed.store.storeValue("abc", "k\(turn % 10 + 1)", in: bed.handle)
        }
        try await table.measure("get_value, keys", beds) { bed, turn in
            _ = try await bed.store.value(forKey: "k\(turn % 10 + 1)", in: bed.handle, of: .anonymous)
        }
        try await table.measure("increment_value, keys", beds) { bed, _ in
            _ = try await bed.store.incrementValue(forKey: "k", by: 1, in: bed.handle, of: .anonymous)
        }
        try await table.measure("list_keys of 10, keys", beds) { bed, _ in
            _ = try await bed.store.keys(
                withPrefix: "k", after: nil, limit: 10, in: bed.handle, of: .anonymous)
        }
        try await table.measure("session_info, keys", beds) { bed, _ in
            _ = try await bed.store.summary(of: bed.handle, principal: .anonymous)
        }
    }

    private func sessions(_ beds: [CostBed], _ table: inout CostTable) async throws {
        var beds = beds
        for place in beds.indices {
            try await addSessions(1, beds[place].size, "now()", beds[place].database)
            try await settle(beds[place].database)
            beds[place].handle = try await beds[place].store.opened()
        }
        try await table.measure("store_value, sessions", beds) { bed, turn in
            try await bed.store.storeValue("abc", "k\(turn % 10)", in: bed.handle)
        }
        try await table.measure("get_value, sessions", beds) { bed, turn in
            _ = try await bed.store.value(forKey: "k\(turn % 10)", in: bed.handle, of: .anonymous)
        }
        try await table.measure("open_session, sessions", beds) { bed, _ in
            _ = try await bed.store.opened()
        }
    }

    private func events(_ beds: [CostBed], _ table: inout CostTable) async throws {
        var beds = beds
        for place in beds.indices {
            let bed = beds[place]
            let streams = bed.size / Self.eventsPerStream
            try await addSessions(1, streams, "now()", bed.database)
            // Without the triggers that look for each event's stream.
            try await bed.database.sql(
                """
                SET session_replication_role = replica;
                INSERT INTO mcp_session_streams (session, stream, opened_at, last_sequence, byte_count)
                SELECT sha256(n::text::bytea), rpad('s' || n, 22, 'x'), now(), 1000, 100000
                FROM generate_series(1, \(streams)) n;
                INSERT INTO mcp_session_events
                SELECT s.session, s.stream, e, convert_to(repeat('x', 100), 'UTF8'), false, now()
                FROM mcp_session_streams s, generate_series(1, \(Self.eventsPerStream)) e
                """)
            try await settle(bed.database)
            beds[place].handle = try await bed.store.opened()
            beds[place].stream = try await bed.store.openStream(in: beds[place].handle, of: .anonymous)
        }
        try await table.measure("append, events", beds) { bed, _ in
            _ = try await bed.store.append(
                [UInt8](repeating: 65, count: 100), final: false, to: bed.stream, in: bed.handle, of: .anonymous)
        }
        try await table.measure("replay of 100, events", beds) { bed, turn in
            _ = try await bed.store.events(
                after: EventID(stream: bed.stream, sequence: Int64(700 + turn % 20)), in: bed.handle, of: .anonymous,
                limit: 100)
        }
    }

    /// A sweep is at most 20 rounds, each of 200 sessions; one round is one statement.
    private func expired(_ beds: [CostBed], _ table: inout CostTable) async throws {
        for bed in beds {
            try await bed.database.sql("DELETE FROM mcp_sessions")
            try await addSessions(1, bed.size, "now() - interval '3 days'", bed.database)
            try await settle(bed.database)
        }
        try await table.measure("sweep of 200, expired rows", beds, turns: 3, operations: 1) { bed, _ in
            _ = try await bed.store.sweep()
        }
    }

    /// Has the tables as they are after a while of use: known to the planner, and in memory.
    private func settle(_ database: TestDatabase) async throws {
        try await database.sql("VACUUM ANALYZE")
        try await database.sql(
            """
            SELECT sum(pg_prewarm(oid)) FROM pg_class WHERE relname LIKE 'mcp_session%' AND relkind IN ('r', 'i')
            """)
    }

    private func addSessions(_ first: Int, _ last: Int, _ time: String, _ database: TestDatabase) async throws {
        try await database.sql(
            """
            INSERT INTO mcp_sessions (
                session, principal, era, protocol_version, created_at, last_activity, lifetime, sweep_at)
            SELECT sha256(n::text::bytea), '', 'modern', '2026-07-28', \(time), \(time), interval '1 day',
                \(time) + interval '1 day'
            FROM generate_series(\(first), \(last)) n ON CONFLICT DO NOTHING
            """)
    }

    private func scaled(_ size: Int) -> Int { max(20_000, size * (benchmarkPercent ?? 100) / 100) }

    private func literal(_ handle: SessionHandle) -> String {
        "'\\x" + handle.digest.map { String(format: "%02x", $0) }.joined() + "'::bytea"
    }
}

extension CostBed {
    fileprivate func filled(_ size: Int) -> CostBed {
        var bed = self
        bed.size = size
        return bed
    }
}
