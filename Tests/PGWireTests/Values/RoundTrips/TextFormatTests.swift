import PGWire
import TestSupport
import Testing

@Suite("Values of simple queries, which come as text", .needsServer, .needsSession)
struct TextFormatTests {
    private enum Mood: String, PGEnum { case sad }
    private struct User: Decodable {
        let id: Int64
        let name: String?
        let balance: PGNumeric
        let mood: Mood
        let tags: [String?]

        enum CodingKeys: String, CodingKey { case id, name, balance, mood, tags }
    }

    @Test("every type is read from the text of a simple query as from the bytes of another one")
    func sameValues() async throws {
        let connection = try await ValueSession.open().connection
        func check<T: PGDecodable & Equatable>(_ expression: String, _: T.Type) async throws {
            let sql = "SELECT \(expression)"
            let simple = try await connection.simpleQuery(PGQuery(unsafeSQL: sql))
            #expect(simple[0].columns[0].format == .text)
            let binary = try await connection.query(PGQuery(unsafeSQL: sql))
            #expect(try simple[0].decode(as: T.self) == binary.decode(as: T.self), "\(expression)")
        }
        try await check("true", Bool.self)
        try await check("1.5::float8 / 3", Double.self)
        try await check("1.50", PGNumeric.self)
        try await check(#"'\x00ff'::bytea"#, [UInt8].self)
        try await check("'0044-03-15 BC'::date", PGDate.self)
        try await check("'2024-02-29 08:30:00.25+05:30'::timestamptz", PGTimestamp.self)
        try await check("'2024-02-29 08:30'::timestamp", PGLocalTimestamp.self)
        try await check("'24:00'::time", PGTime.self)
        try await check("'08:30+05:30'::timetz", PGTimeTZ.self)
        try await check("'1 year -2 days 00:00:01.5'::interval", PGInterval.self)
        try await check("'::1/64'::inet", PGInet.self)
        try await check("'10.0.0.0/8'::cidr", PGCIDR.self)
        try await check("'08:00:2b:01:02:03'::macaddr", PGMACAddress.self)
        try await check("B'101'", PGBitString.self)
        try await check("'r'::\"char\"", PGChar.self)
        try await check("'(0,1)'::tid", PGTID.self)
        try await check("'[(0,0),(1,1)]'::path", PGPath.self)
        try await check("'{a,NULL,\"b,\\\"\"}'::text[]", [String?].self)
        try await check("'[0:1][2:2]={{1},{2}}'::int4[]", PGArray<Int32>.self)
        try await check("'(1,5]'::int8range", PGRange<Int64>.self)
        try await check("'{[1,5),[7,8)}'::int4multirange", PGMultirange<Int32>.self)
        try await check("'sad'::mood", Mood.self)
        try await check("'{sad,sad}'::mood[]", [Mood].self)
        try await check("'a=>1, b=>NULL'::hstore", PGHStore.self)
        try await check("'Nick'::citext", PGUserDefined<String>.self)
        try await check("'Top.Science.Astronomy'::ltree", PGLTree.self)
        try await check("ARRAY[[1, 2], [3, NULL]]", [[Int32?]].self)
        try await check("'10:20:10,14,15'::pg_snapshot", PGSnapshot.self)
        try await check("'[1.5,2)'::floatrange", PGRange<Double>.self)
        try await check("to_tsvector('simple', 'it''s a test')", PGTSVector.self)
        try await check("'a & (b | !c)'::tsquery", PGTSQuery.self)
        try await check("'{\"a\": 1}'::jsonb", PGJSONB.self)
        let record = try await connection.simpleQuery("SELECT ROW(1, NULL, 'a,\"b', ARRAY[1, 2])")[0][0].decode(
            as: PGRecord.self)
        let (one, none, text, array) = try record.decode(as: (Int32, String?, String, [Int64]).self)
        #expect(one == 1 && none == nil && text == "a,\"b" && array == [1, 2])
    }

    @Test(
        "a date, a time or an interval in another style than ISO is an error that tells what to set, or right",
        arguments: ["ISO", "SQL", "German", "Postgres"], ["postgres", "sql_standard", "postgres_verbose", "iso_8601"])
    func styles(dateStyle: String, intervalStyle: String) async throws {
        let connection = try await ValueSession.open().connection
        func check<T: PGDecodable & PGEncodable & PGArrayElement & Equatable>(
            _ type: String, _: T.Type, _ texts: [String], reads isRead: Bool, _ setting: String?
        ) async throws {
            let sql = texts.map { "SELECT '\($0)'::\(type), ARRAY['\($0)'::\(type)]" }.joined(separator: ";")
            let expected = try await connection.simpleQuery(PGQuery(unsafeSQL: sql))
            for order in ["MDY", "DMY", "YMD"] {
                let styles = "SET DateStyle TO \(dateStyle), \(order); SET IntervalStyle TO \(intervalStyle)"
                let shown = try await connection.simpleQuery(
                    PGQuery(unsafeSQL: "\(styles); \(sql); RESET DateStyle; RESET IntervalStyle")
                ).filter { !$0.isEmpty }
                for (styled, plain) in zip(shown, expected) {
                    let value = try plain[0].decode(T.self, at: 0)
                    let text = try styled[0].decode(String.self, at: 0)
                    let comment = Comment(rawValue: "\(type) \(text), \(dateStyle), \(order), \(intervalStyle)")
                    do throws(PGError) {
                        let read = try styled[0].decode(T.self, at: 0)
                        #expect(read == value, comment)
                    } catch {
                        #expect(!isRead, comment)
                        #expect(error.code == .conversion, comment)
                        #expect(error.message.contains(setting ?? "nothing to set"), comment)
                    }
                    do throws(PGError) {
                        let read = try styled[0].decode([T].self, at: 1)
                        #expect(read == [value], comment)
                    } catch {
                        #expect(!isRead && error.message.contains(setting ?? "nothing to set"), comment)
                    }
                }
            }
        }
        let isISO = dateStyle == "ISO"
        let days = ["2024-02-29", "2024-03-04", "0001-02-03", "0044-03-15 BC", "12024-01-02", "infinity"]
        try await check("date", PGDate.self, days, reads: isISO, "SET DateStyle TO ISO")
        let moments = days.map { $0.contains("-") ? $0.replacing(" BC", with: "") + " 08:30:01.25" : $0 }
        try await check("timestamp", PGLocalTimestamp.self, moments, reads: isISO, "SET DateStyle TO ISO")
        try await check("timestamptz", PGTimestamp.self, moments, reads: isISO, "SET DateStyle TO ISO")
        try await check("time", PGTime.self, ["00:00", "08:30:01.25", "24:00"], reads: true, nil)
        try await check("timetz", PGTimeTZ.self, ["08:30+05:30", "00:00-08"], reads: true, nil)
        try await check(
            "interval", PGInterval.self,
            [
                "1 year 2 mons", "-1 year", "3 days", "-3 days", "12:05:06", "-12:05:06", "04:05:06", "0",
                "1 mon -2 days",
                "1 year 2 mons 3 days -04:05:06.7", "1 day 12:00", "-2 days +12:00", "1 sec",
            ], reads: intervalStyle == "postgres", "SET IntervalStyle TO postgres")
    }

    @Test("rows of a simple query are read as Decodable types too, however many columns they have")
    func decodable() async throws {
        let connection = try await ValueSession.open().connection
        let fields = "7 AS id, NULL AS name, 1.50 AS balance, 'sad'::mood AS mood, ARRAY['a', NULL] AS tags"
        let more = (0..<20).map { "\($0) AS \"c\($0)\"" }.joined(separator: ", ")
        for sql in ["SELECT \(fields)", "SELECT \(more), \(fields), 8 AS id"] {
            let result = try await connection.simpleQuery(PGQuery(unsafeSQL: sql))
            let user = try result[0].decode(as: User.self)[0]
            #expect(user.id == 7 && user.name == nil && user.balance.description == "1.50")
            #expect(user.mood == .sad && user.tags == ["a", nil])
        }
    }
}
