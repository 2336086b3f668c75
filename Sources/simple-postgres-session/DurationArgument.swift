#if Servers
import ArgumentParser

/// A length of time as it is typed: seconds, or a number with a unit.
enum DurationArgument {
    /// From one second to a year.
    static let bounds: ClosedRange<Int64> = 1...(365 * 86_400)

    /// Reads `90`, `90s`, `15m`, `24h` or `7d`.
    static func parse(_ text: String) throws -> Duration {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int64(unit == nil ? text[...] : text.dropLast()),
            case let (seconds, overflow) = number.multipliedReportingOverflow(by: unit ?? 1),
            !overflow, bounds.contains(seconds)
        else {
            throw ValidationError("'\(text)' is no length of time such as 3600, 15m, 24h or 7d")
        }
        return .seconds(seconds)
    }
}
#endif
