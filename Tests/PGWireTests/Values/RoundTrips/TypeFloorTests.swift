import PGWire
import TestSupport
import Testing

/// What anybody may expect of a driver: each type alone, in arrays of one dimension and of two, as a parameter and as a
/// result, in binary form and as text.
@Suite("Every type, alone and in arrays", .needsServer, .needsSession)
struct TypeFloorTests {
    private enum Mood: String, PGEnum { case sad }

    private func check<T: PGEncodable & PGDecodable & PGArrayElement & Equatable>(
        _ type: String, _ literal: String, _: T.Type, on connection: PGConnection, isSent: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let comment = Comment(rawValue: type)
        let value = "'\(literal)'::\(type)"
        let sql = "SELECT \(value), ARRAY[\(value), NULL], ARRAY[[\(value)], [NULL::\(type)]]"
        let binary = try await connection.query(PGQuery(unsafeSQL: sql))
        let text = try await connection.simpleQuery(PGQuery(unsafeSQL: sql))[0]
        let (alone, list, rows) = try binary[0].decode(as: (T, [T?], [[T?]]).self)
        #expect(list == [alone, nil] && rows == [[alone], [nil]], comment, sourceLocation: sourceLocation)
        if binary.columns[0].type != .money {
            let (read, others, more) = try text[0].decode(as: (T, [T?], [[T?]]).self)
            #expect(read == alone && others == list && more == rows, comment, sourceLocation: sourceLocation)
        }
        guard isSent else { return }
        let same = try await connection.query(
            """
            SELECT format('%s', \(alone)::\(unsafeSQL: type)) = format('%s', \(unsafeSQL: value)),
                \(list)::\(unsafeSQL: type)[]::text = (ARRAY[\(unsafeSQL: value), NULL])::text,
                \(rows)::\(unsafeSQL: type)[]::text = (ARRAY[[\(unsafeSQL: value)], [NULL::\(unsafeSQL: type)]])::text,
                \(T?.none)::\(unsafeSQL: type) IS NULL
            """)
        #expect(
            try same.decode(as: (Bool, Bool, Bool, Bool).self)[0] == (true, true, true, true), comment,
            sourceLocation: sourceLocation)
    }

    @Test("numbers, texts, bytes and identifiers")
    func scalars() async throws {
        let connection = try await ValueSession.open().connection
        try await check("bool", "t", Bool.self, on: connection)
        try await check("int2", "-32768", Int16.self, on: connection)
        try await check("int4", "-2147483648", Int32.self, on: connection)
        try await check("int8", "-9223372036854775808", Int64.self, on: connection)
        try await check("int8", "7", Int.self, on: connection)
        try await check("float4", "-Infinity", Float.self, on: connection)
        try await check("float8", "5e-324", Double.self, on: connection)
        try await check("numeric", "NaN", PGNumeric.self, on: connection)
        try await check("numeric", "-12345678901234567890.000100", PGNumeric.self, on: connection)
        try await check("money", "12.34", PGMoney.self, on: connection)
        try await check("text", "a\"b\\,{}", String.self, on: connection)
        try await check("varchar", "é", String.self, on: connection)
        try await check("char(3)", "ab", String.self, on: connection)
        try await check("name", "n", String.self, on: connection)
        try await check("\"char\"", "r", PGChar.self, on: connection)
        try await check("bytea", "\\x00ff", [UInt8].self, on: connection)
        try await check("uuid", "123e4567-e89b-12d3-a456-426614174000", PGUUID.self, on: connection)
        try await check("json", "{\"b\": [1, null]}", PGJSON.self, on: connection)
        try await check("jsonb", "{\"b\": [1, null]}", PGJSONB.self, on: connection)
        try await check("xml", "<a/>", PGXML.self, on: connection)
        try await check("bit(5)", "10101", PGBitString.self, on: connection)
        try await check("varbit", "101", PGBitString.self, on: connection)
        try await check("oid", "4294967295", UInt32.self, on: connection)
        try await check("xid8", "7", PGXID8.self, on: connection)
        try await check("tid", "(1,2)", PGTID.self, on: connection)
        try await check("pg_lsn", "16/B374D848", PGLSN.self, on: connection)
        try await check("pg_snapshot", "10:20:10,14", PGSnapshot.self, on: connection)
        try await check("tsvector", "a:1", PGTSVector.self, on: connection)
        try await check("tsquery", "a & !b", PGTSQuery.self, on: connection)
        try await check("jsonpath", "$.\"a\"", String.self, on: connection, isSent: false)
        try await check("refcursor", "c", String.self, on: connection, isSent: false)
    }

    @Test("dates, addresses, shapes and ranges")
    func structures() async throws {
        let connection = try await ValueSession.open().connection
        try await check("date", "0044-03-15 BC", PGDate.self, on: connection)
        try await check("time", "24:00:00", PGTime.self, on: connection)
        try await check("timetz", "08:30:00.25-03:30", PGTimeTZ.self, on: connection)
        try await check("timestamp", "infinity", PGLocalTimestamp.self, on: connection)
        try await check("timestamptz", "2024-02-29 08:30:00.25+01", PGTimestamp.self, on: connection)
        try await check("interval", "1 year -2 days 00:00:01.5", PGInterval.self, on: connection)
        try await check("inet", "10.0.0.1/8", PGInet.self, on: connection)
        try await check("cidr", "2001:db8::/32", PGCIDR.self, on: connection)
        try await check("macaddr", "08:00:2b:01:02:03", PGMACAddress.self, on: connection)
        try await check("macaddr8", "08:00:2b:01:02:03:04:05", PGMACAddress8.self, on: connection)
        try await check("point", "(1,2)", PGPoint.self, on: connection)
        try await check("line", "{1,2,3}", PGLine.self, on: connection)
        try await check("lseg", "[(1,2),(3,4)]", PGLineSegment.self, on: connection)
        try await check("box", "(3,4),(1,2)", PGBox.self, on: connection, isSent: false)
        try await check("path", "[(1,2),(3,4)]", PGPath.self, on: connection)
        try await check("polygon", "((1,2),(3,4))", PGPolygon.self, on: connection)
        try await check("circle", "<(1,2),3>", PGCircle.self, on: connection)
        try await check("int4range", "[1,5)", PGRange<Int32>.self, on: connection)
        try await check("int8range", "empty", PGRange<Int64>.self, on: connection)
        try await check("numrange", "(1.5,)", PGRange<PGNumeric>.self, on: connection)
        try await check("daterange", "[2024-01-01,infinity)", PGRange<PGDate>.self, on: connection)
        try await check(
            "tsrange", "[2024-01-01 00:00:00,2024-01-02 00:00:00]", PGRange<PGLocalTimestamp>.self, on: connection)
        try await check("tstzrange", "(,2024-01-01 00:00:00+00)", PGRange<PGTimestamp>.self, on: connection)
        try await check("int4multirange", "{[1,2),[4,5)}", PGMultirange<Int32>.self, on: connection)
        try await check("nummultirange", "{}", PGMultirange<PGNumeric>.self, on: connection)
    }

    @Test("types that somebody created")
    func created() async throws {
        let connection = try await ValueSession.open().connection
        try await check("mood", "sad", Mood.self, on: connection)
        try await check("positive", "7", PGUserDefined<Int32>.self, on: connection)
        try await check("citext", "Nick", PGUserDefined<String>.self, on: connection)
        try await check("hstore", "\"a\"=>\"1\", \"b\"=>NULL", PGHStore.self, on: connection)
        try await check("ltree", "Top.Science", PGLTree.self, on: connection)
        try await check("floatrange", "[1.5,2)", PGRange<Double>.self, on: connection)
    }
}
