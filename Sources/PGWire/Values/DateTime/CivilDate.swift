/// A day of the Gregorian calendar, extended to all times, as the server counts.
struct CivilDate: Equatable {
    /// The year; 0 is 1 BC.
    var year: Int
    /// From 1 to 12.
    var month: Int
    /// From 1 to 31.
    var day: Int

    /// A day of the calendar, or nil where there is no such day.
    init?(year: Int, month: Int, day: Int) {
        guard (-10_000_000...10_000_000).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(of: month, year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    private static func length(of month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day so many days after 2000-01-01. At most a few million years away, which the callers have checked.
    init(daysSince2000 days: Int) {
        // Years begin in March here, so that the leap day is the last of a year. 730,425 days lie between 0000-03-01 and
        // 2000-01-01; 400 years have 146,097 days.
        let shifted = days + 730_425
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// How many days after 2000-01-01 the day is.
    var daysSince2000: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 730_425
    }
}

extension CivilDate {
    /// The day in ISO form without the mark of the time before Christ, such as `0044-03-15`.
    var text: String {
        let shown = isBeforeChrist ? 1 - year : year
        return "\(padded(shown, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
    }

    /// Whether the day needs `BC` behind it.
    var isBeforeChrist: Bool { year < 1 }
}

extension TextScanner {
    /// A day as it is written, of which only the mark behind it tells whether it exists.
    typealias WrittenDate = (year: Int, month: Int, day: Int)

    /// Reads a day in ISO form, the mark of the time before Christ excepted.
    mutating func date() -> WrittenDate? {
        guard let year = digits(4...7), year > 0, skip("-"), let month = digits(2...2), skip("-"),
            let day = digits(2...2)
        else { return nil }
        return (year, month, day)
    }

    /// Reads the mark of the time before Christ, if it is there.
    mutating func era(of date: WrittenDate) -> CivilDate? {
        CivilDate(year: skip(" BC") ? 1 - date.year : date.year, month: date.month, day: date.day)
    }
}

/// A number that is not negative, with zeros in front where it has fewer digits.
func padded(_ value: Int, to width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
