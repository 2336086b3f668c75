/// A value of type `timetz`: a time of day with an offset from UTC.
///
/// The server's manual advises against the type. See
/// [Date/Time Types](https://www.postgresql.org/docs/current/datatype-datetime.html).
public struct PGTimeTZ: Hashable, Sendable {
    /// The time of day where the offset holds.
    public var time: PGTime
    /// How many seconds the clock is ahead of UTC; less than 16 hours either way.
    public var secondsFromUTC: Int32

    /// What the server takes.
    private static let offsets: ClosedRange<Int32> = -57_599...57_599

    /// A time of day with an offset from UTC.
    public init(time: PGTime, secondsFromUTC: Int32) {
        self.time = time
        self.secondsFromUTC = secondsFromUTC
    }
}

extension PGTimeTZ: PGTextConvertible {
    /// The time that a text names in the form `08:30:00.25+05:30`, or nil.
    public init?(_ text: String) {
        var scanner = TextScanner(text)
        guard let time = PGTime(&scanner), let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        self.init(time: time, secondsFromUTC: offset)
    }

    /// The time as the server shows it.
    public var description: String { time.description + offsetText(secondsFromUTC) }
}

extension PGTimeTZ: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .timetz }
    public static var postgresArrayType: PGType { .timetzArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard PGTime.range.contains(time.microsecondsSinceMidnight), Self.offsets.contains(secondsFromUTC) else {
            throw .unencodable(.timetz, "it is out of range")
        }
        buffer.append(time.microsecondsSinceMidnight)
        // The server counts westward.
        buffer.append(-secondsFromUTC)
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGTimeTZ {
        guard type == .timetz else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        guard bytes.byteCount == 12, let time = bytes.extracting(first: 8).integer(Int64.self),
            let west = bytes.extracting(last: 4).integer(Int32.self), PGTime.range.contains(time),
            offsets.contains(west)
        else { throw .malformed(type, format) }
        return PGTimeTZ(time: PGTime(microsecondsSinceMidnight: time), secondsFromUTC: -west)
    }
}

extension TextScanner {
    /// Reads an offset from UTC in seconds, such as `+02`, `-03:30` or `+00:53:28`.
    mutating func offset() -> Int32? {
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = digits(2...2), hours < 16 else { return nil }
        var seconds = hours * 3600
        for unit in [60, 1] {
            guard skip(":") else { break }
            guard let value = digits(2...2), value < 60 else { return nil }
            seconds += value * unit
        }
        return Int32(isWest ? -seconds : seconds)
    }
}

/// An offset from UTC as the server shows it: minutes and seconds only where there are any.
private func offsetText(_ seconds: Int32) -> String {
    let magnitude = Int(seconds.magnitude)
    var text = (seconds < 0 ? "-" : "+") + padded(magnitude / 3600, to: 2)
    if magnitude % 3600 != 0 { text += ":" + padded(magnitude / 60 % 60, to: 2) }
    if magnitude % 60 != 0 { text += ":" + padded(magnitude % 60, to: 2) }
    return text
}
