import PGWire
import Testing

struct ScalarCodingTests {
    /// Checks the bytes of a value both ways, its type, and that no other length of them is read.
    private func check<T: PGEncodable & PGDecodable & Equatable>(
        _ value: T, _ type: PGType, _ bytes: [UInt8], fixedLength: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(T.postgresType == type, sourceLocation: sourceLocation)
        #expect(value.postgresType == type, sourceLocation: sourceLocation)
        #expect(!value.isNull, sourceLocation: sourceLocation)
        #expect(try encoded(value) == bytes, sourceLocation: sourceLocation)
        #expect(try decoded(bytes, as: T.self, type) == value, sourceLocation: sourceLocation)
        guard fixedLength else { return }
        for other in (0..<bytes.count).map({ Array(bytes[..<$0]) }) + [bytes + [0]] {
            let error = #expect(throws: PGError.self, sourceLocation: sourceLocation) {
                try decoded(other, as: T.self, type)
            }
            #expect(error?.code == .conversion, sourceLocation: sourceLocation)
            #expect(error?.message.contains("\(type)") == true, sourceLocation: sourceLocation)
        }
    }

    @Test("values have the bytes that the server's send functions give them")
    func goldenBytes() throws {
        try check(true, .bool, [1])
        try check(false, .bool, [0])
        try check(Int16.min, .int2, [0x80, 0])
        try check(Int16(258), .int2, [1, 2])
        try check(Int32(-2), .int4, [0xFF, 0xFF, 0xFF, 0xFE])
        try check(Int64.min, .int8, [0x80, 0, 0, 0, 0, 0, 0, 0])
        try check(Int64.max, .int8, [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        try check(Int(1) << 40, .int8, [0, 0, 1, 0, 0, 0, 0, 0])
        try check(UInt32.max, .oid, [0xFF, 0xFF, 0xFF, 0xFF])
        try check(Float(1.5), .float4, [0x3F, 0xC0, 0, 0])
        try check(-Double.infinity, .float8, [0xFF, 0xF0, 0, 0, 0, 0, 0, 0])
        try check(Double.leastNonzeroMagnitude, .float8, [0, 0, 0, 0, 0, 0, 0, 1])
        try check("é\n", .text, [0xC3, 0xA9, 0x0A], fixedLength: false)
        try check("", .text, [], fixedLength: false)
        try check([0, 1, 255] as [UInt8], .bytea, [0, 1, 255], fixedLength: false)
        try check([] as [UInt8], .bytea, [], fixedLength: false)
        let uuid = try #require(PGUUID("123E4567-e89b-12d3-a456-426614174000"))
        try check(
            uuid, .uuid, [0x12, 0x3E, 0x45, 0x67, 0xE8, 0x9B, 0x12, 0xD3, 0xA4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0])
        try check(PGTimestamp.microsecondsSince2000(-1), .timestamptz, Array(repeating: 0xFF, count: 8))
        try check(PGTimestamp.infinity, .timestamptz, [0x7F] + Array(repeating: 0xFF, count: 7))
        try check(PGTimestamp.negativeInfinity, .timestamptz, [0x80] + Array(repeating: 0, count: 7))
        try check(PGJSON(#"{"a": 1}"#), .json, Array(#"{"a": 1}"#.utf8), fixedLength: false)
        try check(PGJSONB("[]"), .jsonb, [1, 0x5B, 0x5D], fixedLength: false)
    }

    @Test("NaN and the sign of zero survive")
    func floatingPointCorners() throws {
        #expect(try decoded(encoded(Double.nan), as: Double.self, .float8).isNaN)
        #expect(try decoded(encoded(Float.nan), as: Float.self, .float4).isNaN)
        #expect(try decoded(encoded(-0.0), as: Double.self, .float8).sign == .minus)
        #expect(try decoded(encoded(Float(0.1)), as: Double.self, .float4) == Double(Float(0.1)))
    }

    @Test("integers widen, and never narrow")
    func integerWidths() throws {
        #expect(try decoded([0xFF, 0xFE], as: Int32.self, .int2) == -2)
        #expect(try decoded([0xFF, 0xFE], as: Int64.self, .int2) == -2)
        #expect(try decoded([0xFF, 0xFE], as: Int.self, .int2) == -2)
        #expect(try decoded([0xFF, 0xFF, 0xFF, 0xFE], as: Int64.self, .int4) == -2)
        #expect(try decoded([0xFF, 0xFF, 0xFF, 0xFE], as: Int.self, .int4) == -2)
        #expect(throws: PGError.self) { try decoded([0, 0, 0, 1], as: Int16.self, .int4) }
        #expect(throws: PGError.self) { try decoded([0, 0, 0, 0, 0, 0, 0, 1], as: Int32.self, .int8) }
        #expect(throws: PGError.self) { try decoded([0, 0, 0, 1], as: Int64.self, .int8) }
    }

    @Test("a boolean is one of two bytes")
    func booleans() {
        for byte in UInt8(2)...255 {
            #expect(throws: PGError.self) { try decoded([byte], as: Bool.self, .bool) }
        }
    }

    @Test("a column of another type is refused by its name, whatever its bytes")
    func mismatches() {
        func check<T: PGDecodable>(_: T.Type, except own: Set<PGType>) {
            let types: [PGType] = [
                .bool, .int2, .int4, .int8, .oid, .float4, .float8, .numeric, .text, .bytea, .uuid, .timestamptz, .date,
                .json, .jsonb, .int8Array, .textArray, .unspecified, PGType(rawValue: 70_000),
            ]
            for type in types where !own.contains(type) {
                let error = #expect(throws: PGError.self) { try decoded([0, 0, 0, 0], as: T.self, type) }
                #expect(error?.message.contains("\(type)") == true)
                #expect(error?.code == .conversion)
            }
        }
        check(Bool.self, except: [.bool])
        check(Int16.self, except: [.int2])
        check(Int32.self, except: [.int2, .int4])
        check(Int64.self, except: [.int2, .int4, .int8])
        check(Int.self, except: [.int2, .int4, .int8])
        check(UInt32.self, except: [.oid])
        check(Float.self, except: [.float4])
        check(Double.self, except: [.float4, .float8])
        check(String.self, except: [.text, .json, .jsonb])
        check([UInt8].self, except: [.bytea])
        check(PGUUID.self, except: [.uuid])
        check(PGTimestamp.self, except: [.timestamptz])
        check(PGJSON.self, except: [.json, .jsonb])
        check(PGJSONB.self, except: [.jsonb])
        check(Int64?.self, except: [.int2, .int4, .int8])
    }

    @Test("strings come from every type whose bytes are text")
    func stringTypes() throws {
        for type in [PGType.text, .varchar, .bpchar, .name, .json, .xml, .unknown] {
            #expect(try decoded(Array("a é".utf8), as: String.self, type) == "a é")
            #expect(throws: PGError.self) { try decoded([0xC3], as: String.self, type) }
        }
        #expect(try decoded([0x61], as: String.self, .char) == "a")
        #expect(try decoded([0], as: String.self, .char) == "")
        #expect(throws: PGError.self) { try decoded([0xFF], as: String.self, .char) }
        #expect(throws: PGError.self) { try decoded([], as: String.self, .char) }
        #expect(try decoded([1] + Array("{}".utf8), as: String.self, .jsonb) == "{}")
        #expect(throws: PGError.self) { try decoded([2] + Array("{}".utf8), as: String.self, .jsonb) }
        #expect(throws: PGError.self) { try decoded([], as: String.self, .jsonb) }
        #expect(try decoded(text: "{}", as: String.self, .jsonb) == "{}")
        #expect(try decoded(text: "1.50", as: String.self, .numeric) == "1.50")
    }

    @Test("U+0000 is refused before it is sent, and the value is not quoted")
    func zeroCharacter() {
        let values: [any PGEncodable] = ["hunter2\0", PGJSON("hunter2\0"), PGJSONB("hunter2\0"), ["a", "hunter2\0"]]
        for value in values {
            let error = #expect(throws: PGError.self) { try encoded(value) }
            #expect(error?.code == .conversion)
            #expect(error?.message.contains("U+0000") == true)
            #expect(error?.message.contains("hunter2") == false)
        }
    }

    @Test("values in text format are read exactly or not at all")
    func textFormat() throws {
        #expect(try decoded(text: "t", as: Bool.self, .bool))
        #expect(try !decoded(text: "f", as: Bool.self, .bool))
        #expect(try decoded(text: "-32768", as: Int16.self, .int2) == .min)
        #expect(try decoded(text: "-9223372036854775808", as: Int64.self, .int8) == .min)
        #expect(try decoded(text: "9223372036854775807", as: Int.self, .int8) == .max)
        #expect(try decoded(text: "4294967295", as: UInt32.self, .oid) == .max)
        #expect(try decoded(text: "1e+20", as: Double.self, .float8) == 1e20)
        #expect(try decoded(text: "-0", as: Double.self, .float8).sign == .minus)
        #expect(try decoded(text: "0.1", as: Double.self, .float4) == Double(Float(0.1)))
        #expect(try decoded(text: "NaN", as: Double.self, .float8).isNaN)
        #expect(try decoded(text: "-Infinity", as: Float.self, .float4) == -.infinity)
        #expect(try decoded(text: "2.2250738585072014e-308", as: Double.self, .float8) == .leastNormalMagnitude)
        let uuid = "123e4567-e89b-12d3-a456-426614174000"
        #expect(try decoded(text: uuid, as: PGUUID.self, .uuid).description == uuid)
        #expect(throws: PGError.self) { try decoded(text: "32768", as: Int16.self, .int2) }
        #expect(throws: PGError.self) { try decoded(text: "9223372036854775808", as: Int64.self, .int8) }
        #expect(throws: PGError.self) { try decoded(text: "-1", as: UInt32.self, .oid) }
        for text in ["", " 1", "1 ", "0x10", "１", "1_0", String(repeating: "0", count: 100)] {
            #expect(throws: PGError.self) { try decoded(text: text, as: Int64.self, .int8) }
        }
        for text in ["", "1e400", "-1e400", "1e-400", "0x1p3", "inf", "nan", "1.0 ", "1e", "--1"] {
            #expect(throws: PGError.self) { try decoded(text: text, as: Double.self, .float8) }
        }
        #expect(throws: PGError.self) { try decoded(text: "true", as: Bool.self, .bool) }
        #expect(try decoded(text: #"\x00fF"#, as: [UInt8].self, .bytea) == [0, 255])
        #expect(try decoded(text: #"a\\\000\377"#, as: [UInt8].self, .bytea) == Array("a\\".utf8) + [0, 255])
        for text in [#"\x0"#, #"\x0g"#, #"\"#, #"\00"#, #"\400"#, #"\008"#] {
            #expect(throws: PGError.self) { try decoded(text: text, as: [UInt8].self, .bytea) }
        }
        #expect(throws: PGError.self) { try decoded(text: "pg_class", as: UInt32.self, .regclass) }
    }

    @Test("NULL is nil, and an error for what cannot be nil")
    func null() throws {
        #expect(try Int64?.decodeNull() == nil)
        let error = #expect(throws: PGError.self) { try Int64.decodeNull() }
        #expect(error?.code == .conversion)
        #expect(try decoded([0, 7], as: Int16?.self, .int2) == 7)
        #expect((nil as Int64?).isNull)
        #expect((nil as Int64?).postgresType == .int8)
        #expect((5 as Int64?).postgresType == .int8)
        #expect(!(5 as Int64?).isNull)
        #expect(try encoded(5 as Int16?) == [0, 5])
    }

    @Test("a UUID's text is sixteen bytes in one form")
    func uuidText() throws {
        let bytes = (0..<16).map { UInt8($0 * 17) }
        let uuid = try #require(PGUUID(bytes: bytes))
        #expect(uuid.bytes == bytes)
        #expect(uuid.description == "00112233-4455-6677-8899-aabbccddeeff")
        #expect(PGUUID(uuid.description.uppercased()) == uuid)
        #expect(PGUUID(bytes: bytes.dropLast()) == nil)
        #expect(PGUUID(bytes: bytes + [0]) == nil)
        for text in [
            "", "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeefg",
            "{00112233-4455-6677-8899-aabbccddeeff}", "00112233-4455-6677-8899aabbccddee-ff",
        ] {
            #expect(PGUUID(text) == nil)
        }
        #expect(try #require(PGUUID("00000000-0000-0000-0000-000000000001")) < uuid)
    }

    @Test("timestamps convert from and to Unix time without overflow")
    func timestamps() throws {
        #expect(PGTimestamp(unixMicroseconds: 946_684_800_000_000) == .microsecondsSince2000(0))
        #expect(PGTimestamp.microsecondsSince2000(0).unixMicroseconds == 946_684_800_000_000)
        #expect(PGTimestamp(unixMicroseconds: .min) == nil)
        #expect(PGTimestamp(unixMicroseconds: .max)?.unixMicroseconds == .max)
        #expect(PGTimestamp.microsecondsSince2000(.max).unixMicroseconds == nil)
        #expect(PGTimestamp.infinity.unixMicroseconds == nil)
        #expect(throws: PGError.self) { try encoded(PGTimestamp.microsecondsSince2000(.max)) }
        #expect(throws: PGError.self) { try encoded(PGTimestamp.microsecondsSince2000(.min)) }
        #expect(try decoded([0, 0, 0, 0, 0, 0, 0, 1], as: PGTimestamp.self, .timestamp) == .microsecondsSince2000(1))
        let ordered: [PGTimestamp] = [
            .negativeInfinity, .microsecondsSince2000(-1), .microsecondsSince2000(1), .infinity,
        ]
        #expect(ordered.reversed().sorted() == ordered)
        #expect(!(PGTimestamp.infinity < .infinity) && !(PGTimestamp.negativeInfinity < .negativeInfinity))
    }
}
