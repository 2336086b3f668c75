import MCP
import Testing

@Suite struct TimestampTests {
    @Test(
        "a moment is written as RFC 3339 does",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (1_785_231_000_000_001, "2026-07-28T09:30:00.000001Z"),
            (951_782_399_999_999, "2000-02-28T23:59:59.999999Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"), (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        ])
    func text(_ microseconds: Int64, _ expected: String) {
        #expect(Timestamp(microseconds: microseconds).description == expected)
    }

    @Test("no moment and no duration is too far away")
    func extremes() {
        #expect(Timestamp(microseconds: .max).description == "294247-01-10T04:00:54.775807Z")
        #expect(Timestamp(microseconds: .min).description.hasPrefix("-290308-12-21T19:59:05"))
        #expect(Timestamp(microseconds: .max).advanced(by: .seconds(1)).microseconds == .max)
        #expect(Timestamp(microseconds: .min).advanced(by: .seconds(-1)).microseconds == .min)
        #expect(Timestamp(microseconds: 0).advanced(by: .seconds(Int64.max)).microseconds == .max)
        #expect(Timestamp(microseconds: 5).advanced(by: .milliseconds(2)).microseconds == 2005)
    }

    @Test("now is now")
    func now() {
        #expect(Timestamp.now > Timestamp(microseconds: 1_750_000_000_000_000))
        #expect(Timestamp.now <= Timestamp.now)
    }
}
