import PGWire
import TestSupport
import Testing

@Suite("Rows as Decodable types", .needsServer, .needsSession)
struct DecodableTests {
    private enum Role: String, Decodable { case admin, guest }
    private enum Mood: String, Decodable, PGEnum { case sad }
    private struct UserID: RawRepresentable, Decodable, Equatable { var rawValue: Int64 }

    private struct User: Decodable {
        let id: Int64
        let name: String
        let email: String?
        let created_at: PGTimestamp
        let balance: PGNumeric
        let tags: [String]
        let scores: [Double?]
        let role: Role
        let roles: [Role?]
        let mood: Mood?
        let moodText: String
        let manager: UserID?
        let small: UInt8
        let data: [UInt8]
        let period: PGRange<PGDate>
        let matrix: PGArray<Int32>
        let nick: PGUserDefined<String>
        let settings: PGJSONB
        let labels: PGHStore
        let isActive: Bool

        enum CodingKeys: String, CodingKey {
            case id, name, email, created_at, balance, tags, scores, role, roles, mood, manager, small, data, period
            case matrix, nick, settings, labels
            case moodText = "mood_text"
            case isActive = "is active"
        }
    }

    private let select: PGQuery = """
        SELECT 'left alone' AS unknown, 7::int4 AS id, 'é"' AS name, NULL::text AS email, 'infinity'::timestamptz AS created_at,
            1.50 AS balance, ARRAY['a', 'b'] AS tags, ARRAY[1.5, NULL]::float8[] AS scores, 'admin' AS role,
            ARRAY['guest', NULL] AS roles, 'sad'::mood AS mood, 'sad'::mood AS mood_text, 8::int8 AS manager,
            255::int2 AS small, '\\x00ff'::bytea AS data, '[2024-01-01,2024-02-01)'::daterange AS period,
            '{{1,2},{3,4}}'::int4[] AS matrix, 'Nick'::citext AS nick, '{"a": 1}'::jsonb AS settings,
            'a=>1'::hstore AS labels, true AS "is active"
        """

    @Test("properties of every kind are read by the names of their columns")
    func properties() async throws {
        let session = try await ValueSession.open()
        let users = try await session.connection.query(select).decode(as: User.self)
        let user = try #require(users.first)
        #expect(users.count == 1 && user.id == 7 && user.name == "é\"" && user.email == nil)
        #expect(user.created_at == .infinity && user.balance.description == "1.50" && user.tags == ["a", "b"])
        #expect(user.scores == [1.5, nil] && user.role == .admin && user.roles == [.guest, nil] && user.mood == .sad)
        #expect(user.moodText == "sad" && user.manager == UserID(rawValue: 8) && user.small == 255)
        #expect(user.data == [0, 255] && user.matrix.rows == [[1, 2], [3, 4]] && user.nick.value == "Nick")
        #expect(user.period.description == "[2024-01-01,2024-02-01)" && user.settings.text == #"{"a": 1}"#)
        #expect(user.labels == ["a": "1"] && user.isActive)
    }

