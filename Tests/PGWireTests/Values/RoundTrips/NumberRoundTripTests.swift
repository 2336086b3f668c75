import PGWire
import TestSupport
import Testing

@Suite("Numbers against the server's text", .needsServer, .needsSession)
struct NumberRoundTripTests {
    @Test("integers, booleans and floating-point numbers")
    func fixedWidth() async throws {
        var random = SeededGenerator("fixedWidth")
        let session = try await ValueSession.open()
        try await session.check((0..<300).map { _ in random.integer(Int16.self) }, as: "int2") { "\($0)" }
        try await session.check((0..<300).map { _ in random.integer(Int32.self) }, as: "int4") { "\($0)" }
        try await session.check((0..<300).map { _ in random.integer(Int64.self) }, as: "int8") { "\($0)" }
        try await session.check((0..<300).map { _ in random.integer(UInt32.self) }, as: "oid") { "\($0)" }
        try await session.check([true, false], as: "bool") { $0 ? "t" : "f" }
        try await session.check((0..<300).map { _ in random.double() }, as: "float8", ours: false)
        try await session.check((0..<300).map { _ in random.float() }, as: "float4", ours: false)
        try await session.check((0..<100).map { _ in PGMoney(rawValue: random.integer()) }, as: "money", ours: false)
        try await session.check(
            (0..<100).map { _ in PGLSN(rawValue: random.integer()) }, as: "pg_lsn", text: \.description)
        try await session.check(
            (0..<100).map { _ in PGXID8(rawValue: random.integer()) }, as: "xid8", text: \.description)
        let places = (0..<100).map { _ in PGTID(block: random.integer(), offset: random.integer()) }
        try await session.check(places, as: "tid", text: \.description)
    }

    @Test("numeric in every size and scale")
    func numeric() async throws {
        var random = SeededGenerator("numeric")
        let session = try await ValueSession.open()
        var texts = (0..<400).map { _ in random.decimal(100) }
        texts += (0..<4).map { _ in random.decimal(20_000) }
        texts += [
            "0", "0.0", "0.000000", "1", "10", "1000", "9999", "10000", "99999999", "100000000", "0.1", "0.0001",
            "0.00001", "0.00000001", "-0.9999", "1.50", "10000.0001", "12345678.87654321", "NaN", "Infinity",
            "-Infinity", String(repeating: "9", count: 131_072),
            "-" + String(repeating: "1", count: 131_072) + "." + String(repeating: "7", count: 16_383),
            "0." + String(repeating: "0", count: 16_382) + "1",
        ]
        let values = try texts.map { try #require(PGNumeric($0), "\($0.prefix(100))") }
        for (value, text) in zip(values, texts) where text != "-0" { #expect(value.description == text) }
        try await session.check(values, as: "numeric", text: \.description)
        // The scale is part of what comes back, though it is not part of what is equal.
        let result = try await session.connection.query("SELECT \(values)")
        #expect(try result.decode(as: [PGNumeric].self)[0].map(\.scale) == values.map(\.scale))
    }

    @Test("texts of numeric that the server reads are read by us as the same")
    func numericTexts() async throws {
        let session = try await ValueSession.open()
        try await session.check(
            texts: [
                "1e5", "1.5e3", "1.5e-3", "1e131071", "1e-16383", "+7", "007", "00.500", ".5", "5.", "-.5e1", "0e-5",
                "0e5", "-0", "-0.00", "12345e-4", "12345e-2", "123456789e-10", "1E+3", "nan", "NAN", "inf", "-inf",
                "+Infinity", "-INFINITY", "0.10e1", "1e4", "1e3", "1e-4", "1e-3",
            ], as: "numeric", PGNumeric.self)
    }

    @Test("numeric is ordered as the server orders it")
    func numericOrder() async throws {
        var random = SeededGenerator("numericOrder")
        let session = try await ValueSession.open()
        let texts = (0..<200).map { _ in random.decimal(6) } + ["NaN", "Infinity", "-Infinity", "0", "1.50", "1.5"]
        let values = texts.compactMap { PGNumeric($0) }
        let result = try await session.connection.query("SELECT v FROM unnest(\(values)) v ORDER BY v")
        #expect(try result.decode(as: PGNumeric.self) == values.sorted())
        let pairs = try await session.connection.query(
            "SELECT a, b, a = b, a < b FROM unnest(\(values)) a, unnest(\(Array(values.prefix(40)))) b")
        for (a, b, isEqual, isLess) in try pairs.decode(as: (PGNumeric, PGNumeric, Bool, Bool).self) {
            #expect((a == b) == isEqual && (a < b) == isLess, "\(a) \(b)")
            if isEqual { #expect(a.hashValue == b.hashValue) }
        }
    }
}

extension SeededGenerator {
    fileprivate mutating func float() -> Float {
        let value = Float(bitPattern: UInt32(truncatingIfNeeded: next()))
        return value.isNaN ? -0.0 : value
    }

    /// A number with up to so many digits on each side of the point.
    fileprivate mutating func decimal(_ maximum: Int) -> String {
        let zeros = Bool.random(using: &self)
        func digits(_ count: Int, _ random: inout SeededGenerator) -> String {
            String(
                (0..<count).map { _ in
                    zeros && Int.random(in: 0..<3, using: &random) > 0
                        ? "0" : Character(String(Int.random(in: 0...9, using: &random)))
                })
        }
        var whole = digits(Int.random(in: 1...maximum, using: &self), &self).drop { $0 == "0" }
        if whole.isEmpty { whole = "0" }
        let fraction = digits(Int.random(in: 0...min(maximum, 16_383), using: &self), &self)
        let isNegative = Bool.random(using: &self) && (whole + fraction).contains { $0 != "0" }
        return (isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}
