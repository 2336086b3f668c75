import PGWire
import Testing

struct PGNumericTests {
    @Test("a numeric has the bytes of numeric_send")
    func goldenBytes() throws {
        let value = try #require(PGNumeric("-12345.678"))
        #expect(try encoded(value) == [0, 3, 0, 1, 0x40, 0, 0, 3, 0, 1, 0x09, 0x29, 0x1A, 0x7C])
        #expect(try encoded(PGNumeric("0.00") ?? .nan) == [0, 0, 0, 0, 0, 0, 0, 2])
        #expect(try encoded(PGNumeric.nan) == [0, 0, 0, 0, 0xC0, 0, 0, 0])
        // The server leaves 32 in the place of an infinity's scale.
        #expect(try decoded([0, 0, 0, 0, 0xD0, 0, 0, 0x20], as: PGNumeric.self, .numeric) == .infinity)
        #expect(try decoded([0, 0, 0, 0, 0xF0, 0, 0, 0x20], as: PGNumeric.self, .numeric) == .negativeInfinity)
    }

    @Test("groups that the server would not write are brought into its form, or refused")
    func foreignGroups() throws {
        // Zeros in front and behind.
        let padded = try decoded([0, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0], as: PGNumeric.self, .numeric)
        #expect(padded == 5 && padded.description == "5")
        #expect(try decoded([0, 1, 0, 9, 0x40, 0, 0, 1, 0, 0], as: PGNumeric.self, .numeric).description == "0.0")
        for bytes: [UInt8] in [
            [0, 1, 0, 0, 0, 0, 0, 0, 0x27, 0x10],  // a group of 10000
            [0, 1, 0xFF, 0xFF, 0, 0, 0, 3, 0, 1],  // a digit beyond the scale
            [0, 0, 0, 0, 0, 0, 0x40, 0],  // a scale out of range
            [0, 0, 0, 0, 0x80, 0, 0, 0],  // no such sign
            [0, 1, 0, 0, 0xC0, 0, 0, 0, 0, 1],  // not-a-number with digits
            [0xFF, 0xFF, 0, 0, 0, 0, 0, 0],  // more groups than bytes
        ] {
            #expect(throws: PGError.self) { try decoded(bytes, as: PGNumeric.self, .numeric) }
        }
    }

    @Test(
        "texts that are no numbers, or too large for the server, are none",
        arguments: [
            "", " ", "1 ", " 1", "-", "+", ".", "-.", "1e", "1e+", "e5", "1.2.3", "1,5", "0x10", "1_000", "--1", "+-1",
            "١", "nan ", "-nan", "infinit", "1e131072", "1e-16384", "1e999999999", "1e9999999999", "0e-16384",
        ])
    func refusedTexts(text: String) {
        #expect(PGNumeric(text) == nil)
    }

    @Test("integers go in and come out exactly, or not at all")
    func integers() throws {
        func check<T: FixedWidthInteger>(_: T.Type) {
            for value in [T.min, T.max, 0, 1, T.max / 2, 99, 100] {
                #expect(PGNumeric(value).description == "\(value)")
                #expect(T(exactly: PGNumeric(value)) == value)
            }
            let beyond = PGNumeric("\(T.max)9") ?? .nan
            #expect(T(exactly: beyond) == nil)
        }
        check(Int8.self)
        check(UInt8.self)
        check(Int16.self)
        check(Int32.self)
        check(Int64.self)
        check(UInt64.self)
        check(Int128.self)
        #expect(PGNumeric(10_000 as Int).description == "10000")
        #expect(Int(exactly: PGNumeric("2.00") ?? .nan) == 2)
        #expect(Int(exactly: PGNumeric("2.01") ?? 0) == nil)
        #expect(Int(exactly: PGNumeric("1e131071") ?? 0) == nil)
        #expect(Int(exactly: PGNumeric("9223372036854775808") ?? 0) == nil)
        #expect(Int64(exactly: PGNumeric("-9223372036854775808") ?? 0) == .min)
        #expect(UInt(exactly: PGNumeric("-1") ?? 0) == nil)
        for value in [PGNumeric.nan, .infinity, .negativeInfinity] { #expect(Int(exactly: value) == nil) }
        #expect(try decoded([0xFF, 0xFE], as: PGNumeric.self, .int2) == -2)
        #expect(try decoded(text: "7", as: PGNumeric.self, .int8) == 7)
    }

    @Test("a column of type numeric is not read as an integer or a floating-point number by itself")
    func noRounding() throws {
        let bytes = try encoded(PGNumeric(2))
        #expect(throws: PGError.self) { try decoded(bytes, as: Int64.self, .numeric) }
        #expect(throws: PGError.self) { try decoded(bytes, as: Double.self, .numeric) }
    }

    @Test("a Double goes in by its shortest text and comes out as the nearest")
    func doubles() {
        #expect(PGNumeric(shortest: 0.1)?.description == "0.1")
        #expect(PGNumeric(shortest: 100)?.description == "100")
        #expect(PGNumeric(shortest: -1e300)?.nearestDouble == -1e300)
        #expect(PGNumeric(shortest: .leastNonzeroMagnitude)?.nearestDouble == .leastNonzeroMagnitude)
        #expect(PGNumeric(shortest: .nan)?.isNaN == true)
        #expect(PGNumeric(shortest: -.infinity) == .negativeInfinity)
        #expect(PGNumeric("1e400")?.nearestDouble == .infinity)
        #expect(PGNumeric("0." + String(repeating: "0", count: 400) + "1")?.nearestDouble == 0)
        #expect(PGNumeric.nan.nearestDouble.isNaN)
    }

    @Test("the scale is kept and does not count")
    func scale() throws {
        let (long, short) = (try #require(PGNumeric("1.50")), try #require(PGNumeric("1.5")))
        #expect(long == short && long.hashValue == short.hashValue && long.scale == 2 && short.scale == 1)
        #expect(PGNumeric.nan == .nan && PGNumeric.nan > .infinity)
        #expect(!PGNumeric.infinity.isFinite && PGNumeric.nan.isNaN && PGNumeric("-0.0")?.isNegative == false)
    }
}
