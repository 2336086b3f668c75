/// A value of type `timestamptz`, to the microsecond, or one of the two infinities.
///
/// It reads `timestamp` too. That type has no time zone; its value is then the moment at which a clock that shows UTC
/// shows it.
public enum PGTimestamp: Hashable, Sendable {
    /// Later than every other.
    case infinity
    /// Earlier than every other.
    case negativeInfinity
    /// Microseconds since 2000-01-01 00:00:00 UTC, leap seconds not counted. The server holds the years 4713 BC to
    /// 294276; the first and last `Int64` stand for the infinities on the wire and are refused here.
    case microsecondsSince2000(Int64)

    /// From 1970-01-01, Unix's beginning, to 2000-01-01, PostgreSQL's, in microseconds.
    private static let unixOffset: Int64 = 946_684_800_000_000

    /// The moment so many microseconds after 1970-01-01 00:00:00 UTC, or nil where it cannot be counted from 2000.
    public init?(unixMicroseconds: Int64) {
        let (value, overflow) = unixMicroseconds.subtractingReportingOverflow(Self.unixOffset)
        guard !overflow else { return nil }
        self = .microsecondsSince2000(value)
    }

    /// Microseconds since 1970-01-01 00:00:00 UTC; nil for an infinity, and for what an `Int64` cannot hold.
    public var unixMicroseconds: Int64? {
        guard case .microsecondsSince2000(let value) = self else { return nil }
        let (unix, overflow) = value.addingReportingOverflow(Self.unixOffset)
        return overflow ? nil : unix
    }
}

extension PGTimestamp: Comparable {
    public static func < (left: PGTimestamp, right: PGTimestamp) -> Bool {
        switch (left, right) {
        case (.microsecondsSince2000(let left), .microsecondsSince2000(let right)): left < right
        case (_, .negativeInfinity), (.infinity, _): false
        case (.negativeInfinity, _), (_, .infinity): true
        }
    }
}

extension PGTimestamp: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .timestamptz }
    public static var postgresArrayType: PGType { .timestamptzArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        switch self {
        case .infinity: buffer.append(Int64.max)
        case .negativeInfinity: buffer.append(Int64.min)
        case .microsecondsSince2000(let value):
            guard value != .max, value != .min else { throw .unencodable(.timestamptz, "it is out of range") }
            buffer.append(value)
        }
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGTimestamp {
        guard type == .timestamptz || type == .timestamp else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { throw .unreadableFormat(type, as: Self.self, format) }
        switch bytes.integer(Int64.self) {
        case .max: return .infinity
        case .min: return .negativeInfinity
        case let value?: return .microsecondsSince2000(value)
        case nil: throw .malformed(type, format)
        }
    }
}
