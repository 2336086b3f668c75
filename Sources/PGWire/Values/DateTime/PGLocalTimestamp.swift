/// A value of type `timestamp`, which is a date and the time of a clock whose time zone is not told; or one of the two
/// infinities.
///
/// Where a moment is meant, use `timestamptz` and ``PGTimestamp``. See
/// [Date/Time Types](https://www.postgresql.org/docs/current/datatype-datetime.html).
public enum PGLocalTimestamp: Hashable, Sendable {
    /// Later than every other.
    case infinity
    /// Earlier than every other.
    case negativeInfinity
    /// Microseconds since the clock showed 2000-01-01 00:00:00. The server holds 4713-11-24 BC to the end of the year
    /// 294276; what is beyond is refused when it is to be sent.
    case microsecondsSince2000(Int64)

    /// The time of a day; nil for an infinite day and where the server cannot hold it.
    public init?(_ date: PGDate, _ time: PGTime) {
        guard let (year, month, day) = date.components, PGTime.range.contains(time.microsecondsSinceMidnight),
            let civil = CivilDate(year: year, month: month, day: day), let value = TimestampText.join(civil, time)
        else { return nil }
        self = .microsecondsSince2000(value)
    }

    /// What a clock that shows UTC shows at a moment.
    public init(utc moment: PGTimestamp) {
        switch moment {
        case .infinity: self = .infinity
        case .negativeInfinity: self = .negativeInfinity
        case .microsecondsSince2000(let value): self = .microsecondsSince2000(value)
        }
    }

    /// The day; an infinite one for an infinity.
    public var date: PGDate {
        switch self {
        case .infinity: .infinity
        case .negativeInfinity: .negativeInfinity
        case .microsecondsSince2000(let value):
            .daysSince2000(Int32(truncatingIfNeeded: TimestampText.split(value).date.daysSince2000))
        }
    }

    /// The time of day; nil for an infinity.
    public var time: PGTime? {
        guard case .microsecondsSince2000(let value) = self else { return nil }
        return TimestampText.split(value).time
    }
}

extension PGTimestamp {
    /// The moment at which a clock that shows UTC shows a time.
    public init(utc local: PGLocalTimestamp) {
        switch local {
        case .infinity: self = .infinity
        case .negativeInfinity: self = .negativeInfinity
        case .microsecondsSince2000(let value): self = .microsecondsSince2000(value)
        }
    }
}

extension PGLocalTimestamp: Comparable {
    public static func < (left: PGLocalTimestamp, right: PGLocalTimestamp) -> Bool {
        PGTimestamp(utc: left) < PGTimestamp(utc: right)
    }
}

extension PGLocalTimestamp: PGTextConvertible {
    /// The time that a text names in the form `2024-02-29 08:30:00.25`, with ` BC` behind it for the years before the
    /// first, or `infinity` or `-infinity`; nil otherwise.
    public init?(_ text: String) {
        switch text {
        case "infinity": self = .infinity
        case "-infinity": self = .negativeInfinity
        default:
            guard let value = TimestampText.parse(text, hasOffset: false) else { return nil }
            self = .microsecondsSince2000(value)
        }
    }

    /// The time as the server shows it in the style ISO.
    public var description: String {
        switch self {
        case .infinity: "infinity"
        case .negativeInfinity: "-infinity"
        case .microsecondsSince2000(let value): TimestampText.text(of: value, offset: "")
        }
    }
}

extension PGLocalTimestamp: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .timestamp }
    public static var postgresArrayType: PGType { .timestampArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        switch self {
        case .infinity: buffer.append(Int64.max)
        case .negativeInfinity: buffer.append(Int64.min)
        case .microsecondsSince2000(let value):
            guard TimestampText.range.contains(value) else { throw .unencodable(.timestamp, "it is out of range") }
            buffer.append(value)
        }
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGLocalTimestamp {
        guard type == .timestamp else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        switch bytes.integer(Int64.self) {
        case .max: return .infinity
        case .min: return .negativeInfinity
        case let value?: return .microsecondsSince2000(value)
        case nil: throw .malformed(type, format)
        }
    }
}
