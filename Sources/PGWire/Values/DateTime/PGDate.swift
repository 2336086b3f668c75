/// A value of type `date`: a day of the Gregorian calendar, or one of the two infinities.
///
/// See [Date/Time Types](https://www.postgresql.org/docs/current/datatype-datetime.html).
public enum PGDate: Hashable, Sendable {
    /// Later than every other.
    case infinity
    /// Earlier than every other.
    case negativeInfinity
    /// Days since 2000-01-01. The server holds the days from 4713-11-24 BC to 5874897-12-31.
    case daysSince2000(Int32)

    /// What the server holds.
    private static let range: ClosedRange<Int32> = -2_451_545...2_145_031_948

    /// A day of the Gregorian calendar, or nil where there is no such day or the server cannot hold it.
    ///
    /// - Parameters:
    ///   - year: 0 is 1 BC, -1 is 2 BC and so on.
    ///   - month: From 1 to 12.
    ///   - day: From 1.
    public init?(year: Int, month: Int, day: Int) {
        guard let date = CivilDate(year: year, month: month, day: day),
            let days = Int32(exactly: date.daysSince2000), Self.range.contains(days)
        else { return nil }
        self = .daysSince2000(days)
    }

    /// The day so many days after 1970-01-01, or nil where the server cannot hold it.
    public init?(unixDays: Int) {
        let (difference, overflow) = unixDays.subtractingReportingOverflow(10_957)
        guard !overflow, let days = Int32(exactly: difference), Self.range.contains(days) else { return nil }
        self = .daysSince2000(days)
    }

    /// Days since 1970-01-01; nil for an infinity.
    public var unixDays: Int? {
        guard case .daysSince2000(let days) = self else { return nil }
        return Int(days) + 10_957
    }

    /// The day in the Gregorian calendar, in which the year 0 is 1 BC; nil for an infinity.
    public var components: (year: Int, month: Int, day: Int)? {
        guard case .daysSince2000(let days) = self else { return nil }
        let date = CivilDate(daysSince2000: Int(days))
        return (date.year, date.month, date.day)
    }
}

extension PGDate: Comparable {
    public static func < (left: PGDate, right: PGDate) -> Bool { left.order < right.order }

    private var order: Int64 {
        switch self {
        case .infinity: .max
        case .negativeInfinity: .min
        case .daysSince2000(let days): Int64(days)
        }
    }
}

extension PGDate: PGTextConvertible {
    /// The day that a text in ISO form names, such as `2024-02-29` or `0044-03-15 BC`, or `infinity` or `-infinity`; nil
    /// otherwise.
    public init?(_ text: String) {
        switch text {
        case "infinity":
            self = .infinity
            return
        case "-infinity":
            self = .negativeInfinity
            return
        default: break
        }
        var scanner = TextScanner(text)
        guard let written = scanner.date(), let date = scanner.era(of: written), scanner.isAtEnd else { return nil }
        self.init(year: date.year, month: date.month, day: date.day)
    }

    /// The day as the server shows it in the style ISO.
    public var description: String {
        switch self {
        case .infinity: return "infinity"
        case .negativeInfinity: return "-infinity"
        case .daysSince2000(let days):
            let date = CivilDate(daysSince2000: Int(days))
            return date.text + (date.isBeforeChrist ? " BC" : "")
        }
    }
}

extension PGDate: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .date }
    public static var postgresArrayType: PGType { .dateArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        switch self {
        case .infinity: buffer.append(Int32.max)
        case .negativeInfinity: buffer.append(Int32.min)
        case .daysSince2000(let days):
            guard Self.range.contains(days) else { throw .unencodable(.date, "it is out of range") }
            buffer.append(days)
        }
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGDate {
        guard type == .date else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        switch bytes.integer(Int32.self) {
        case .max: return .infinity
        case .min: return .negativeInfinity
        case let days?: return .daysSince2000(days)
        case nil: throw .malformed(type, format)
        }
    }
}
