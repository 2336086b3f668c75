/// A value of a range type.
///
/// Two ranges are equal here where their ends are; the server brings ranges of whole numbers and days into one form,
/// `[1,3]` into `[1,4)`. See [Range Types](https://www.postgresql.org/docs/current/rangetypes.html).
public enum PGRange<Bound: PGRangeBound>: Sendable {
    /// No value at all.
    case empty
    /// The values between two ends.
    case between(End, End)

    /// Where a range ends.
    public enum End: Sendable {
        /// At a value that belongs to the range.
        case including(Bound)
        /// At a value that does not belong to the range.
        case excluding(Bound)
        /// Nowhere.
        case unbounded

        /// The value at the end, whether or not it belongs to the range.
        public var bound: Bound? {
            switch self {
            case .including(let bound), .excluding(let bound): bound
            case .unbounded: nil
            }
        }

        var isIncluding: Bool { if case .including = self { true } else { false } }
    }

    /// All values.
    public static var all: PGRange { .between(.unbounded, .unbounded) }
}

extension PGRange.End: Equatable where Bound: Equatable {}
extension PGRange.End: Hashable where Bound: Hashable {}
extension PGRange.End: Codable where Bound: Codable {}
extension PGRange: Equatable where Bound: Equatable {}
extension PGRange: Hashable where Bound: Hashable {}
extension PGRange: Codable where Bound: Codable {}

extension PGRange where Bound: Comparable {
    /// From a value on and up to another one, which does not belong to the range.
    public init(_ range: Range<Bound>) {
        self = range.isEmpty ? .empty : .between(.including(range.lowerBound), .excluding(range.upperBound))
    }

    /// From a value to another one; both belong to the range.
    public init(_ range: ClosedRange<Bound>) {
        self = .between(.including(range.lowerBound), .including(range.upperBound))
    }

    /// From a value on.
    public init(_ range: PartialRangeFrom<Bound>) { self = .between(.including(range.lowerBound), .unbounded) }

    /// Up to a value, which does not belong to the range.
    public init(_ range: PartialRangeUpTo<Bound>) { self = .between(.unbounded, .excluding(range.upperBound)) }

    /// Up to a value, which belongs to the range.
    public init(_ range: PartialRangeThrough<Bound>) { self = .between(.unbounded, .including(range.upperBound)) }

    /// Whether a value belongs to the range.
    public func contains(_ value: Bound) -> Bool {
        guard case .between(let lower, let upper) = self else { return false }
        let isAbove =
            switch lower {
            case .including(let bound): value >= bound
            case .excluding(let bound): value > bound
            case .unbounded: true
            }
        let isBelow =
            switch upper {
            case .including(let bound): value <= bound
            case .excluding(let bound): value < bound
            case .unbounded: true
            }
        return isAbove && isBelow
    }
}

extension PGRange: CustomStringConvertible where Bound: CustomStringConvertible {
    /// The range in a form that the server reads, such as `[1,4)`.
    public var description: String {
        guard case .between(let lower, let upper) = self else { return "empty" }
        return (lower.isIncluding ? "[" : "(") + Self.text(of: lower) + "," + Self.text(of: upper)
            + (upper.isIncluding ? "]" : ")")
    }

    private static func text(of end: End) -> String {
        guard let text = end.bound?.description else { return "" }
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"\"\\()[]{},".utf8.contains($0) }
        guard !isPlain else { return text }
        return "\"" + text.escaping(["\\": "\\", "\"": "\""]) + "\""
    }
}
