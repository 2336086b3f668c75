/// A JSON number, kept as it was written: `12345678901234567890`, `1e400` and `-0` come out as they went in.
///
/// Two numbers are equal when they stand for the same mathematical value, however they are written: `1`, `1.0` and
/// `10e-1` are equal, `1e400` and `1e401` are not. Compare ``literal`` to tell spellings apart.
public struct JSONNumber: Sendable {
    /// The number as JSON text.
    public let literal: String

    /// The number that a JSON literal stands for; nil when the text does not match the grammar of RFC 8259 section 6.
    public init?(literal: String) {
        let bytes = Array(literal.utf8)
        guard JSONNumberGrammar.end(in: bytes, from: 0) == bytes.count else { return nil }
        self.literal = literal
    }

    /// A literal that the parser has checked.
    init(checked literal: String) { self.literal = literal }

    /// An integer.
    public init(_ value: some FixedWidthInteger) { literal = String(value) }

    /// The shortest literal that reads back as this number; nil for infinities and NaN, which JSON cannot say.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        literal = value.description
    }

    /// The value, when it is mathematically an integer that fits: `1e2` is 100, `1.5` and `1e19` are nil.
    public var int64Value: Int64? {
        Int64(literal) ?? JSONDecimal(literal).int64Value
    }

    /// The same as ``int64Value``, as an `Int`.
    public var intValue: Int? { int64Value.flatMap(Int.init(exactly:)) }

    /// The nearest `Double`, or nil when the value is beyond its range.
    public var doubleValue: Double? {
        Double(literal).flatMap { $0.isFinite ? $0 : nil }
    }

    /// Whether the value is mathematically an integer, of whatever size: `1.0` and `1e400` are, `1e-1` is not.
    public var isInteger: Bool { JSONDecimal(literal).isInteger }

    /// Whether both stand for the same mathematical value; the same as `==`.
    ///
    /// Nothing is expanded, so the cost is linear in the literals' lengths whatever their exponents. Exponents of more
    /// than 18 digits are beyond arithmetic here: such numbers are equal only when their exponents have the same digits.
    public func isNumericallyEqual(to other: JSONNumber) -> Bool {
        literal.hasSameBytes(as: other.literal) || JSONDecimal(literal) == JSONDecimal(other.literal)
    }
}

extension JSONNumber: Hashable {
    /// Whether both stand for the same mathematical value.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool { left.isNumericallyEqual(to: right) }

    /// Hashes the mathematical value.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(JSONDecimal(literal))
    }
}

extension JSONNumber: Comparable {
    /// Whether the left value is mathematically less.
    public static func < (left: JSONNumber, right: JSONNumber) -> Bool {
        JSONDecimal(left.literal) < JSONDecimal(right.literal)
    }
}

extension JSONNumber: CustomStringConvertible {
    /// The literal.
    public var description: String { literal }
}

/// The grammar of numbers, RFC 8259 section 6.
enum JSONNumberGrammar {
    /// The offset after the number that starts at `start`, or nil when no number starts there.
    static func end(in bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        func byte() -> UInt8? { position < bytes.count ? bytes[position] : nil }
        func skipDigits() -> Bool {
            let first = position
            while let digit = byte(), isDigit(digit) { position += 1 }
            return position > first
        }
        if byte() == UInt8(ascii: "-") { position += 1 }
        if byte() == UInt8(ascii: "0") {
            position += 1
            if let next = byte(), isDigit(next) { return nil }
        } else if !skipDigits() {
            return nil
        }
        if byte() == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() else { return nil }
        }
        if byte() == UInt8(ascii: "e") || byte() == UInt8(ascii: "E") {
            position += 1
            if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() else { return nil }
        }
        return position
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
