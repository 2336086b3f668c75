import PGWire
import Testing

struct ContainerTests {
    @Test("an array's dimensions fit its elements")
    func arrayShapes() throws {
        let two = [PGArrayDimension(count: 2), PGArrayDimension(count: 2, lowerBound: -1)]
        let array = try #require(PGArray([1, 2, 3, 4], dimensions: two))
        #expect(array[1, -1] == 1 && array[2, 0] == 4 && array[2, 1] == nil && array[0, 0] == nil && array[1] == nil)
        #expect(array.rows == [[1, 2], [3, 4]])
        #expect(PGArray(rows: [[1, 2], [3, 4]])?.elements == [1, 2, 3, 4])
        #expect(PGArray(rows: [[1, 2], [3]]) == nil && PGArray(rows: [[], []] as [[Int]]) == nil)
        #expect(PGArray(rows: [] as [[Int]])?.dimensions == [])
        #expect(PGArray([1, 2, 3], dimensions: two) == nil && PGArray([1], dimensions: []) == nil)
        #expect(PGArray([] as [Int], dimensions: [PGArrayDimension(count: 0)]) == nil)
        #expect(PGArray([1], dimensions: (0..<7).map { _ in PGArrayDimension(count: 1) }) == nil)
        #expect(PGArray([1], dimensions: [PGArrayDimension(count: 1, lowerBound: .max)]) == nil)
        #expect(PGArray([] as [Int], dimensions: [.max, .max].map { PGArrayDimension(count: $0) }) == nil)
        #expect(PGArray([1, 2]).rows == nil && PGArray([1, 2], lowerBound: 0)[0] == 1)
        #expect(try encoded(PGArray([] as [Int])) == encoded([] as [Int]))
        #expect(PGArray<Int>.postgresType == .int8Array)
        // An array that does not begin at 1 is still a Swift array to those who ask for one.
        #expect(try decoded(encoded(PGArray([5, 6], lowerBound: 3)), as: [Int].self, .int8Array) == [5, 6])
        let error = #expect(throws: PGError.self) { try decoded(encoded(array), as: [Int].self, .int8Array) }
        #expect(error?.message.contains("Array<Array<Int>>") == true)
    }

