/// A value of type `numeric`: a decimal number with as many digits as it needs, not-a-number, or an infinity.
///
/// Nothing is rounded on the way to or from the server. The number of digits after the decimal point is kept, so that
/// `1.50` remains `1.50`; as for the server, it does not count in comparisons: `1.50` equals `1.5`, not-a-number equals
/// itself, and is greater than everything else. See
/// [Arbitrary Precision Numbers](https://www.postgresql.org/docs/current/datatype-numeric.html).
public struct PGNumeric: Sendable {
    enum Kind: Sendable { case finite, nan, infinity, negativeInfinity }

    let kind: Kind
    /// Whether the number is below zero.
    public let isNegative: Bool
    /// The power of 10,000 that the first of ``groups`` counts.
    let weight: Int
    /// How many decimal digits are shown after the point.
    public let scale: Int
    /// The digits in groups of four, without a group of zeros at either end.
    let groups: [UInt16]

    /// The most digits after the point: 16,383.
    static let maximumScale = 0x3FFF

    private init(special kind: Kind) {
        self.init(kind: kind, isNegative: kind == .negativeInfinity, weight: 0, scale: 0, groups: [])
    }

    /// A value of these parts, which are as they have to be.
    init(kind: Kind, isNegative: Bool, weight: Int, scale: Int, groups: [UInt16]) {
        self.kind = kind
        self.isNegative = isNegative
        self.weight = weight
        self.scale = scale
        self.groups = groups
    }

    /// A number from groups that may begin or end in zeros; nil where it is too large for the server, or has digits
    /// beyond its scale.
    init?(isNegative: Bool, weight: Int, scale: Int, groups: [UInt16]) {
        guard (0...Self.maximumScale).contains(scale) else { return nil }
        let leading = groups.prefix { $0 == 0 }.count
        guard leading < groups.count else {
            self.init(kind: .finite, isNegative: false, weight: 0, scale: scale, groups: [])
            return
        }
        let trailing = groups.reversed().prefix { $0 == 0 }.count
        let first = weight - leading
        let last = weight - (groups.count - 1 - trailing)
        let lastGroup = groups[groups.count - 1 - trailing]
        let zeros = lastGroup % 1000 == 0 ? 3 : lastGroup % 100 == 0 ? 2 : lastGroup % 10 == 0 ? 1 : 0
        guard first <= Int(Int16.max), last * 4 + zeros >= -scale else { return nil }
        self.init(
            kind: .finite, isNegative: isNegative, weight: first, scale: scale,
            groups: leading + trailing == 0 ? groups : Array(groups[leading..<groups.count - trailing]))
    }

    /// Not a number.
    public static let nan = PGNumeric(special: .nan)
    /// Greater than every number; servers have it from version 14.
    public static let infinity = PGNumeric(special: .infinity)
    /// Less than every number; servers have it from version 14.
    public static let negativeInfinity = PGNumeric(special: .negativeInfinity)

    /// Whether this is not-a-number.
    public var isNaN: Bool { kind == .nan }
    /// Whether this is a number, not an infinity or not-a-number.
    public var isFinite: Bool { kind == .finite }
    /// Whether this is zero.
    public var isZero: Bool { kind == .finite && groups.isEmpty }
}

extension PGNumeric: Comparable, Hashable {
    public static func == (left: PGNumeric, right: PGNumeric) -> Bool {
        left.kind == right.kind && left.isNegative == right.isNegative && left.weight == right.weight
            && left.groups == right.groups
    }

    public static func < (left: PGNumeric, right: PGNumeric) -> Bool {
        let (leftRank, rightRank) = (left.rank, right.rank)
        guard leftRank == rightRank, left.kind == .finite else { return leftRank < rightRank }
        return left.isNegative ? right.isLessInMagnitude(than: left) : left.isLessInMagnitude(than: right)
    }

    /// Where a value stands among those of other kinds and signs.
    private var rank: Int {
        switch kind {
        case .negativeInfinity: -2
        case .finite: isNegative ? -1 : groups.isEmpty ? 0 : 1
        case .infinity: 2
        case .nan: 3
        }
    }

    private func isLessInMagnitude(than other: PGNumeric) -> Bool {
        guard weight == other.weight else { return weight < other.weight }
        return groups.lexicographicallyPrecedes(other.groups)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(isNegative)
        hasher.combine(weight)
        hasher.combine(groups)
    }
}
