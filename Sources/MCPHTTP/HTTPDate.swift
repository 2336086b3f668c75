#if Servers
import FoundationEssentials

/// The moment in the form that a `Date` header has (IMF-fixdate, RFC 9110 section 5.6.7).
enum HTTPDate {
    /// The present moment.
    static func now() -> String { string(secondsSince1970: Int64(Date.now.timeIntervalSince1970)) }

    /// A moment between the years 1970 and 9999.
    static func string(secondsSince1970 seconds: Int64) -> String {
        let days = seconds / 86_400
        let time = seconds % 86_400
        // Days to a date of the Gregorian calendar, counted in eras of 400 years that begin on the first of March.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        let monthName = monthNames[Int((month + 2) % 12)]
        let weekday = weekdayNames[Int((days + 4) % 7)]
        return "\(weekday), \(padded(day, 2)) \(monthName) \(padded(year, 4)) "
            + "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2)) GMT"
    }

    private static let weekdayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
#endif