    @Test("a range holds the values between its ends")
    func ranges() throws {
        #expect(PGRange(1..<1) == .empty)
        #expect(PGRange(1...3).contains(3) && !PGRange(1..<3).contains(3) && PGRange(...3).contains(.min))
        #expect(!PGRange<Int>.empty.contains(0) && PGRange<Int>.all.contains(0) && !PGRange(..<3).contains(3))
        let open = PGRange.between(.excluding(1), .unbounded)
        #expect(!open.contains(1) && open.contains(2) && open.description == "(1,)")
        #expect(PGRange<Int>.all.description == "(,)" && PGRange<Int>.empty.description == "empty")
        #expect(try encoded(PGRange<Int32>(1..<2)) == [2, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 2])
        #expect(try encoded(PGRange<Int32>.empty) == [1] && encoded(PGRange<Int32>.all) == [0x18])
        #expect(throws: PGError.self) { try decoded([0x20], as: PGRange<Int32>.self, .int4range) }
        #expect(throws: PGError.self) { try decoded([1, 0], as: PGRange<Int32>.self, .int4range) }
        for text in ["", "[1,2", "1,2)", "[1;2)", "[1,2)x", "[a,2)", "[1,2,3)", "[\"1,2)", "Empty"] {
            #expect(throws: PGError.self, "\(text)") { try decoded(text: text, as: PGRange<Int32>.self, .int4range) }
        }
        for text in ["", "{", "{[1,2)", "{[1,2),}", "[1,2)", "{[1,2)}x", "{[1,2) [3,4)}"] {
            #expect(throws: PGError.self, "\(text)") {
                try decoded(text: text, as: PGMultirange<Int32>.self, .int4multirange)
            }
        }
        // The widths of the bounds may be less than the type's, as for integers.
        #expect(try decoded(encoded(PGRange<Int32>(1..<2)), as: PGRange<Int>.self, .int4range) == PGRange(1..<2))
    }

    @Test("a record's fields are told by their number")
    func records() throws {
        let record = try PGRecord(Int32(1), "a", nil as Int64?)
        let back = try decoded(encoded(record), as: PGRecord.self, .record)
        #expect(back == record && back.fields.map(\.type) == [.int4, .text, .int8])
        let (one, text, none) = try back.decode(as: (Int, String, Int64?).self)
        #expect(one == 1 && text == "a" && none == nil)
        let null = #expect(throws: PGError.self) { try back.decode(Int64.self, at: 2) }
        #expect(null?.message.contains("Field 2") == true)
        #expect(throws: PGError.self) { try back.decode(as: (Int, String).self) }
        for index in [-1, 3] { #expect(throws: PGError.self) { try back.decode(Int.self, at: index) } }
        #expect(throws: PGError.self) { try PGRecord("\0") }
        for text in ["", "(", "(1", "1)", "(1)x", "(\"1)"] {
            #expect(throws: PGError.self, "\(text)") { try decoded(text: text, as: PGRecord.self, .record) }
        }
        let shown = try decoded(text: #"(1,"a, ""b""\\",,"")"#, as: PGRecord.self, .record)
        let (first, second, third, fourth) = try shown.decode(as: (Int32, String, Int32?, String?).self)
        #expect(first == 1 && second == #"a, "b"\"# && third == nil && fourth == "")
    }

    private enum Mood: String, PGEnum { case happy }
    private struct UserID: RawRepresentable, PGEncodable, PGDecodable, PGArrayElement, Equatable {
        var rawValue: Int64
        static var postgresArrayType: PGType { .int8Array }
    }
    private enum Level: Int16, PGEncodable, PGDecodable { case low = 1 }

    @Test("a Swift type stands for a label, or for what it wraps")
    func wrapped() throws {
        let created = PGType(rawValue: 70_000)
        #expect(Mood.happy.postgresType == .unspecified)
        for type in [created, .text, .varchar] {
            #expect(try decoded(encoded(Mood.happy), as: Mood.self, type) == .happy)
        }
        let error = #expect(throws: PGError.self) { try decoded(Array("secret".utf8), as: Mood.self, created) }
        #expect(error?.message.contains("Mood") == true && error?.message.contains("secret") == false)
        #expect(throws: PGError.self) { try decoded(encoded(Mood.happy), as: Mood.self, .int4) }
        #expect(UserID(rawValue: 1).postgresType == .int8 && Level.postgresType == .int2)
        let users = [UserID(rawValue: 7)]
        #expect(try decoded(encoded(users), as: [UserID].self, .int8Array) == users)
        #expect(throws: PGError.self) { try decoded(encoded(Int16(2)), as: Level.self, .int2) }
        #expect(try decoded(encoded(PGUserDefined(Int32(7))), as: PGUserDefined<Int32>.self, created).value == 7)
        #expect(throws: PGError.self) { try decoded(encoded(Int32(7)), as: PGUserDefined<String>.self, .int4) }
    }

    @Test("networks, bits and queries of text search are whole or not made at all")
    func invariants() throws {
        #expect(PGCIDR(.v4(1), prefixLength: 31) == nil && PGCIDR(.v4(1), prefixLength: 33) == nil)
        #expect(PGCIDR(.v4(0), prefixLength: 0) != nil && PGCIDR(.v6(1), prefixLength: 127) == nil)
        #expect(throws: PGError.self) { try decoded([2, 8, 1, 4, 10, 1, 0, 0], as: PGCIDR.self, .cidr) }
        #expect(throws: PGError.self) { try decoded([2, 33, 0, 4, 10, 1, 0, 0], as: PGInet.self, .inet) }
        for text in [
            "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4/33", "1.2.3.4/", "::1/129", ":::", "1::2::3", "12345::",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "1:", ":1", "::g",
            "1:2:3:4::5:6:7:8",
        ] {
            #expect(PGInet(text) == nil, "\(text)")
        }
        #expect(PGBitString(bytes: [0x81], count: 7) == nil && PGBitString(bytes: [0x80], count: 9) == nil)
        #expect(PGBitString(bytes: [], count: -1) == nil && PGBitString("102") == nil)
        let bits = try #require(PGBitString("100000001"))
        #expect(bits.count == 9 && bits[0] && !bits[1] && bits[8] && bits.bytes == [0x80, 0x80])
        for text in ["0", "0/", "/0", "0/0/0", "g/0", "100000000/0", "-1/0", "+1/0"] { #expect(PGLSN(text) == nil) }
        #expect(PGTSQuery(parts: [.and, .word("a", weights: 0, isPrefix: false)]) == nil)
        #expect(PGTSQuery(parts: [.word("a", weights: 0, isPrefix: false), .not]) == nil)
        for text in ["'a", "'a' &", "& 'a'", "( 'a'", "'a' )", "'a' 'b'", "!", "'a' <x> 'b'", "'a' <99999> 'b'", "()"] {
            #expect(PGTSQuery(text) == nil, "\(text)")
        }
        // Nothing in it calls itself, however deep a query is.
        let deep = [PGTSQuery.Part](repeating: .not, count: 100_000) + [.word("a", weights: 0, isPrefix: false)]
        let query = try #require(PGTSQuery(parts: deep))
        #expect(try decoded(encoded(query), as: PGTSQuery.self, .tsquery) == query)
        #expect(PGBox(PGPoint(x: 1, y: .nan), PGPoint(x: 2, y: 0)).high.y.isNaN)
    }
}