    @Test("types that are both Decodable and the driver's are read as the driver's, tuples as tuples")
    func overloads() async throws {
        let connection = try await ValueSession.open().connection
        let result = try await connection.query("SELECT 1::int8 UNION ALL SELECT 2")
        #expect(try result.decode(as: Int64.self) == [1, 2])
        #expect(try result[0].decode(as: Int64?.self) == 1)
        #expect(try await connection.query("SELECT ARRAY['a']").decode(as: [String].self) == [["a"]])
        let pair = try await connection.query("SELECT 1::int4, 'a'").decode(as: (Int32, String).self)
        #expect(pair[0].0 == 1 && pair[0].1 == "a")
        // A type of one value, or a list of such, takes the one column.
        #expect(try await connection.query("SELECT 'guest'").decode(as: Role.self) == [.guest])
        #expect(
            try await connection.query("SELECT ARRAY['guest', 'admin']").decode(as: [Role].self) == [[.guest, .admin]])
        #expect(throws: PGError.self) { try result[0].decode(as: [Role].self) }
    }

    private struct Small: Decodable { let id: UInt8 }
    private struct Maybe: Decodable { let id: Int64?, note: String? }
    private struct Accented: Decodable {
        let value: Int64
        enum CodingKeys: String, CodingKey { case value = "\u{E9}" }
    }
    private struct Nested: Decodable { let id: Small }
    private struct Roles: Decodable { let roles: [Role] }
    private struct OneRole: Decodable { let role: Role }

    @Test("an error names the column, and quotes no value")
    func errors() async throws {
        let connection = try await ValueSession.open().connection
        func error<T: Decodable>(_ type: T.Type, _ sql: String) async throws -> PGError? {
            let result = try await connection.query(PGQuery(unsafeSQL: sql))
            return #expect(throws: PGError.self) { try result.decode(as: type) }
        }
        for (sql, code) in [
            ("SELECT 256 AS id", PGError.Code.conversion), ("SELECT -1 AS id", .conversion),
            ("SELECT NULL::int4 AS id", .conversion), ("SELECT 'hunter2' AS id", .conversion),
            ("SELECT 1 AS \"ID\"", .unexpectedResult), ("SELECT 1::numeric AS id", .conversion),
        ] {
            let error = try await error(Small.self, sql)
            #expect(error?.code == code && error?.message.contains("“id”") == true, "\(sql)")
            #expect(error?.message.contains("hunter2") == false)
        }
        // Names are compared byte by byte, also where they are the same to a reader.
        let accented = try await connection.query("SELECT 1 AS \(identifier: "e\u{301}"), 2 AS \(identifier: "\u{E9}")")
        #expect(try accented.decode(as: Accented.self).map(\.value) == [2])
        // A name that was mistyped is not taken for NULL.
        let missing = try await error(Maybe.self, "SELECT 1::int8 AS id, 'a' AS notes")
        #expect(missing?.code == .unexpectedResult && missing?.message.contains("“note”") == true)
        let nested = try await error(Nested.self, #"SELECT '{"id": 1}'::json AS id"#)
        #expect(nested?.message.contains("“id”") == true && nested?.message.contains("json") == true)
        let role = try await error(OneRole.self, "SELECT 'hunter2' AS role")
        #expect(role?.message.contains("“role”") == true && role?.message.contains("hunter2") == false)
        for sql in ["ARRAY['admin', 'hunter2']", "ARRAY['admin', NULL]", "'{{admin}}'::text[]", "NULL::text[]", "1"] {
            let error = try await error(Roles.self, "SELECT \(sql) AS roles")
            #expect(error?.code == .conversion && error?.message.contains("“roles”") == true, "\(sql)")
            #expect(error?.message.contains("hunter2") == false)
        }
    }

    @Test("the values have a coded form for other coders: their text")
    func textCoding() throws {
        // The text is what a coder of strings gets.
        var sink = StringSink()
        try PGNumeric(15).encode(to: sink)
        #expect(sink.text.value == "15")
        sink = StringSink()
        try #require(PGInet("::1")).encode(to: sink)
        #expect(sink.text.value == "::1")
        sink.text.value = "2024-02-29"
        #expect(try PGDate(from: sink) == PGDate(year: 2024, month: 2, day: 29))
        sink.text.value = "no date"
        #expect(throws: DecodingError.self) { try PGDate(from: sink) }
    }
}

/// Codes one string and nothing else.
private struct StringSink: Encoder, Decoder, SingleValueEncodingContainer, SingleValueDecodingContainer {
    final class Text { var value = "" }
    private struct Unsupported: Error {}

    let text = Text()
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> { fatalError("not a string") }
    func unkeyedContainer() -> any UnkeyedEncodingContainer { fatalError("not a string") }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }
    func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> { throw Unsupported() }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Unsupported() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
    func encodeNil() throws { throw Unsupported() }
    func encode<T: Encodable>(_ value: T) throws { text.value = "\(value)" }
    func decodeNil() -> Bool { false }
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        guard let value = text.value as? T else { throw Unsupported() }
        return value
    }
}
