import PGWire

/// The smallest query that carries a value both ways.
enum Select {
    private static let statement: PGStatement = "select $1::int8"

    static func query(_ value: Int64) -> PGQuery { statement(value) }

    static func check(_ result: PGResult, _ value: Int64) throws {
        guard try result[0].decode(Int64.self, at: 0) == value else { throw Failure("wrong answer") }
    }

    static func run(_ value: Int64, on connection: PGConnection) async throws {
        try check(try await connection.query(query(value)), value)
    }

    static func run(_ value: Int64, on pool: PGPool) async throws {
        try check(try await pool.query(query(value)), value)
    }
}
