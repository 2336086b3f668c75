import Glibc

/// A value of type `timestamptz`, to the microsecond, or one of the two infinities.
///
/// It reads `timestamp` too. That type has no time zone; its value is then the moment at which a clock that shows UTC
/// shows it.
///
/// See [Date/Time Types](https://www.postgresql.org/docs/current/datatype-datetime.html).
public enum PGTimestamp: Hashable, Sendable {
    /// Later than every other.
    case infinity
    /// Earlier than every other.
    case negativeInfinity
    /// Microseconds since 2000-01-01 00:00:00 UTC, leap seconds not counted. The server holds 4713-11-24 BC to the end
    /// of the year 294276; what is beyond is refused when it is to be sent.
    case microsecondsSince2000(Int64)

    /// The moment so many microseconds after 1970-01-01 00:00:00 UTC, or nil where it cannot be counted from 2000.
    public init?(unixMicroseconds: Int64) {
        let (value, overflow) = unixMicroseconds.subtractingReportingOverflow(TimestampText.unixOffset)
        guard !overflow else { return nil }
        self = .microsecondsSince2000(value)
    }

    /// Microseconds since 1970-01-01 00:00:00 UTC; nil for an infinity, and for what an `Int64` cannot hold.
    public var unixMicroseconds: Int64? {
        guard case .microsecondsSince2000(let value) = self else { return nil }
        let (unix, overflow) = value.addingReportingOverflow(TimestampText.unixOffset)
        return overflow ? nil : unix
    }
}

extension PGTimestamp {
    /// The moment that it is now by this machine's clock.
    public static var now: PGTimestamp {
        var time = timespec()
        // It fails for no clock that there is.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return .microsecondsSince2000(
            Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec / 1000) - TimestampText.unixOffset)
    }

    /// The moment so many seconds, and parts of one, after 1970-01-01 00:00:00 UTC.
    ///
    /// Nil where the duration is no whole number of microseconds or cannot be counted from 2000.
    public init?(sinceUnixEpoch duration: Duration) {
        guard let microseconds = duration.exactMicroseconds else { return nil }
        self.init(unixMicroseconds: microseconds)
    }

    /// How long after 1970-01-01 00:00:00 UTC the moment is; nil for an infinity, and for what an `Int64` cannot hold in
    /// microseconds.
    public var sinceUnixEpoch: Duration? { unixMicroseconds.map { .microseconds($0) } }
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

extension PGTimestamp: PGTextConvertible {
    /// The moment that a text names in the form `2024-02-29 08:30:00.25+01`, with ` BC` behind it for the years before
    /// the first, or `infinity` or `-infinity`; nil otherwise.
    public init?(_ text: String) {
        switch text {
        case "infinity": self = .infinity
        case "-infinity": self = .negativeInfinity
        default:
            guard let value = TimestampText.parse(text, hasOffset: true) else { return nil }
            self = .microsecondsSince2000(value)
        }
    }

    /// The moment as the server shows it in the style ISO and the time zone UTC.
    public var description: String {
        switch self {
        case .infinity: "infinity"
        case .negativeInfinity: "-infinity"
        case .microsecondsSince2000(let value): TimestampText.text(of: value, offset: "+00")
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
            guard TimestampText.range.contains(value) else { throw .unencodable(.timestamptz, "it is out of range") }
            buffer.append(value)
        }
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGTimestamp {
        guard type == .timestamptz || type == .timestamp else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else {
            // A timestamp's text has no offset; its clock is taken to show UTC.
            guard type == .timestamp else { return try decode(text: bytes, type: type) }
            return PGTimestamp(utc: try PGLocalTimestamp.decode(bytes, type: type, format: format))
        }
        switch bytes.integer(Int64.self) {
        case .max: return .infinity
        case .min: return .negativeInfinity
        case let value?: return .microsecondsSince2000(value)
        case nil: throw .malformed(type, format)
        }
    }
}
