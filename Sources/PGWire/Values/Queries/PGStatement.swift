/// The text of a statement with its placeholders, written once and run with different values.
///
/// It does what a ``PGQuery`` with interpolated values does, without putting the text together each time:
/// ```swift
/// static let find: PGStatement = "SELECT id FROM users WHERE name = $1 AND age > $2"
/// try await pool.query(find("O'Hara", 18))
/// ```
/// Only a literal can be one, so that no value becomes a piece of the text. The server prepares it on each connection at
/// its first use, as any other. See [PREPARE](https://www.postgresql.org/docs/current/sql-prepare.html) for `$1`, `$2` ….
public struct PGStatement: Sendable, ExpressibleByStringLiteral {
    /// The text, with `$1`, `$2` … in the place of the parameters.
    public let sql: String

    /// The statement that a literal spells.
    public init(stringLiteral value: StaticString) {
        sql = "\(value)"
    }

    /// The statement with values for its placeholders, in their order.
    @inlinable
    public func callAsFunction<each Value: PGEncodable>(_ values: repeat each Value) -> PGQuery {
        PGQuery(unsafeSQL: sql, repeat each values)
    }
}
