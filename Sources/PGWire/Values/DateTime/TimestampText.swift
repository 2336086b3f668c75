/// What the two types of timestamps have in common: microseconds since 2000-01-01 00:00:00 and their textual form.
enum TimestampText {
    /// From 1970-01-01, Unix's beginning, to 2000-01-01, PostgreSQL's, in microseconds.
    static let unixOffset: Int64 = 946_684_800_000_000

    /// What the server holds: 4713-11-24 BC to the end of the year 294276.
    static let range: ClosedRange<Int64> = -211_813_488_000_000_000...9_223_371_331_199_999_999

    private static let day: Int64 = 86_400_000_000

    /// The day of a moment and the time since its midnight.
    static func split(_ microseconds: Int64) -> (date: CivilDate, time: PGTime) {
        let rest = microseconds % day
        let time = rest < 0 ? rest + day : rest
        // Not the difference by the day, which can be out of range.
        let days = microseconds / day - (rest < 0 ? 1 : 0)
        return (CivilDate(daysSince2000: Int(days)), PGTime(microsecondsSinceMidnight: time))
    }

    /// The moment of a day's time; nil where the server cannot hold it.
    static func join(_ date: CivilDate, _ time: PGTime, secondsFromUTC: Int32 = 0) -> Int64? {
        let (start, overflow) = Int64(date.daysSince2000).multipliedReportingOverflow(by: day)
        let (local, overflowOfSum) = start.addingReportingOverflow(time.microsecondsSinceMidnight)
        let (value, overflowOfOffset) = local.subtractingReportingOverflow(Int64(secondsFromUTC) * 1_000_000)
        guard !overflow, !overflowOfSum, !overflowOfOffset, range.contains(value) else { return nil }
        return value
    }

    /// The moment in the style ISO, with the offset behind the time.
    static func text(of microseconds: Int64, offset: String) -> String {
        let (date, time) = split(microseconds)
        return "\(date.text) \(time)\(offset)\(date.isBeforeChrist ? " BC" : "")"
    }

    /// Reads the style ISO; nil for any other text.
    static func parse(_ text: String, hasOffset: Bool) -> Int64? {
        var scanner = TextScanner(text)
        guard let written = scanner.date(), scanner.skip(" "), let time = PGTime(&scanner),
            let offset = hasOffset ? scanner.offset() : 0, let date = scanner.era(of: written), scanner.isAtEnd
        else { return nil }
        return join(date, time, secondsFromUTC: offset)
    }
}

extension Duration {
    /// The duration in microseconds; nil where it is no whole number of them or does not fit.
    var exactMicroseconds: Int64? {
        let (seconds, attoseconds) = components
        let (parts, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000)
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflowOfSum) = whole.addingReportingOverflow(parts)
        return rest == 0 && !overflow && !overflowOfSum ? sum : nil
    }
}
