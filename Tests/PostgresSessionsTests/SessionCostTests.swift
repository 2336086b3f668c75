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
    /// What one operation cost, by the server's own account.
    private struct Cost {
        var milliseconds: Double
        var pages: Double
        var walBytes: Double
    }

    @Test("an operation's cost does not grow with what is stored")
    func costs() async throws {
        let server = try await PostgresServer.start(
            settings: [
                "shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track_utility": "off",
                "max_wal_size": "4GB", "autovacuum": "off",
            ])
        let name = "costs"
        try await server.sql("CREATE DATABASE \(name) OWNER mcp", database: "postgres")
        let database = TestDatabase(name: name, server: server)
        try await database.sql("CREATE EXTENSION pg_stat_statements")
        try await database.withPool { pool in
            _ = try await Schema.install(in: pool)
            let store = PostgresSessionStore(pool)
            print("operation | size | ms | pages | WAL bytes | time against the smallest")
            print("--- | ---: | ---: | ---: | ---: | ---:")
            try await keys(store, database)
            try await sessions(store, database)
            try await events(store, database)
            try await expired(store, database)
        }
        await server.remove()
    }

    private func keys(_ store: PostgresSessionStore, _ database: TestDatabase) async throws {
        var handles: [(Int, SessionHandle)] = []
        for size in [10, 1000, scaled(100_000) - 1] {
            let handle = try await store.opened()
            try await database.sql(
                """
                INSERT INTO mcp_session_values (session, key, value, version, first_version, bytes)
                SELECT \(literal(handle)), 'k' || n, '"0123456789"', 1, 1, 12 + length('k' || n)
                FROM generate_series(1, \(size)) n;
                UPDATE mcp_sessions SET (key_count, byte_count) = (
                    SELECT count(*), sum(bytes) FROM mcp_session_values WHERE session = \(literal(handle)))
                WHERE session = \(literal(handle));
                VACUUM ANALYZE;
                """)
            handles.append((size, handle))
        }
        let operations: [(String, (SessionHandle, Int) async throws -> Void)] = [
            ("store_value, keys", { try await store.storeValue("abc", "k\($1 % 10 + 1)", in: $0) }),
            ("get_value, keys", { _ = try await store.value(forKey: "k\($1 % 10 + 1)", in: $0, of: .anonymous) }),
            (
                "increment_value, keys",
                { handle, _ in
                    _ = try await store.incrementValue(forKey: "k", by: 1, in: handle, of: .anonymous)
                }
            ),
            (
                "list_keys of 10, keys",
                { handle, _ in
                    _ = try await store.keys(withPrefix: "k", after: nil, limit: 10, in: handle, of: .anonymous)
                }
            ),
            ("session_info, keys", { handle, _ in _ = try await store.summary(of: handle, principal: .anonymous) }),
        ]
        for (name, operation) in operations {
            try await compare(name, handles.map(\.0), database) { place, round in
                try await operation(handles[place].1, round)
            }
        }
    }

    private func sessions(_ store: PostgresSessionStore, _ database: TestDatabase) async throws {
        var costs: [String: [Cost]] = [:]
        let sizes = [1000, scaled(1_000_000)]
        for (place, size) in sizes.enumerated() {
            let before = place == 0 ? 0 : sizes[place - 1]
            try await addSessions(before + 1, size, "now()", database)
            try await database.sql("VACUUM ANALYZE")
            let handle = try await store.opened()
            costs["store_value, sessions", default: []].append(
                try await measure(database) { try await store.storeValue("abc", "k\($0 % 10)", in: handle) })
            costs["get_value, sessions", default: []].append(
                try await measure(database) {
                    _ = try await store.value(forKey: "k\($0 % 10)", in: handle, of: .anonymous)
                })
            costs["open_session, sessions", default: []].append(
                try await measure(database) { _ in _ = try await store.opened() })
        }
        for (name, found) in costs.sorted(by: { $0.key < $1.key }) { report(name, sizes, found) }
    }

    private func events(_ store: PostgresSessionStore, _ database: TestDatabase) async throws {
        var (append, replay): ([Cost], [Cost]) = ([], [])
        let sizes = [1000, scaled(1_000_000)]
        for size in sizes {
            try await database.sql(
                """
                INSERT INTO mcp_session_streams (session, stream, opened_at, last_sequence, byte_count)
                SELECT sha256(n::text::bytea), rpad('s' || n, 22, 'x'), now(), 1000, 100000
                FROM generate_series(1, \(size / 1000)) n ON CONFLICT DO NOTHING;
                INSERT INTO mcp_session_events
                SELECT sha256(n::text::bytea), rpad('s' || n, 22, 'x'), e, convert_to(repeat('x', 100), 'UTF8'), false, now()
                FROM generate_series(1, \(size / 1000)) n, generate_series(1, 1000) e ON CONFLICT DO NOTHING;
                VACUUM ANALYZE;
                """)
            let handle = try await store.opened()
            let stream = try await store.openStream(in: handle, of: .anonymous)
            append.append(
                try await measure(database) { _ in
                    _ = try await store.append(
                        [UInt8](repeating: 65, count: 100), final: false, to: stream, in: handle, of: .anonymous)
                })
            replay.append(
                try await measure(database) {
                    _ = try await store.events(
                        after: EventID(stream: stream, sequence: Int64(900 + $0 % 20)), in: handle, of: .anonymous,
                        limit: 100)
                })
        }
        report("append, events", sizes, append)
        report("replay of 100, events", sizes, replay)
    }

    private func expired(_ store: PostgresSessionStore, _ database: TestDatabase) async throws {
        var costs: [Cost] = []
        let sizes = [10_000, scaled(1_000_000)]
        for size in sizes {
            try await database.sql("DELETE FROM mcp_sessions WHERE sweep_at <= now()")
            try await addSessions(10_000_001, 10_000_000 + size, "now() - interval '3 days'", database)
            try await database.sql("VACUUM ANALYZE")
            // A sweep is at most 20 rounds of 200 sessions.
            costs.append(try await measure(database, rounds: 1, operations: 1) { _ in _ = try await store.sweep() })
        }
        report("sweep of 200, expired rows", sizes, costs)
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

    private func compare(
        _ name: String, _ sizes: [Int], _ database: TestDatabase, _ operation: (Int, Int) async throws -> Void
    ) async throws {
        var costs: [Cost] = []
        for place in sizes.indices { costs.append(try await measure(database) { try await operation(place, $0) }) }
        report(name, sizes, costs)
    }

    /// The mean of the fastest of some rounds: the machine may be busy with something else.
    private func measure(
        _ database: TestDatabase, rounds: Int = 7, operations: Int = 150, _ operation: (Int) async throws -> Void
    ) async throws -> Cost {
        var best: Cost?
        for round in 0..<rounds {
            try await database.sql("SELECT pg_stat_statements_reset()")
            for number in 0..<operations { try await operation(round * operations + number) }
            let row = try await database.sql(
                """
                SELECT sum(total_exec_time) / sum(calls), sum(shared_blks_hit + shared_blks_read) / sum(calls),
                    sum(wal_bytes) / sum(calls)
                FROM pg_stat_statements WHERE query LIKE '%mcp_session%' AND query NOT LIKE '%unnest%'
                """)
            let numbers = row.split(separator: "|").compactMap { Double($0) }
            try #require(numbers.count == 3, "\(row)")
            let cost = Cost(milliseconds: numbers[0], pages: numbers[1], walBytes: numbers[2])
            if best.map({ cost.milliseconds < $0.milliseconds }) ?? true { best = cost }
        }
        return try #require(best)
    }

    private func report(_ name: String, _ sizes: [Int], _ costs: [Cost]) {
        for (size, cost) in zip(sizes, costs) {
            let ratio = cost.milliseconds / costs[0].milliseconds
            print(
                "\(name) | \(size) | \(Self.text(cost.milliseconds, 3)) | \(Self.text(cost.pages, 1)) |",
                "\(Self.text(cost.walBytes, 0)) | \(Self.text(ratio, 2))\(ratio > 1.5 ? " above 1.5" : "")")
        }
    }

    private static func text(_ number: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", number) }

    private func scaled(_ size: Int) -> Int { max(10_000, size * (benchmarkPercent ?? 100) / 100) }

    private func literal(_ handle: SessionHandle) -> String {
        "'\\x" + handle.digest.map { String(format: "%02x", $0) }.joined() + "'::bytea"
    }
}
