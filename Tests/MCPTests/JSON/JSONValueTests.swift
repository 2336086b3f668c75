import MCP
import Testing

struct JSONValueTests {
    private func written(_ text: String) throws -> String { try JSONValue(parsing: text).description }

    @Test(
        "what a text says comes out byte for byte",
        arguments: [
            "123", "12345678901234567890", "1e400", "-0", "1E+2", "0.10", #""\u0000""#, #""a\"b\\c/\n\t\b\f\r\u001f""#,
            #"{"b":1,"a":2}"#, "{\"é\":1,\"e\u{301}\":2}", #"[[],{},"",null,true,false]"#, "\"\u{1F600}\u{2028}\"",
        ])
    func roundTrip(text: String) throws {
        #expect(Array(try written(text).utf8) == Array(text.utf8))
    }

    @Test("escapes that need not be are written as the characters they stand for")
    func minimalEscaping() throws {
        #expect(try written(#""\u00e9\/\ud83d\ude00\u0041""#) == "\"é/\u{1F600}A\"")
    }

    @Test("keys that differ only by normalization are different members")
    func canonicalEquivalence() throws {
        let object = try #require(JSONValue(parsing: "{\"é\":1,\"e\u{301}\":2}").objectValue)
        #expect(object.count == 2)
        #expect(object["é"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(JSONValue.string("é") != JSONValue.string("e\u{301}"))
    }

    @Test("of equal keys the last value wins at the first place")
    func duplicateKeys() throws {
        #expect(try written(#"{"a":1,"b":2,"a":3}"#) == #"{"a":3,"b":2}"#)
        let many = "{" + (0..<50).map { #""k\#($0)":0,"# }.joined() + #""k0":1}"#
        let object = try #require(JSONValue(parsing: many).objectValue)
        #expect(object.count == 50)
        #expect(object.first?.value == 1)
    }

    @Test("512 levels are read, compared, hashed and written; 513 are refused")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: #"[{"a":"#, count: depth / 2) + "[" + String(repeating: "]", count: 1)
                + String(repeating: "}]", count: depth / 2)
        }
        let deep = try JSONValue(parsing: nested(511))
        #expect(deep.description == nested(511))
        #expect(deep.hashValue == (try JSONValue(parsing: nested(511))).hashValue)
        let arrays = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(try written(arrays) == arrays)
        #expect(throws: JSONError(.tooDeep, at: 512)) { try JSONValue(parsing: "[" + arrays + "]") }
        let endless = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
        #expect(throws: JSONError(.tooDeep, at: 512)) { try JSONValue(parsing: endless) }
    }

    @Test("a text of more bytes than allowed is refused")
    func size() {
        #expect(throws: JSONError(.tooLarge, at: 3)) {
            try JSONValue(parsing: "1234", limits: JSONLimits(maximumBytes: 3))
        }
    }

    @Test(
        "an error says what is wrong and at which byte",
        arguments: [
            ("", JSONError(.unexpectedEnd, at: 0)), ("[1,]", JSONError(.unexpectedByte(0x5D), at: 3)),
            ("1 2", JSONError(.trailingContent, at: 2)), ("\u{FEFF}1", JSONError(.byteOrderMark, at: 0)),
            ("[01]", JSONError(.invalidNumber, at: 1)), ("\"a\u{1}\"", JSONError(.controlCharacter(1), at: 2)),
            (#""a\q""#, JSONError(.invalidEscape, at: 2)), (#""\ud800x""#, JSONError(.loneSurrogate, at: 1)),
            (#""\udc00\ud800""#, JSONError(.loneSurrogate, at: 1)),
        ])
    func errors(text: String, error: JSONError) {
        #expect(throws: error) { try JSONValue(parsing: text) }
    }

    @Test("a string that is not UTF-8 is refused at its first bad byte")
    func invalidUTF8() {
        #expect(throws: JSONError(.invalidUTF8, at: 3)) {
            try JSONValue(parsing: [0x22, 0x61, 0x62, 0xC0, 0x80, 0x22])
        }
    }

    @Test("100 000 members are read, found and compared in time that does not grow with their square")
    func manyMembers() throws {
        let text = "{" + (0..<100_000).map { #""key\#($0)":\#($0)"# }.joined(separator: ",") + "}"
        let started = ContinuousClock.now
        let value = try JSONValue(parsing: text)
        let object = try #require(value.objectValue)
        #expect(object.count == 100_000)
        for number in stride(from: 0, to: 100_000, by: 7) { #expect(object["key\(number)"]?.intValue == Int64(number)) }
        #expect(try JSONValue(parsing: value.serialized()) == value)
        // A quadratic reader takes minutes.
        #expect(ContinuousClock.now - started < .seconds(30))
    }

    @Test("100 000 small objects and arrays are read in time that does not grow with their square")
    func manyContainers() throws {
        let text = "[" + String(repeating: #"{"a":[1]},"#, count: 100_000) + "0]"
        let started = ContinuousClock.now
        #expect(try JSONValue(parsing: text).arrayValue?.count == 100_001)
        #expect(ContinuousClock.now - started < .seconds(20))
    }

    @Test("keys that are canonically equivalent do not collide")
    func equivalentKeys() throws {
        // Combining marks of different classes may stand in any order: 2^14 spellings of one canonical text.
        let text =
            "{"
            + (0..<1 << 14).map { number in
                let key = (0..<14).map { number >> $0 & 1 == 0 ? "a\u{301}\u{323}" : "a\u{323}\u{301}" }.joined()
                return "\"\(key)\":0"
            }.joined(separator: ",") + "}"
        let started = ContinuousClock.now
        #expect(try JSONValue(parsing: text).objectValue?.count == 1 << 14)
        #expect(ContinuousClock.now - started < .seconds(20))
    }

    @Test("members are set, replaced and removed in order")
    func editing() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["c"] = 3
        object["a"] = nil
        object.append("b", "two")
        #expect(object.description == #"{"b":"two","c":3}"#)
        for number in 0..<40 { object["k\(number)"] = .init(number) }
        object["k0"] = nil
        #expect(object["k39"] == 39)
        #expect(object["k0"] == nil)
        #expect(object.keys.first == "b")
    }

    @Test("objects are equal and hash alike whatever the order of their members")
    func orderDoesNotCount() {
        let one: JSONValue = ["a": 1, "b": [1.0, nil]]
        let other: JSONValue = ["b": [1, nil], "a": 1.0]
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["a": 1, "c": [1, nil]])
    }
}
