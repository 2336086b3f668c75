import MCP
import PGWire
import TestSupport
import Testing

@testable import PostgresSessions

@Suite(.enabled(if: PostgresServer.isAvailable))
struct SchemaTests {
    private static let listTables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"

    @Test("of eight programs that set up at once one creates the tables, and all succeed")
    func concurrentInstall() async throws {
        try await TestDatabase.use { database in
            let changes = try await withThrowingTaskGroup(of: Schema.Change.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await database.withPool(connections: 1) { pool in try await Schema.install(in: pool) }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(changes.filter { $0.from == 0 }.count == 1)
            #expect(changes.allSatisfy { $0.to == Schema.currentVersion })
            let recorded = try await database.sql("SELECT version, compatible_from FROM mcp_schema_version")
            #expect(recorded == Schema.migrations.map { "\($0.version)|1" }.joined(separator: "\n"))
            #expect(try await database.sql(Self.listTables) == Schema.tables.sorted().joined(separator: "\n"))
        }
    }

    @Test("tables of the first version are upgraded while they are used, and its programs go on working with them")
    func upgrade() async throws {
        try await TestDatabase.use(tables: false) { database, pool in
            try await Schema.install(1, in: pool)
            #expect(try await Schema.version(in: pool)?.version == 1)
            // As version 1 opened sessions and streams.
            func openAsBefore(_ number: Int) async throws {
                try await database.sql(
                    """
                    INSERT INTO mcp_sessions (
                        session, principal, era, protocol_version, client_info, client_capabilities,
                        created_at, last_activity, lifetime, sweep_at)
                    SELECT sha256('\(number)'), '', 'legacy', '2025-11-25', NULL, NULL, now(), now(), l, now() + l
                    FROM (SELECT interval '1 day' AS l) l;
                    INSERT INTO mcp_session_streams (session, stream, opened_at)
                    SELECT sha256('\(number)'), 's', clock_timestamp()
                    """)
            }
            try await openAsBefore(1)
            // Someone's long transaction keeps the change from its lock; others are not kept waiting behind it.
            async let busy = database.sql("BEGIN; SELECT count(*) FROM mcp_sessions; SELECT pg_sleep(4); COMMIT")
            try await Task.sleep(for: .milliseconds(500))
            async let upgrading = Schema.install(in: pool)
            try await Task.sleep(for: .milliseconds(500))
            let began = ContinuousClock.now
            try await openAsBefore(2)
            #expect(ContinuousClock.now - began < .seconds(3))
            let change = try await upgrading
            _ = try await busy
            #expect(change.from == 1 && change.to == Schema.currentVersion)
            try await openAsBefore(3)
            #expect(
                try await database.sql(
                    "SELECT count(*), count(owner), count(label) FROM mcp_sessions JOIN mcp_session_streams USING (session)"
                ) == "3|0|0")
        }
    }

    @Test("who sets up twice changes nothing")
    func idempotent() async throws {
        try await TestDatabase.use(tables: false) { _, pool in
            let planned = try await Schema.plan(in: pool)
            let first = try await Schema.install(in: pool)
            #expect(first.from == 0 && first.to == Schema.currentVersion)
            #expect(!planned.statements.isEmpty && planned.to == Schema.currentVersion)
            let again = try await Schema.install(in: pool)
            #expect(again.from == Schema.currentVersion && again.to == again.from && again.statements.isEmpty)
            #expect(try await Schema.plan(in: pool) == again)
        }
    }

