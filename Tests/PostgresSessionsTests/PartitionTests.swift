import MCP
import PGWire
import SessionStoreTesting
import TestSupport
import Testing

@testable import PostgresSessions

/// The tables, partitioned by the session: what servers of their own would be to Citus.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(5)))
struct PartitionTests {
    private static let partitions = 4

    /// Creates the tables with partitions in the place of each that has sessions.
    private static func createTables(_ database: TestDatabase, _ pool: PGPool) async throws {
        var script: [String] = []
        for statement in try await Schema.plan(in: pool).statements {
            guard statement.hasPrefix("CREATE TABLE mcp_session"),
                let name = statement.split(separator: " ").dropFirst(2).first
            else {
                script.append(statement)
                continue
            }
            script.append("\(statement.split(separator: " WITH (fillfactor")[0]) PARTITION BY HASH (session)")
            for number in 0..<partitions {
                script.append(
                    """
                    CREATE TABLE \(name)_part\(number) PARTITION OF \(name)
                    FOR VALUES WITH (MODULUS \(partitions), REMAINDER \(number))
                    """)
            }
        }
        script.append("GRANT ALL ON ALL TABLES IN SCHEMA public TO mcp")
        try await database.sql(script.joined(separator: ";\n"))
    }

    @Test("the store keeps the contract on partitioned tables", arguments: SessionStoreContract.rules)
    func contract(_ rule: SessionStoreContract) async throws {
        try await TestDatabase.use(tables: false) { database, pool in
            try await Self.createTables(database, pool)
            try await rule.check { limits in
                SubjectStore(PostgresSessionStore(pool, limits: limits), elapse: database.elapse)
            }
        }
    }

    @Test("each call's statement touches the partition of its session alone", arguments: Statement.calls)
    func onePartition(_ statement: String) async throws {
        try await TestDatabase.use(connections: 1, tables: false) { database, pool in
            try await Self.createTables(database, pool)
            let types =
                try await database.sql(
                    """
                    PREPARE q AS \(statement);
                    SELECT array_to_string(parameter_types::text[], ',') FROM pg_prepared_statements
                    """
                ).split(separator: "\n").last?.split(separator: ",") ?? []
            let arguments = types.enumerated().map { place, type in
                switch type {
                case "bytea": place == 0 ? "'\\x\(String(repeating: "5a", count: 32))'" : "'\\x01'"
                case "boolean": "true"
                case "text": "'a'"
                default: "1"
                }
            }
            let plan = try await database.sql(
                """
                PREPARE q AS \(statement);
                EXPLAIN EXECUTE q(\(arguments.joined(separator: ", ")))
                """)
            let touched = Set((0..<Self.partitions).filter { plan.contains("_part\($0)") })
            #expect(touched.count <= 1, "\(plan)")
            #expect(touched.count == 1 || plan.contains("Insert on mcp_session"), "\(plan)")
        }
    }
}

extension Statement {
    /// The statements of calls that name a session.
    static let calls = [
        read, summary, close, clear, value, storeValue, replaceValue, deleteValue, incrementValue, keys, openStream,
        append, events, setLogLevel, subscribe, unsubscribe, post, take,
    ]
}
