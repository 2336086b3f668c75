import PGWire
import Testing

struct DateTimeTests {
    @Test("dates are days of the calendar and no others")
    func dates() throws {
        #expect(PGDate(year: 2000, month: 1, day: 1) == .daysSince2000(0))
        #expect(PGDate(year: 1970, month: 1, day: 1)?.unixDays == 0)
        #expect(PGDate(unixDays: -1)?.description == "1969-12-31")
        #expect(PGDate(year: 0, month: 2, day: 29)?.description == "0001-02-29 BC")
        for (year, month, day) in [
            (2023, 2, 29), (1900, 2, 29), (2024, 2, 30), (2024, 0, 1), (2024, 13, 1), (2024, 4, 31), (2024, 1, 0),
            (-4713, 11, 23), (5_874_898, 1, 1), (.max, 1, 1), (.min, 1, 1),
        ] {
            #expect(PGDate(year: year, month: month, day: day) == nil)
        }
        #expect(PGDate(year: -4713, month: 11, day: 24) == .daysSince2000(-2_451_545))
        #expect(PGDate(year: 5_874_897, month: 12, day: 31) == .daysSince2000(2_145_031_948))
        #expect(PGDate(unixDays: .max) == nil && PGDate(unixDays: .min) == nil)
        #expect(PGDate.infinity.components == nil && PGDate.infinity.unixDays == nil)
        for value in [Int32.min, .max] { #expect(!PGDate.daysSince2000(value).description.isEmpty) }
        let ordered = [PGDate.negativeInfinity, .daysSince2000(-1), .daysSince2000(1), .infinity]
        #expect(ordered.reversed().sorted() == ordered)
    }

    @Test("texts in another form than the server's ISO form are refused")
    func refusedTexts() {
        for text in [
            "", "2024-2-29", "24-02-29", "2024-02-30", "0000-01-01", "2024-02-29 ", "2024-02-29 AD", "02/29/2024",
            "2023-02-29 BC", "epoch", "99999999-01-01", "0004-02-29 BC",
        ] {
            #expect(PGDate(text) == nil, "\(text)")
        }
        for text in ["", "8:30:00", "08:30", "08:30:60", "24:00:01", "08:30:00.", "08:30:00.1234567", "08:30:00+00"] {
            #expect(PGTime(text) == nil, "\(text)")
        }
        for text in ["08:30:00", "08:30:00+5", "08:30:00+16", "08:30:00+05:60", "08:30:00 +05", "08:30:00+05:30:15:1"] {
            #expect(PGTimeTZ(text) == nil, "\(text)")
        }
        for text in [
            "2024-02-29", "2024-02-29 08:30:00", "2024-02-29T08:30:00+00", "2024-02-29 08:30:00 BC+00",
            "294277-01-01 00:00:00+00", "4714-11-23 23:59:59+00 BC", "294276-12-31 23:59:59-01", "Infinity",
        ] {
            #expect(PGTimestamp(text) == nil, "\(text)")
        }
        for text in [
            "", "1", "1 week", "1 day 2", "1.5 days", "1 day ago", "@ 1 day", "P1D", "1 day 25", "99999999999 days",
            "2147483648 days", "1 year 1:2:3", "+-1 day", "9999999999:00:00", "00:60:00", "1  day", "178956971 years",
        ] {
            #expect(PGInterval(text) == nil, "\(text)")
        }
        #expect(PGInterval("-2562047788:00:54.775808")?.microseconds == .min)
        #expect(PGInterval("2562047788:00:54.775807")?.microseconds == .max)
        #expect(PGInterval("2562047788:00:54.775808") == nil)
    }

    @Test("durations convert exactly or not at all")
    func durations() throws {
        #expect(PGInterval(.microseconds(-1))?.microseconds == -1)
        #expect(PGInterval(.nanoseconds(1)) == nil)
        #expect(PGInterval(.seconds(Int64.max)) == nil)
        #expect(PGInterval(.microseconds(Int64.min))?.microseconds == .min)
        #expect(PGInterval(microseconds: 1_500_000).duration == .milliseconds(1500))
        #expect(PGInterval(days: 1).duration == nil && PGInterval(months: 1).duration == nil)
        #expect(PGTimestamp(sinceUnixEpoch: .seconds(1)) == PGTimestamp(unixMicroseconds: 1_000_000))
        #expect(PGTimestamp(sinceUnixEpoch: .nanoseconds(1)) == nil)
        #expect(PGTimestamp.microsecondsSince2000(0).sinceUnixEpoch == .seconds(946_684_800))
        #expect(PGTimestamp.infinity.sinceUnixEpoch == nil)
    }

    @Test("an interval's infinities have the bytes that servers of version 17 use, and its text")
    func infiniteIntervals() throws {
        let bytes: [UInt8] =
            [0x7F] + Array(repeating: 0xFF, count: 7) + [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF]
        #expect(try encoded(PGInterval.infinity) == bytes)
        #expect(try decoded(bytes, as: PGInterval.self, .interval) == .infinity)
        #expect(PGInterval("-infinity") == .negativeInfinity && "\(PGInterval.infinity)" == "infinity")
    }

    @Test("a local timestamp is a date and a time")
    func localTimestamps() throws {
        let date = try #require(PGDate("0044-03-15 BC"))
        let time = try #require(PGTime("24:00:00"))
        #expect(PGLocalTimestamp(date, time)?.description == "0044-03-16 00:00:00 BC")
        #expect(PGLocalTimestamp(.infinity, time) == nil)
        #expect(PGLocalTimestamp(date, PGTime(microsecondsSinceMidnight: -1)) == nil)
        #expect(PGLocalTimestamp(.daysSince2000(.max), time) == nil)
        #expect(PGLocalTimestamp.microsecondsSince2000(-1).date == .daysSince2000(-1))
        #expect(PGLocalTimestamp.microsecondsSince2000(-1).time == PGTime("23:59:59.999999"))
        #expect(PGLocalTimestamp.infinity.time == nil && PGLocalTimestamp.infinity.date == .infinity)
        for value in [Int64.min, .max] {
            #expect(!PGLocalTimestamp.microsecondsSince2000(value).description.isEmpty)
            #expect(!PGTimestamp.microsecondsSince2000(value).description.isEmpty)
            #expect(!PGTime(microsecondsSinceMidnight: value).description.isEmpty)
        }
        #expect(PGTime(hour: 24, minute: 0) != nil && PGTime(hour: 24, minute: 0, microsecond: 1) == nil)
        #expect(PGTime(hour: 1, minute: 60) == nil && PGTime(hour: -1, minute: 0) == nil)
        // A timestamp read as a moment in text form is one on a clock that shows UTC.
        #expect(try decoded(text: "2000-01-01 00:00:00", as: PGTimestamp.self, .timestamp) == .microsecondsSince2000(0))
    }
}
