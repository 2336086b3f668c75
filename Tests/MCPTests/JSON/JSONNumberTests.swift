import MCP
import Testing

struct JSONNumberTests {
    private func number(_ literal: String) throws -> JSONNumber { try #require(JSONNumber(literal: literal)) }

    @Test(
        "spellings of one value are equal and hash alike",
        arguments: [
            ("1.0", "1"), ("10e-1", "1"), ("1E+2", "100"), ("-0", "0.00e99"), ("0.1", "1e-1"), ("1e400", "10e399"),
            ("12345678901234567890", "1234567890123456789e1"), ("1e0000000000000000000000", "1"),
            ("-9223372036854775808", "-9223372036854775808.0"),
        ])
    func equal(one: String, other: String) throws {
        let (one, other) = (try number(one), try number(other))
        #expect(one == other && one.isNumericallyEqual(to: other))
        #expect(one.hashValue == other.hashValue)
        #expect(!(one < other) && !(other < one))
    }

    @Test(
        "different values differ and are in order, however large",
        arguments: [
            ("1e400", "1e401"), ("0", "1e-999999999999"), ("-1e999999999999999999", "-1"),
            ("9007199254740992", "9007199254740993"),
            ("1e999999999999999999", "1e9999999999999999999"), ("1e-9999999999999999999", "1e-999999999999999999"),
            ("-1e99999999999999999999", "-1e99999999999999999998"), ("0.1", "0.10000000000000000000001"), ("-2", "-1"),
            ("-1", "1"), ("9", "10"),
        ])
    func ordered(less: String, greater: String) throws {
        #expect(try number(less) < number(greater))
        #expect(try !(number(greater) < number(less)))
        #expect(try number(less) != number(greater))
    }

    @Test(
        "an Int64 is given for whole numbers that fit, whatever their spelling",
        arguments: [
            ("1e2", 100), ("-0.0", 0), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
            ("-922337203685477580.8e1", Int64.min), ("1.50e1", 15), ("9223372036854775808", nil), ("1.5", nil),
            ("1e-1", nil),
            ("-9223372036854775809.0", nil), ("1e19", nil), ("1e999999999999999999999", nil),
        ] as [(String, Int64?)])
    func int64(literal: String, expected: Int64?) throws {
        #expect(try number(literal).int64Value == expected)
    }

    @Test("whether a number is whole does not depend on its size or spelling")
    func isInteger() throws {
        for literal in ["1.0", "1e400", "10e-1", "0e-5", "1e99999999999999999999"] {
            #expect(try number(literal).isInteger, "\(literal)")
        }
        for literal in ["1.5", "1e-1", "12e-3", "1e-99999999999999999999"] {
            #expect(try !number(literal).isInteger, "\(literal)")
        }
    }

    @Test("a Double is the nearest one, and nil where there is none")
    func double() throws {
        #expect(try number("0.1").doubleValue == 0.1)
        #expect(try number("1e400").doubleValue == nil)
        #expect(try number("1e-400").doubleValue == 0)
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(0.1)?.literal == "0.1")
        #expect(JSONNumber(Double.leastNonzeroMagnitude)?.doubleValue == .leastNonzeroMagnitude)
    }

    @Test(
        "what is no JSON number makes no number",
        arguments: ["", "-", "01", "1.", ".5", "+1", "1e", "0x1", " 1", "1 ", "NaN", "１"])
    func grammar(text: String) {
        #expect(JSONNumber(literal: text) == nil)
    }

    @Test("a million digits are compared in bounded time")
    func longLiterals() throws {
        let digits = String(repeating: "7", count: 1_000_000)
        let started = ContinuousClock.now
        #expect(try number(digits) != number(digits + "0"))
        #expect(try number(digits) == number(digits + ".0"))
        #expect(try number(digits).int64Value == nil)
        #expect(ContinuousClock.now - started < .seconds(20))
    }
}
