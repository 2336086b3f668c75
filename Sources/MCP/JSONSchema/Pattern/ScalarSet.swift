/// A set of Unicode scalars: a character class, an escape such as `\d`, or a single character.
struct ScalarSet: Sendable {
    /// What a set is made of.
    enum Item: Sendable {
        case range(ClosedRange<UInt32>)
        case property(ScalarProperty, isNegative: Bool)
        case set(ScalarSet)
    }

    var items: [Item]
    var isNegative = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let isListed = items.contains { item in
            switch item {
            case .range(let range): range.contains(scalar.value)
            case .property(let property, let isNegative): property.holds(for: scalar) != isNegative
            case .set(let set): set.contains(scalar)
            }
        }
        return isListed != isNegative
    }

    static func scalar(_ value: UInt32) -> ScalarSet { ScalarSet(items: [.range(value...value)]) }

    static let digits = ScalarSet(items: [.range(0x30...0x39)])
    static let wordCharacters = ScalarSet(items: [
        .range(0x30...0x39), .range(0x41...0x5A), .range(0x5F...0x5F), .range(0x61...0x7A),
    ])
    /// ECMA-262 WhiteSpace and LineTerminator.
    static let whitespace = ScalarSet(items: [
        .range(0x09...0x0D), .range(0x20...0x20), .range(0xA0...0xA0), .range(0x1680...0x1680),
        .range(0x2000...0x200A), .range(0x2028...0x2029), .range(0x202F...0x202F), .range(0x205F...0x205F),
        .range(0x3000...0x3000), .range(0xFEFF...0xFEFF),
    ])
    /// What `.` matches: anything but a line terminator.
    static let notLineTerminator = ScalarSet(
        items: [.range(0x0A...0x0A), .range(0x0D...0x0D), .range(0x2028...0x2029)], isNegative: true)

    func negated(_ negate: Bool) -> ScalarSet {
        negate ? ScalarSet(items: [.set(self)], isNegative: true) : self
    }
}
