/// A value of type `interval`: months, days and microseconds, each counted by itself, since a month has no fixed number
/// of days, nor a day of hours.
///
/// Two intervals are equal here where all three are equal; to the server a month equals 30 days and a day 24 hours. See
/// [Date/Time Types](https://www.postgresql.org/docs/current/datatype-datetime.html).
public struct PGInterval: Hashable, Sendable {
    /// Months; twelve make a year.
    public var months: Int32
    /// Days; seven make a week.
    public var days: Int32
    /// What is shorter than a day in microseconds.
    public var microseconds: Int64

    /// An interval of so many months, days and microseconds.
    public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
        self.months = months
        self.days = days
        self.microseconds = microseconds
    }

    /// An interval without months and days; nil where the duration is no whole number of microseconds, or too long.
    public init?(_ duration: Duration) {
        guard let microseconds = duration.exactMicroseconds else { return nil }
        self.init(microseconds: microseconds)
    }

    /// Longer than every other. Servers have it from version 17; for older ones it is a long interval of no special
    /// meaning.
    public static let infinity = PGInterval(months: .max, days: .max, microseconds: .max)
    /// The opposite of ``infinity``.
    public static let negativeInfinity = PGInterval(months: .min, days: .min, microseconds: .min)

    /// The interval as a duration; nil where it has months or days, which are of no fixed length.
    public var duration: Duration? { months == 0 && days == 0 ? .microseconds(microseconds) : nil }
}

extension PGInterval: PGTextConvertible {
    /// The interval that a text names in the style that the server calls `postgres`, such as
    /// `1 year 2 mons -3 days +04:05:06.789`, or `infinity` or `-infinity`; nil otherwise.
    public init?(_ text: String) {
        switch text {
        case "infinity":
            self = .infinity
            return
        case "-infinity":
            self = .negativeInfinity
            return
        default: self.init()
        }
        var (months, days): (Int64, Int64) = (0, 0)
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        var index = 0
        while index < parts.count {
            // The time of day comes last.
            if index == parts.count - 1 {
                guard let time = Self.time(String(parts[index])) else { return nil }
                microseconds = time
                break
            }
            guard let count = Self.count(parts[index]) else { return nil }
            switch parts[index + 1] {
            case "year", "years": months += count * 12
            case "mon", "mons": months += count
            case "day", "days": days += count
            default: return nil
            }
            index += 2
        }
        guard let months = Int32(exactly: months), let days = Int32(exactly: days) else { return nil }
        (self.months, self.days) = (months, days)
    }

    private static func count(_ text: Substring) -> Int64? {
        guard text.utf8.count <= 11 else { return nil }
        return Int64(text)
    }

    /// Reads `04:05:06.789` with any number of hours and a sign.
    private static func time(_ text: String) -> Int64? {
        var scanner = TextScanner(text)
        let isNegative = scanner.skip("-")
        if !isNegative { _ = scanner.skip("+") }
        guard let hours = scanner.digits(2...10), scanner.skip(":"), let minutes = scanner.digits(2...2),
            minutes < 60, scanner.skip(":"), let seconds = scanner.digits(2...2), seconds < 60,
            let microsecond = scanner.fraction(), scanner.isAtEnd
        else { return nil }
        // Subtracted from zero, since the first Int64 has no opposite.
        let whole = Int64((hours * 60 + minutes) * 60 + seconds)
        let (product, overflow) = whole.multipliedReportingOverflow(by: -1_000_000)
        let (sum, overflowOfSum) = product.subtractingReportingOverflow(Int64(microsecond))
        guard !overflow, !overflowOfSum, isNegative || sum != .min else { return nil }
        return isNegative ? sum : -sum
    }

    /// The interval as the server shows it in the style `postgres`.
    public var description: String {
        if self == .infinity { return "infinity" }
        if self == .negativeInfinity { return "-infinity" }
        var text = ""
        var wasNegative = false
        for (value, unit) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] where value != 0 {
            if !text.isEmpty { text += " " }
            // A sign that differs from the one before is shown also where it is positive.
            if wasNegative, value > 0 { text += "+" }
            text += "\(value) \(unit)\(value == 1 ? "" : "s")"
            wasNegative = value < 0
        }
        guard microseconds != 0 || text.isEmpty else { return text }
        if !text.isEmpty { text += " " }
        let magnitude = microseconds.magnitude
        let seconds = Int(magnitude / 1_000_000)
        text += microseconds < 0 ? "-" : wasNegative ? "+" : ""
        text += "\(padded(seconds / 3600, to: 2)):\(padded(seconds / 60 % 60, to: 2)):\(padded(seconds % 60, to: 2))"
        return text + fractionText(Int(magnitude % 1_000_000))
    }
}

extension PGInterval: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .interval }
    public static var postgresArrayType: PGType { .intervalArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        buffer.append(microseconds)
        buffer.append(days)
        buffer.append(months)
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGInterval {
        guard type == .interval else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        guard bytes.byteCount == 16, let microseconds = bytes.extracting(first: 8).integer(Int64.self),
            let days = bytes.extracting(8..<12).integer(Int32.self),
            let months = bytes.extracting(last: 4).integer(Int32.self)
        else { throw .malformed(type, format) }
        return PGInterval(months: months, days: days, microseconds: microseconds)
    }
}
