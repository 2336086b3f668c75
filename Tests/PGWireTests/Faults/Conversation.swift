import TestSupport

@testable import PGWire

/// What the tests of faults do on a connection: log in, read rows, provoke an error, write a key in a transaction.
struct Conversation: Sendable {
    /// How it ended.
    enum Outcome: Sendable {
        /// The commit was confirmed.
        case written
        /// It ended before its end.
        case failed(PGError)
        /// The connection gave an answer that was not the server's, or threw what is no ``PGError``.
        case wrong(String)
    }

    /// The table of keys.
    let table: String

    /// Makes the table, in which a key that was written twice would stand twice.
    init(_ server: PostgresServer, table: String) async throws {
        self.table = table
        try await server.sql("CREATE TABLE \(table) (key int8)", as: .mcp)
    }

    /// The keys that were committed.
    func keys(_ server: PostgresServer) async throws -> [Int64] {
        try await server.sql("SELECT key FROM \(table)").split(separator: "\n").compactMap { Int64($0) }
    }

    func run(_ key: Int64, in pool: PGPool) async -> Outcome {
        do {
            return try await pool.withConnection { connection in
                let query: PGQuery = "SELECT n, repeat('x', n::int), NULL FROM generate_series(1::int8, \(Int64(3))) n"
                let rows = try await connection.query(query).decode(as: (Int64, String, String?).self)
                guard rows.map(\.0) == [1, 2, 3], rows.map(\.1) == ["x", "xx", "xxx"] else {
                    return .wrong("the rows \(rows)")
                }
                let error = await failure { () async throws(PGError) in try await connection.query("SELECT 1/0") }
                guard let error else { return .wrong("no error of a division by zero") }
                guard error.sqlState == "22012" else { return .failed(error) }
                try await connection.withTransaction { transaction in
                    _ = try await transaction.query(PGQuery(unsafeSQL: "INSERT INTO \(table) VALUES (\(key))"))
                }
                return .written
            }
        } catch let error as PGError {
            return .failed(error)
        } catch {
            return .wrong("\(error)")
        }
    }
}
