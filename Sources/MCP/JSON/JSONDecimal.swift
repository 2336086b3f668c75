/// The mathematical value of a number literal: ± digits × 10^exponent, with digits that neither start nor end in 0.
///
/// Every value has exactly one such form, so comparing forms compares values and nothing needs expanding.
struct JSONDecimal: Hashable {
    /// How an exponent is kept: as a number, or, from 19 digits on, as its digits.
    enum Exponent: Hashable {
        case number(Int)
        case beyond(isNegative: Bool, digits: [UInt8])
    }

    /// False for zero.
    let isNegative: Bool
    /// Values 0...9, most significant first; empty for zero.
    let digits: [UInt8]
    let exponent: Exponent

    /// The value of a literal that matches the grammar of JSON numbers.
    init(_ literal: String) {
        var isNegative = false
        var digits: [UInt8] = []
        var fractionDigits = 0
        var isFraction = false
        var isExponent = false
        var exponentIsNegative = false
        var exponentDigits: [UInt8] = []
        for byte in literal.utf8 {
            switch byte {
            case UInt8(ascii: "-") where isExponent: exponentIsNegative = true
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): isExponent = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = byte - UInt8(ascii: "0")
                if isExponent {
                    if digit != 0 || !exponentDigits.isEmpty { exponentDigits.append(digit) }
                } else {
                    if digit != 0 || !digits.isEmpty { digits.append(digit) }
                    if isFraction { fractionDigits += 1 }
                }
            default: break
            }
        }
        var trailingZeros = 0
        while digits.last == 0 {
            digits.removeLast()
            trailingZeros += 1
        }
        self.digits = digits
        self.isNegative = isNegative && !digits.isEmpty
        if digits.isEmpty {
            exponent = .number(0)
        } else if exponentDigits.count > 18 {
            exponent = .beyond(isNegative: exponentIsNegative, digits: exponentDigits)
        } else {
            let magnitude = exponentDigits.reduce(0) { $0 * 10 + Int($1) }
            exponent = .number((exponentIsNegative ? -magnitude : magnitude) + trailingZeros - fractionDigits)
        }
    }

    var isZero: Bool { digits.isEmpty }

    /// Whether the exponent is a number to calculate with.
    var isOrdinary: Bool {
        if case .number = exponent { return true }
        return false
    }

    var isInteger: Bool {
        switch exponent {
        case .number(let exponent): exponent >= 0
        case .beyond(let isNegative, _): !isNegative
        }
    }

    /// The value as an integer, when it is one and fits.
    var int64Value: Int64? {
        guard case .number(let exponent) = exponent, exponent >= 0, digits.count + min(exponent, 20) <= 19 else {
            return nil
        }
        var value: Int64 = 0
        for digit in digits + Array(repeating: 0, count: exponent) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            // Counted downwards, as the least Int64 has no positive counterpart.
            let (difference, underflow) = product.subtractingReportingOverflow(Int64(digit))
            if overflow || underflow { return nil }
            value = difference
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// Whether this is `divisor` times an integer; nil when the divisor has more than 18 significant digits.
    ///
    /// Exact, and bounded whatever the exponents: powers of ten are taken modulo the divisor's digits.
    func isMultiple(of divisor: JSONDecimal) -> Bool? {
        if isZero { return true }
        guard !divisor.isZero, divisor.digits.count <= 18 else { return nil }
        guard case .number(let own) = exponent, case .number(let other) = divisor.exponent else { return nil }
        // The digits do not end in 0: a divisor with a larger exponent leaves a remainder.
        let shift = own - other
        guard shift >= 0 else { return false }
        let modulus = divisor.digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
        var remainder: UInt64 = 0
        for digit in digits { remainder = (Self.multiply(remainder, 10, modulo: modulus) + UInt64(digit)) % modulus }
        var power = 10 % modulus
        var rest = shift
        while rest > 0, remainder != 0 {
            if rest & 1 == 1 { remainder = Self.multiply(remainder, power, modulo: modulus) }
            power = Self.multiply(power, power, modulo: modulus)
            rest >>= 1
        }
        return remainder == 0
    }

    private static func multiply(_ left: UInt64, _ right: UInt64, modulo modulus: UInt64) -> UInt64 {
        let product = (left % modulus).multipliedFullWidth(by: right % modulus)
        return modulus.dividingFullWidth(product).remainder
    }
}

extension JSONDecimal: Comparable {
    static func < (left: JSONDecimal, right: JSONDecimal) -> Bool {
        if left.isZero { return !right.isZero && !right.isNegative }
        if right.isZero { return left.isNegative }
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? magnitude(right, isLessThan: left) : magnitude(left, isLessThan: right)
    }

    /// Compares two numbers that are not zero, without their signs.
    private static func magnitude(_ left: JSONDecimal, isLessThan right: JSONDecimal) -> Bool {
        switch (left.exponent, right.exponent) {
        case (.number(let one), .number(let other)):
            // The power of ten just above the number.
            let (leftTop, rightTop) = (one + left.digits.count, other + right.digits.count)
            if leftTop != rightTop { return leftTop < rightTop }
        case (.number, .beyond(let isNegative, _)): return !isNegative
        case (.beyond(let isNegative, _), .number): return isNegative
        case (.beyond(let isNegative, let one), .beyond(let otherIsNegative, let other)):
            if isNegative != otherIsNegative { return isNegative }
            if one.count != other.count { return (one.count < other.count) != isNegative }
            if one != other { return one.lexicographicallyPrecedes(other) != isNegative }
        }
        return left.digits.lexicographicallyPrecedes(right.digits)
    }
}
