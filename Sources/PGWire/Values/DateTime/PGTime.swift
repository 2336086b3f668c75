/// A value of type `time`: a time of day, to the microsecond, without a time zone.
///
/// See [Date/Time Types](https://www.postgresql.org/docs/current/datatype-datetime.html).
public struct PGTime: Hashable, Sendable {
    /// Microseconds since midnight. The server holds 0 to 86,400,000,000, which is 24:00:00.
    public var microsecondsSinceMidnight: Int64

    /// A day's microseconds.
    static let range: ClosedRange<Int64> = 0...86_400_000_000

    /// The time so long after midnight.
    public init(microsecondsSinceMidnight: Int64) { self.microsecondsSinceMidnight = microsecondsSinceMidnight }

    /// A time of day, or nil where there is none such. 24:00:00 is one; a leap second is none.
    public init?(hour: Int, minute: Int, second: Int = 0, microsecond: Int = 0) {
        guard (0...24).contains(hour), (0...59).contains(minute), (0...59).contains(second),
            (0...999_999).contains(microsecond)
        else { return nil }
        microsecondsSinceMidnight = Int64(((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond)
        guard Self.range.contains(microsecondsSinceMidnight) else { return nil }
    }

    /// The time of day in hours from 0 to 24, minutes, seconds and microseconds.
    public var components: (hour: Int, minute: Int, second: Int, microsecond: Int) {
        let (seconds, microsecond) = Int(microsecondsSinceMidnight).quotientAndRemainder(dividingBy: 1_000_000)
        return (seconds / 3600, seconds / 60 % 60, seconds % 60, microsecond)
    }

    /// Reads `08:30:00.25`; the scanner is left anywhere where that is not what comes.
    init?(_ scanner: inout TextScanner) {
        guard let hour = scanner.digits(2...2), scanner.skip(":"), let minute = scanner.digits(2...2),
            scanner.skip(":"), let second = scanner.digits(2...2), let microsecond = scanner.fraction()
        else { return nil }
        self.init(hour: hour, minute: minute, second: second, microsecond: microsecond)
    }
}

extension PGTime: Comparable {
    public static func < (left: PGTime, right: PGTime) -> Bool {
        left.microsecondsSinceMidnight < right.microsecondsSinceMidnight
    }
}

extension PGTime: PGTextConvertible {
    /// The time that a text names in the form `08:30:00.25`, or nil.
    public init?(_ text: String) {
        var scanner = TextScanner(text)
        self.init(&scanner)
        guard scanner.isAtEnd else { return nil }
    }

    /// The time as the server shows it.
    public var description: String {
        let (hour, minute, second, microsecond) = components
        return "\(padded(hour, to: 2)):\(padded(minute, to: 2)):\(padded(second, to: 2))\(fractionText(microsecond))"
    }
}

extension PGTime: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .time }
    public static var postgresArrayType: PGType { .timeArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard Self.range.contains(microsecondsSinceMidnight) else { throw .unencodable(.time, "it is out of range") }
        buffer.append(microsecondsSinceMidnight)
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGTime {
        guard type == .time else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        guard let value = bytes.integer(Int64.self), range.contains(value) else { throw .malformed(type, format) }
        return PGTime(microsecondsSinceMidnight: value)
    }
}

extension TextScanner {
    /// Reads a point and up to six digits as microseconds; 0 where there is no point, nil where no digit follows it.
    mutating func fraction() -> Int? {
        guard skip(".") else { return 0 }
        let start = position
        guard var value = digits(1...6) else { return nil }
        for _ in (position - start)..<6 { value *= 10 }
        return value
    }
}

/// Microseconds of a second behind a point, without zeros at the end; nothing for none.
func fractionText(_ microsecond: Int) -> String {
    guard microsecond > 0 else { return "" }
    var digits = padded(microsecond, to: 6)
    while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
    return "." + digits
}
