/// A piece of SQL with its parameters, from which a query is put together at run time.
///
/// As in a ``PGQuery``, interpolated values become parameters. They get their numbers when the fragment is interpolated
/// into a query.
/// ```swift
/// var filter: PGFragment = "WHERE owner = \(owner)"
/// if let name { filter += " AND name = \(name)" }
/// try await pool.query("SELECT id FROM items \(filter) ORDER BY id")
/// ```
public struct PGFragment: Sendable, ExpressibleByStringInterpolation {
    /// The text before, between and behind the parameters: one piece more than there are parameters.
    private var pieces: [String]
    /// The parameters, in order.
    public private(set) var parameters: PGParameters

    /// A fragment without parameters.
    public init(stringLiteral value: String) {
        pieces = [value]
        parameters = PGParameters()
    }

    /// The fragment that an interpolated literal spells.
    public init(stringInterpolation: Interpolation) {
        self = stringInterpolation.fragment
    }

    /// A fragment from a text made at run time. The text is sent as it is: nothing that a user gave may be part of it.
    public init(unsafeSQL sql: String) { self.init(stringLiteral: sql) }

    /// One fragment behind another.
    public static func + (left: PGFragment, right: PGFragment) -> PGFragment {
        var sum = left
        sum += right
        return sum
    }

    /// Appends a fragment.
    public static func += (left: inout PGFragment, right: PGFragment) {
        left.pieces[left.pieces.count - 1] += right.pieces[0]
        left.pieces.append(contentsOf: right.pieces.dropFirst())
        left.parameters.append(contentsOf: right.parameters)
    }

    /// Appends the text with its parameters numbered from `first`.
    func append(to sql: inout String, numberedFrom first: Int) {
        sql += pieces[0]
        for (index, piece) in pieces.dropFirst().enumerated() { sql += "$\(first + index)\(piece)" }
    }

    fileprivate mutating func append(sql: String) { pieces[pieces.count - 1] += sql }

    fileprivate mutating func append(_ value: some PGEncodable) {
        parameters.append(value)
        pieces.append("")
    }

    fileprivate mutating func fail(_ error: PGError) { parameters.fail(error) }

    /// Gathers the text and the parameters of a literal.
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var fragment = PGFragment(stringLiteral: "")

        /// Called by the compiler.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Called by the compiler for the text between the values.
        public mutating func appendLiteral(_ literal: String) { fragment.append(sql: literal) }

        /// A parameter.
        public mutating func appendInterpolation(_ value: some PGEncodable) { fragment.append(value) }

        /// A parameter that may be NULL.
        ///
        /// It does what the one above does; without it the compiler warns of an optional in a text.
        public mutating func appendInterpolation<Value: PGEncodable>(_ value: Value?) { fragment.append(value) }

        /// A fragment within this one.
        public mutating func appendInterpolation(_ other: PGFragment) { fragment += other }

        /// A name in double quotes, as in a ``PGQuery``.
        public mutating func appendInterpolation(identifier parts: String...) {
            do throws(PGError) {
                fragment.append(sql: try QuotedIdentifier(parts).sql)
            } catch {
                fragment.fail(error)
            }
        }

        /// A piece of SQL that the program itself made, such as a sort order that it chose from a list.
        public mutating func appendInterpolation(unsafeSQL fragment: String) { self.fragment.append(sql: fragment) }
    }
}

extension Sequence<PGFragment> {
    /// The fragments one behind the other, with a text between them such as ` AND `.
    public func joined(separator: PGFragment) -> PGFragment {
        var (sum, isFirst): (PGFragment, Bool) = ("", true)
        for fragment in self {
            if !isFirst { sum += separator }
            sum += fragment
            isFirst = false
        }
        return sum
    }
}

extension PGQuery {
    /// The statement that a fragment spells.
    public init(_ fragment: PGFragment) {
        var sql = ""
        fragment.append(to: &sql, numberedFrom: 1)
        self.init(unsafeSQL: sql, fragment.parameters)
    }
}