    @Test("tables of a newer program are used where they are said to be compatible, and never touched")
    func newerTables() async throws {
        try await TestDatabase.use { database, pool in
            let store = PostgresSessionStore(pool)
            try await database.sql("INSERT INTO mcp_schema_version VALUES (70, 1)")
            try await store.checkReadiness()
            let change = try await Schema.install(in: pool)
            #expect(change.from == 70 && change.to == 70 && change.statements.isEmpty)
            try await database.sql("INSERT INTO mcp_schema_version VALUES (80, 79)")
            await #expect(throws: SchemaError.newer(found: 80)) { try await Schema.install(in: pool) }
            await #expect(throws: SchemaError.newer(found: 80)) { try await Schema.drop(in: pool) }
            let notReady = "the session tables have version 80, this program needs \(Schema.currentVersion)"
            await #expect(throws: SessionStoreError.unavailable(notReady)) { try await store.checkReadiness() }
            #expect(try await database.sql("SELECT count(*) FROM mcp_sessions") == "0")
        }
    }

    @Test("a database without the tables is not ready and says what to do")
    func missingTables() async throws {
        try await TestDatabase.use(tables: false) { database, pool in
            let store = PostgresSessionStore(pool)
            let notReady = "the session tables are missing: run postgres-setup"
            await #expect(throws: SessionStoreError.unavailable(notReady)) { try await store.checkReadiness() }
            let missing = "the session tables are missing or not those of this version: run postgres-setup"
            await #expect(throws: SessionStoreError.unavailable(missing)) {
                try await store.session(.random(), of: .anonymous)
            }
            #expect(try await Schema.contents(in: pool) == [])
            #expect(try await Schema.drop(in: pool) == [])
            _ = try await Schema.install(in: pool)
            try await database.sql("DROP TABLE mcp_session_events")
            await #expect(throws: SchemaError.incomplete(missing: ["mcp_session_events"])) {
                try await Schema.install(in: pool)
            }
            await #expect(throws: SessionStoreError.self) { try await store.checkReadiness() }
            #expect(try await Schema.drop(in: pool).count == Schema.tables.count - 1)
            _ = try await Schema.install(in: pool)
            try await store.checkReadiness()
        }
    }

    @Test("someone else's table of one of our names is neither taken over nor dropped")
    func foreignTableOfOurName() async throws {
        try await TestDatabase.use(tables: false) { database, pool in
            try await database.sql("CREATE TABLE mcp_sessions (id int); INSERT INTO mcp_sessions VALUES (1);")
            await #expect(throws: SchemaError.foreignTable) { try await Schema.install(in: pool) }
            #expect(try await Schema.drop(in: pool) == [])
            #expect(try await database.sql("SELECT id FROM mcp_sessions") == "1")
            #expect(try await database.sql(Self.listTables) == "mcp_sessions")
        }
    }

    @Test("dropping removes what setup created, says how much it was, and leaves the rest")
    func drop() async throws {
        try await TestDatabase.use { database, pool in
            try await database.sql("CREATE TABLE mcp_other (id int); INSERT INTO mcp_other VALUES (1);")
            let store = PostgresSessionStore(pool)
            let handle = try await store.opened()
            for key in ["a", "b"] { try await store.storeValue(1, key, in: handle) }
            let contents = try await Schema.contents(in: pool)
            #expect(contents.map(\.name) == Schema.tables)
            let rows = ["mcp_session_values": 2, "mcp_sessions": 1, "mcp_schema_version": Schema.migrations.count]
            #expect(contents.allSatisfy { $0.rows == rows[$0.name] ?? 0 })
            #expect(try await Schema.drop(in: pool) == contents)
            #expect(try await database.sql(Self.listTables) == "mcp_other")
            #expect(try await database.sql("SELECT id FROM mcp_other") == "1")
            #expect(try await Schema.drop(in: pool) == [])
            _ = try await Schema.install(in: pool)
        }
    }

    @Test("where something depends on a table nothing is dropped")
    func dropWithDependant() async throws {
        try await TestDatabase.use { database, pool in
            try await database.sql("CREATE VIEW watching AS SELECT count(*) FROM mcp_sessions")
            await #expect(throws: SchemaError.self) { try await Schema.drop(in: pool) }
            #expect(try await Schema.version(in: pool)?.isUsable == true)
        }
    }
}
