import PGWire
import TestSupport
import Testing

@Suite("Dates and times against the server's text", .needsServer, .needsSession)
struct DateTimeRoundTripTests {
    @Test("dates of the whole calendar")
    func dates() async throws {
        var random = SeededGenerator("dates")
        var values = (0..<400).map { _ in PGDate.daysSince2000(.random(in: -2_451_545...2_145_031_948, using: &random))
        }
        values += (0..<400).map { _ in .daysSince2000(.random(in: -800_000...40_000, using: &random)) }
        values += [.infinity, .negativeInfinity, .daysSince2000(-2_451_545), .daysSince2000(2_145_031_948)]
        // Both ends of each month in years of every kind, and around the first year.
        for year in [-4712, -400, -4, -1, 0, 1, 4, 100, 400, 1582, 1900, 2000, 2023, 2024, 9999, 10000] {
            for month in 1...12 {
                for day in [1, 28, 29, 30, 31] {
                    values += PGDate(year: year, month: month, day: day).map { [$0] } ?? []
                }
            }
        }
        try await ValueSession.open().check(values, as: "date", text: \.description)
        #expect(
            values.allSatisfy { date in
                guard let (year, month, day) = date.components else { return true }
                return PGDate(year: year, month: month, day: day) == date
            })
    }

    @Test("timestamps of all times, with and without a time zone")
    func timestamps() async throws {
        var random = SeededGenerator("timestamps")
        let range: ClosedRange<Int64> = -211_813_488_000_000_000...9_223_371_331_199_999_999
        var moments = (0..<400).map { _ in Int64.random(in: range, using: &random) }
        moments += (0..<400).map { _ in
            Int64.random(in: -70_000_000_000_000_000...4_000_000_000_000_000, using: &random)
        }
        moments += (0..<100).map { _ in Int64.random(in: -4_000_000_000...4_000_000_000, using: &random) * 1_000_000 }
        moments += [range.lowerBound, range.upperBound, 0, -1, 1, 999_999, -999_999, 86_400_000_000, -86_400_000_000]
        let session = try await ValueSession.open()
        let zoned = moments.map(PGTimestamp.microsecondsSince2000) + [.infinity, .negativeInfinity]
        try await session.check(zoned, as: "timestamptz", text: \.description)
        let local = moments.map(PGLocalTimestamp.microsecondsSince2000) + [.infinity, .negativeInfinity]
        try await session.check(local, as: "timestamp", text: \.description)
        for value in local {
            guard let time = value.time else { continue }
            #expect(PGLocalTimestamp(value.date, time) == value)
        }
    }

    @Test("the server's text in any time zone is read as the same moment")
    func timeZones() async throws {
        let session = try await ValueSession.open()
        for zone in ["UTC", "Europe/Amsterdam", "Asia/Kolkata", "America/St_Johns", "Africa/Monrovia", "Etc/GMT+12"] {
            try await session.connection.query("SELECT set_config('TimeZone', \(zone), false)")
            let texts = [
                "0001-01-01 00:00:00 BC", "0044-03-15 12:00:00.5 BC", "1883-11-18 12:00:00", "1916-05-01 00:00:00",
                "2024-06-30 23:59:59.999999", "294276-12-30 00:00:00", "0005-02-29 BC", "4713-11-25 00:00:00 BC",
            ]
            let result = try await session.connection.query(
                "SELECT t::timestamptz, t::timestamptz::text FROM unnest(\(texts)) t")
            for (moment, text) in try result.decode(as: (PGTimestamp, String).self) {
                #expect(PGTimestamp(text) == moment, "\(zone) \(text)")
            }
        }
    }

    @Test("now is when the server says it is")
    func now() async throws {
        let before = PGTimestamp.now
        let moment = try await ValueSession.open().connection.query("SELECT clock_timestamp()").decode(
            as: PGTimestamp.self)
        #expect(before <= moment[0] && moment[0] <= .now)
    }

    @Test("times of day, with and without an offset")
    func times() async throws {
        var random = SeededGenerator("times")
        let session = try await ValueSession.open()
        var times = (0..<300).map { _ in
            PGTime(microsecondsSinceMidnight: .random(in: 0...86_400_000_000, using: &random))
        }
        times += [0, 1, 86_399_999_999, 86_400_000_000, 100_000, 120_000].map(PGTime.init(microsecondsSinceMidnight:))
        try await session.check(times, as: "time", text: \.description)
        var zoned = times.map { PGTimeTZ(time: $0, secondsFromUTC: .random(in: -57_599...57_599, using: &random)) }
        zoned += [0, 3600, -3600, 19_800, -12_600, 57_599, -57_599, 60, -1].map {
            PGTimeTZ(time: times[0], secondsFromUTC: $0)
        }
        try await session.check(zoned, as: "timetz", text: \.description)
    }

    @Test("intervals of any months, days and microseconds")
    func intervals() async throws {
        var random = SeededGenerator("intervals")
        let session = try await ValueSession.open()
        var values = (0..<300).map { _ in
            // Half of them, since version 14 cannot show more hours than an Int32 holds.
            PGInterval(months: random.integer(), days: random.integer(), microseconds: random.integer(Int64.self) / 2)
        }
        let version = try await session.connection.query("SELECT current_setting('server_version_num')::int4")
        if try version.decode(as: Int32.self)[0] >= 170_000 { values += [.infinity, .negativeInfinity] }
        try await session.check(values, as: "interval", ours: false, text: \.description)
        var usual = [PGInterval(), PGInterval(months: 1), PGInterval(days: 1), PGInterval(microseconds: 1)]
        usual += (0..<300).map { _ in
            PGInterval(
                months: .random(in: -30...30, using: &random), days: .random(in: -2...2, using: &random),
                microseconds: .random(in: -100_000_000...100_000_000, using: &random))
        }
        try await session.check(usual, as: "interval", text: \.description)
        try await session.check(
            texts: ["1 year 2 mons -3 days", "-1 years -2 mons +3 days -04:05:06", "00:00:00", "12:34:56.7", "1 mon"],
            as: "interval", PGInterval.self)
    }
}
