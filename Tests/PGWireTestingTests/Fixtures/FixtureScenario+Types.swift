import PGWire
import TestSupport
import Testing

extension FixtureScenario {
    /// Reads an expression in binary and in text form.
    private static func check<T: PGDecodable & Equatable & Sendable>(
        _ connection: PGConnection, _ expression: String, _ value: T
    ) async throws {
        let query = PGQuery(unsafeSQL: "SELECT \(expression)")
        let (binary, text) = (try await connection.query(query), try await connection.simpleQuery(query)[0])
        #expect(try binary.decode(as: T.self) == [value], "\(expression)")
        #expect(try text.decode(as: T.self) == [value], "\(expression)")
    }

    static let types = [
        FixtureScenario(name: "types-numbers", about: "numbers in binary and text form") { stage in
            let connection = try await stage.connect()
            try await check(connection, "true", true)
            try await check(connection, "(-32768)::int2", Int16.min)
            try await check(connection, "2147483647::int4", Int32.max)
            try await check(connection, "(-9223372036854775808)::int8", Int64.min)
            try await check(connection, "'1.5'::float4", Float(1.5))
            try await check(connection, "'-Infinity'::float8", -Double.infinity)
            try await check(connection, "'5e-324'::float8", Double.leastNonzeroMagnitude)
            try await check(connection, "4294967295::oid", UInt32.max)
            for number in ["0", "-12345678901234567890.000100", "NaN", "1e40", "0.00000001"] {
                try await check(connection, "'\(number)'::numeric", try #require(PGNumeric(number)))
            }
        },
        FixtureScenario(name: "types-text", about: "text, bytes, bits and documents in binary and text form") { stage in
            let connection = try await stage.connect()
            try await check(connection, "'ä😀'::text", "ä😀")
            try await check(connection, "''::varchar(3)", "")
            try await check(connection, "'ab'::char(4)", "ab  ")
            try await check(connection, "'name'::name", "name")
            try await check(connection, "'\\x00ff10'::bytea", [UInt8]([0, 255, 16]))
            try await check(connection, "NULL::text", String?.none)
            try await check(connection, "'{\"a\": [1, null]}'::json", "{\"a\": [1, null]}")
            try await check(connection, "'{\"a\": [1, null]}'::jsonb", "{\"a\": [1, null]}")
            try await check(
                connection, "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid",
                try #require(PGUUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")))
        },
        FixtureScenario(name: "types-times", about: "dates and times in binary and text form") { stage in
            let connection = try await stage.connect()
            try await connection.simpleQuery("SET TimeZone = 'UTC'")
            try await check(connection, "'2024-02-29'::date", try #require(PGDate("2024-02-29")))
            try await check(connection, "'infinity'::date", try #require(PGDate("infinity")))
            try await check(connection, "'23:59:59.999999'::time", try #require(PGTime("23:59:59.999999")))
            try await check(connection, "'12:00+05:30'::timetz", try #require(PGTimeTZ("12:00:00+05:30")))
            try await check(
                connection, "'2024-02-29 12:00:00.5'::timestamp",
                try #require(PGLocalTimestamp("2024-02-29 12:00:00.5")))
            try await check(
                connection, "'2024-02-29 12:00:00.5+02'::timestamptz",
                try #require(PGTimestamp("2024-02-29 10:00:00.5+00")))
            try await check(connection, "'-infinity'::timestamptz", try #require(PGTimestamp("-infinity")))
            try await check(
                connection, "'1 year 2 mons -3 days 04:05:06.7'::interval",
                try #require(PGInterval("1 year 2 mons -3 days +04:05:06.7")))
        },
        FixtureScenario(name: "types-networks", about: "addresses and geometry in binary and text form") { stage in
            let connection = try await stage.connect()
            try await check(connection, "'192.168.0.1/24'::inet", try #require(PGInet("192.168.0.1/24")))
            try await check(connection, "'2001:db8::1'::inet", try #require(PGInet("2001:db8::1")))
            try await check(connection, "'10.0.0.0/8'::cidr", try #require(PGCIDR("10.0.0.0/8")))
            try await check(connection, "'08:00:2b:01:02:03'::macaddr", try #require(PGMACAddress("08:00:2b:01:02:03")))
            try await check(connection, "'(1.5,-2)'::point", try #require(PGPoint("(1.5,-2)")))
            try await check(connection, "'<(1,2),3>'::circle", try #require(PGCircle("<(1,2),3>")))
            try await check(connection, "'(1,1),(0,0)'::box", try #require(PGBox("(1,1),(0,0)")))
            try await check(
                connection, "'((0,0),(1,1),(2,0))'::polygon", try #require(PGPolygon("((0,0),(1,1),(2,0))")))
        },
        FixtureScenario(name: "types-arrays", about: "arrays and ranges in binary and text form") { stage in
            let connection = try await stage.connect()
            try await check(connection, "'{1,2,3}'::int8[]", [Int64(1), 2, 3])
            try await check(connection, "'{}'::text[]", [String]())
            try await check(connection, "ARRAY['a', NULL, 'x y', '\"', 'NULL']", ["a", nil, "x y", "\"", "NULL"])
            try await check(connection, "'{t,f}'::bool[]", [true, false])
            try await check(connection, "'[1,10)'::int4range", PGRange(Int32(1)..<10))
            try await check(connection, "'empty'::int8range", PGRange<Int64>.empty)
            try await check(
                connection, "'(,5]'::numrange",
                PGRange<PGNumeric>.between(.unbounded, .including(try #require(PGNumeric("5")))))
        },
    ]
}
