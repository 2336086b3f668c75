/// A statement and its parameters.
///
/// A string literal with interpolations is one: each interpolated value becomes a parameter, never a piece of the SQL
/// text, so that no value can change what the statement means.
/// ```swift
/// let name = "O'Hara"
/// try await pool.query("SELECT id FROM users WHERE name = \(name)")   // SELECT id FROM users WHERE name = $1
/// ```
/// A list is one parameter too, an array: `WHERE id = ANY(\(ids))`, not `IN`. The name of a table or a column is
/// interpolated as `\(identifier: name)`, and what differs from call to call is put together from ``PGFragment``.
///
/// See [Extended Query](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY).
public struct PGQuery: Sendable, ExpressibleByStringInterpolation {
    /// The text, with `$1`, `$2` … in the place of the parameters.
    public let sql: String
    /// The parameters, in order.
    public let parameters: PGParameters

    /// A statement without parameters.
    public init(stringLiteral value: String) {
        self.init(unsafeSQL: value)
    }

    /// The statement that an interpolated literal spells.
    public init(stringInterpolation: Interpolation) {
        self.init(unsafeSQL: stringInterpolation.sql, stringInterpolation.parameters)
    }

    /// A statement from a text made at run time. The text is sent as it is: nothing that a user gave may be part of it.
    @inlinable
    public init(unsafeSQL sql: String, _ parameters: PGParameters = PGParameters()) {
        self.sql = sql
        self.parameters = parameters
    }

    /// A statement from a text made at run time, with its parameters.
    @inlinable
    public init<each Value: PGEncodable>(unsafeSQL sql: String, _ values: repeat each Value) {
        var parameters = PGParameters()
        for value in repeat each values { parameters.append(value) }
        self.init(unsafeSQL: sql, parameters)
    }

    /// Gathers the text and the parameters of a literal.
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var sql = ""
        @usableFromInline var parameters = PGParameters()

        /// Called by the compiler.
        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        /// Called by the compiler for the text between the values.
        public mutating func appendLiteral(_ literal: String) {
            sql += literal
        }

        /// A parameter.
        @inlinable
        public mutating func appendInterpolation(_ value: some PGEncodable) {
            parameters.append(value)
            appendPlaceholder()
        }

        /// A parameter that may be NULL.
        ///
        /// It does what the one above does; without it the compiler warns of an optional in a text.
        @inlinable
        public mutating func appendInterpolation<Value: PGEncodable>(_ value: Value?) {
            parameters.append(value)
            appendPlaceholder()
        }

        /// The placeholders that nearly all statements do with: making a text of a number costs more than all the rest.
        private static let placeholders = (1...16).map { "$\($0)" }

        @usableFromInline
        mutating func appendPlaceholder() {
            let number = parameters.count
            sql += number <= 16 ? Self.placeholders[number - 1] : "$\(number)"
        }

        /// The name of a table, a column or another object, in double quotes; several parts become `"schema"."table"`.
        ///
        /// The name is taken as it is, upper and lower case told apart. One that is empty, holds U+0000, or has more than
        /// 63 bytes, of which the server would silently drop the rest, is reported when the query runs. See
        /// [Identifiers](https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS).
        public mutating func appendInterpolation(identifier parts: String...) {
            do throws(PGError) {
                sql += try QuotedIdentifier(parts).sql
            } catch {
                parameters.fail(error)
            }
        }

        /// A piece of SQL with parameters of its own, which are numbered anew.
        public mutating func appendInterpolation(_ fragment: PGFragment) {
            fragment.append(to: &sql, numberedFrom: parameters.count + 1)
            parameters.append(contentsOf: fragment.parameters)
        }

        /// A piece of SQL that the program itself made, such as the name of a table it chose from a list.
        public mutating func appendInterpolation(unsafeSQL fragment: String) {
            sql += fragment
        }
    }
}
