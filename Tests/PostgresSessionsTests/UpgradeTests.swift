import MCP
import PGWire
import Synchronization
import TestSupport
import Testing

@testable import PostgresSessions

/// Tables of earlier versions, with what is in them, under the programs of then and of now.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2)))
struct UpgradeTests {
    /// How many sessions a program opened beside.
    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int {
            get { count.withLock { $0 } }
            set { count.withLock { $0 = newValue } }
        }
    }

    private static let versions = Schema.migrations.dropLast().map(\.version)
    private static let handle = SessionHandle.random()
    private static let stream = StreamID.random()

    @Test(
        "many instances that start at once upgrade each earlier version, in use, and find what was in it",
        arguments: versions)
    func upgrade(from version: Int) async throws {
        try await TestDatabase.use(tables: false) { database, pool in
            try await Schema.install(version, in: pool)
            try await fill(database)
            let opened = Counter()
            let using = Task {
                while !Task.isCancelled {
                    let number = opened.value
                    try await Self.openAsInVersion1("sha256('\(number)')", "s\(number)", database)
                    opened.value = number + 1
                }
            }
            #expect(await eventually { opened.value > 2 })
            let changes = try await withThrowingTaskGroup(of: Schema.Change.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await database.withPool(connections: 1) { pool in
                            let change = try await Schema.install(in: pool)
                            try await PostgresSessionStore(pool).checkReadiness()
                            return change
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(changes.filter { $0.from == version && !$0.statements.isEmpty }.count == 1)
            #expect(changes.allSatisfy { $0.to == Schema.currentVersion })
            let before = opened.value
            #expect(await eventually { opened.value > before + 2 })
            using.cancel()
            try await using.value
            try await useAsNow(pool)
        }
    }

    @Test("programs of version 3 go on working with the tables of now")
    func olderProgram() async throws {
        try await TestDatabase.use { database, pool in
            let store = PostgresSessionStore(pool)
            let handle = try await store.opened()
            let (stream, digest, payload): (StreamID, [UInt8], [UInt8]) = (.random(), handle.digest, [1])
            let (retention, none): (Int64, [UInt8]?) = (600_000_000, nil)
            let opened = try await pool.query(
                PGQuery(
                    unsafeSQL: StatementsOfVersion3.openStream, digest, "", stream.rawValue, Int64(9), Int32(7), none))
            #expect(try opened.decode(as: (Bool, Bool).self).first ?? (false, false) == (true, true))
            func append(_ stream: StreamID, final: Bool) async throws -> Int64? {
                try await pool.query(
                    PGQuery(
                        unsafeSQL: StatementsOfVersion3.append, digest, "", stream.rawValue, payload, Int64(1), final,
                        Int64(9), Int64(99), retention)
                ).decode(as: (Bool, Int64?).self).first?.1
            }
            func events(_ stream: StreamID) async throws -> [(ended: Bool?, sequence: Int64?)] {
                let result = try await pool.query(
                    PGQuery(
                        unsafeSQL: StatementsOfVersion3.events, digest, "", stream.rawValue, Int64(0), Int64(9),
                        retention))
                return try result.map {
                    (try $0.decode(Bool?.self, named: "ended"), try $0.decode(Int64?.self, named: "sequence"))
                }
            }
            #expect(try await append(stream, final: false) == 1)
            #expect(try await events(stream).map(\.ended) == [false])
            #expect(try await append(stream, final: true) == 2)
            let start = EventID(stream: stream, sequence: 0)
            let found = try await store.events(after: start, in: handle, of: .anonymous, limit: 9)
            #expect(found.events.map(\.payload) == [payload, payload] && found.ended && found.kind == .response)
            // A stream of changes ends for them with what is there; its client comes back.
            let changes = try await store.openStream(.changes, lastWords: nil, in: handle, of: .anonymous)
            try await store.tell(payload, ofResource: nil)
            #expect(try await events(changes).map(\.sequence) == [1])
            #expect(try await events(changes).map(\.ended) == [true])
            #expect(try await append(changes, final: false) == nil)
        }
    }

    /// What a program of version 1 writes.
    private static func openAsInVersion1(_ session: String, _ stream: String, _ database: TestDatabase) async throws {
        try await database.sql(
            """
            INSERT INTO mcp_sessions (
                session, principal, era, protocol_version, client_info, client_capabilities,
                created_at, last_activity, lifetime, sweep_at)
            SELECT \(session), '', 'legacy', '2025-11-25', NULL, NULL, now(), now(), l, now() + l
            FROM (SELECT interval '1 day' AS l) l;
            INSERT INTO mcp_session_streams (session, stream, opened_at)
            SELECT \(session), '\(stream)', clock_timestamp();
            INSERT INTO mcp_session_events (session, stream, sequence, payload, final, created_at)
            SELECT \(session), '\(stream)', 1, '\\x01', false, now();
            UPDATE mcp_session_streams SET last_sequence = 1, byte_count = 1 WHERE session = \(session)
            """)
    }

    private func fill(_ database: TestDatabase) async throws {
        let digest = Self.handle.digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let session = "'\\x\(digest)'::bytea"
        try await Self.openAsInVersion1(session, Self.stream.rawValue, database)
        try await database.sql(
            """
            INSERT INTO mcp_session_values (session, key, value, version, first_version, bytes)
            VALUES (\(session), 'k', '"kept"', 3, 1, 7);
            UPDATE mcp_sessions SET key_count = 1, byte_count = 7 WHERE session = \(session)
            """)
    }

    private func useAsNow(_ pool: PGPool) async throws {
        let (store, handle) = (PostgresSessionStore(pool), Self.handle)
        let kept = try await store.value(forKey: "k", in: handle, of: .anonymous)
        #expect(kept?.value == "kept" && kept?.version == 3)
        #expect(try await store.storeValue(1, "k", in: handle).version == 4)
        let record = try await store.session(handle, of: .anonymous)
        #expect(record.era == .legacy && record.label == nil && record.subscriptions == [] && record.logLevel == nil)
        #expect(
            try await store.append([2], final: true, to: Self.stream, in: handle, of: .anonymous).sequence == 2)
        let start = EventID(stream: Self.stream, sequence: 0)
        let found = try await store.events(after: start, in: handle, of: .anonymous, limit: 9)
        #expect(found.events.map(\.payload) == [[1], [2]] && found.ended && found.kind == .response)
        _ = try await store.openStream(.changes, lastWords: nil, in: handle, of: .anonymous)
        try await store.tell([1], ofResource: nil)
        #expect(try await store.sweep() == 0)
        #expect(try await store.close(handle, of: .anonymous) == 1)
    }
}

extension Schema {
    /// Creates the tables of an earlier version.
    static func install(_ version: Int, in pool: PGPool) async throws {
        let statements = try await plan(in: pool).statements
        let last = statements.firstIndex { $0.contains("VALUES (\(version), ") } ?? 0
        for statement in statements[...last] {
            _ = try await pool.query(PGQuery(unsafeSQL: statement))
        }
    }
}
