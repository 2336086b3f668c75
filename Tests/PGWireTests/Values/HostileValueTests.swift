import Testing

@testable import PGWire

/// Bytes and texts that no server sends.
struct HostileValueTests {
    /// A value of some type in both of its forms.
    private struct Sample {
        let type: PGType
        let binary: [UInt8]
        let text: String?
        let read: ([UInt8], PGFormat) throws(PGError) -> Void

        init<T: PGEncodable & PGDecodable>(_ value: T, _ type: PGType? = nil, text: String?) throws {
            let type = type ?? T.postgresType
            self.type = type
            self.binary = try encoded(value)
            self.text = text
            read = { (bytes, format) throws(PGError) in _ = try decoded(bytes, as: T.self, type, format) }
        }

        init<T: PGEncodable & PGDecodable & LosslessStringConvertible>(_ value: T) throws {
            try self.init(value, text: value.description)
        }
    }

    private struct Pair: PGComposite {
        var first: Int32
        var second: String?

        init(_ first: Int32, _ second: String?) { (self.first, self.second) = (first, second) }
        init(record: PGRecord) throws(PGError) { (first, second) = try record.decode(as: (Int32, String?).self) }
        var record: PGRecord { get throws(PGError) { try PGRecord(first, second) } }
    }

    private enum Color: String, PGEnum { case red }

    private static let created = PGType(rawValue: 70_000)

    private func samples() throws -> [Sample] {
        let point = PGPoint(x: 1.5, y: -2)
        return [
            try Sample(try #require(PGNumeric("-12345678.000901"))), try Sample(PGNumeric.nan),
            try Sample(try #require(PGDate("0044-03-15 BC"))), try Sample(PGDate.infinity),
            try Sample(try #require(PGTime("23:59:59.5"))), try Sample(try #require(PGTimeTZ("23:59:59.5-03:30:15"))),
            try Sample(try #require(PGTimestamp("2024-02-29 08:30:00.25+01"))),
            try Sample(try #require(PGLocalTimestamp("0045-02-29 08:30:00.25 BC"))),
            try Sample(try #require(PGInterval("1 year 2 mons -3 days +04:05:06.789"))),
            try Sample(try #require(PGInet("192.0.2.1/24"))), try Sample(try #require(PGInet("2001:db8::ffff/64"))),
            try Sample(try #require(PGCIDR("10.0.0.0/8"))), try Sample(try #require(PGMACAddress("08:00:2b:01:02:03"))),
            try Sample(try #require(PGMACAddress8("08:00:2b:01:02:03:04:05"))),
            try Sample(try #require(PGBitString("1010101010101"))), try Sample(PGLSN(rawValue: 0x16_B374_D848)),
            try Sample(PGXID8(rawValue: 77)), try Sample(PGTID(block: 5, offset: 6)),
            try Sample(try #require(PGSnapshot("10:20:10,14,19"))),
            try Sample(PGVector([1.5, -2, 0.25]), Self.created, text: "[1.5,-2,0.25]"),
            try Sample([[1, 2], [3, 4]] as [[Int32]], text: "{{1,2},{3,4}}"),
            try Sample(PGMoney(rawValue: 5), text: nil), try Sample(PGChar("r"), text: #"\277"#),
            try Sample(point), try Sample(PGLine(a: 1, b: 2, c: 3)),
            try Sample(PGLineSegment(start: point, end: point)),
            try Sample(PGBox(point, point)), try Sample(PGPath([point, point], isClosed: false)),
            try Sample(PGPolygon([point, point])), try Sample(PGCircle(center: point, radius: 3)),
            try Sample(try #require(PGTSVector("'a':1A,2 'b''c' 'd\\\\e':3"))),
            try Sample(try #require(PGTSQuery("!( 'a':*AB | 'b' <3> 'c' ) & 'd'"))),
            try Sample(["a\"": "b", "c": nil] as PGHStore, Self.created, text: #""a\""=>"b", "c"=>NULL"#),
            try Sample(PGRange<Int32>(1..<5), text: "[1,5)"), try Sample(PGRange<Int32>.empty, text: "empty"),
            try Sample(PGRange(PGTimestamp.infinity...), text: #"["2024-02-29 00:00:00+00",)"#),
            try Sample([PGRange(1..<5), PGRange(7...)] as PGMultirange<Int64>, text: "{[1,5),[7,)}"),
            try Sample(
                PGArray([1, nil, 3, 4] as [Int16?], dimensions: [2, 2].map { PGArrayDimension(count: $0) }),
                text: "[0:1][5:6]={{1,NULL},{\"3\",4}}"),
            try Sample(["a", nil] as [String?], text: #"{"a\"",NULL}"#),
            try Sample(Pair(1, "a"), Self.created, text: #"(1,"a ""b\\")"#),
            try Sample([Pair(1, nil)], Self.created, text: #"{"(1,\"a\")"}"#),
            try Sample(Color.red, Self.created, text: "red"),
            try Sample([[1, 2], []] as [[UInt8]], text: #"{"\\x00"}"#),
        ]
    }

    @Test("each value is read in both forms")
    func samplesAreRead() throws {
        for sample in try samples() {
            try sample.read(sample.binary, .binary)
            if let text = sample.text { try sample.read(Array(text.utf8), .text) }
        }
    }

    @Test("no beginning of a value in binary form is read, nor one with a byte behind it")
    func truncations() throws {
        for sample in try samples() where sample.type != Self.created || sample.binary != Array("red".utf8) {
            for bytes in (0..<sample.binary.count).map({ Array(sample.binary[..<$0]) }) + [sample.binary + [0]] {
                let error = #expect(throws: PGError.self, "\(sample.type) \(bytes)") { try sample.read(bytes, .binary) }
                #expect(error?.code == .conversion || error?.code == .unexpectedResult)
            }
        }
    }

    @Test("any byte changed, in either form, gives a value or an error about it, never a trap")
    func mutations() throws {
        for sample in try samples() {
            for (form, format) in [(sample.binary, PGFormat.binary), (Array((sample.text ?? "").utf8), .text)] {
                for index in form.indices {
                    for byte in UInt8.min...UInt8.max {
                        var bytes = form
                        bytes[index] = byte
                        do throws(PGError) {
                            try sample.read(bytes, format)
                        } catch {
                            #expect(error.code == .conversion || error.code == .unexpectedResult)
                        }
                    }
                }
                for length in 0..<form.count { try? sample.read(Array(form[..<length]), format) }
                for index in form.indices { try? sample.read(Array(form[..<index] + form[(index + 1)...]), format) }
            }
        }
    }

    @Test("counts beyond the bytes are refused, not allocated")
    func hostileCounts() throws {
        let counts: [[UInt8]] = [[0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 9]]
        func check<T: PGDecodable>(_: T.Type, _ type: PGType, behind front: [UInt8], _ rest: [UInt8]) {
            for count in counts {
                #expect(throws: PGError.self, "\(type)") { try decoded(front + count + rest, as: T.self, type) }
            }
        }
        let zeros = [UInt8](repeating: 0, count: 16)
        check(PGPolygon.self, .polygon, behind: [], zeros)
        check(PGPath.self, .path, behind: [1], zeros)
        check(PGTSVector.self, .tsvector, behind: [], [0x61, 0, 0, 0])
        check(PGTSQuery.self, .tsquery, behind: [], [1, 0, 0, 0x61, 0])
        check(PGHStore.self, Self.created, behind: [], [0, 0, 0, 0, 0, 0, 0, 0])
        check(PGRecord.self, .record, behind: [], [0, 0, 0, 23, 0, 0, 0, 0])
        check(PGMultirange<Int32>.self, .int4multirange, behind: [], [0, 0, 0, 1, 1])
        check(PGBitString.self, .varbit, behind: [], [0x80])
        let header: [UInt8] = [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 23]
        check(PGArray<Int32>.self, .int4Array, behind: header, [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1])
        check(PGArray<Int32>.self, .int4Array, behind: header + [0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1], [0, 0, 0, 1])
        // Six dimensions of which the product is beyond an Int.
        let dimension: [UInt8] = [0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1]
        let six: [[UInt8]] = [[0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 23]] + Array(repeating: dimension, count: 6)
        #expect(throws: PGError.self) { try decoded(Array(six.joined()), as: PGArray<Int32>.self, .int4Array) }
        // A bound that would leave no room for the subscripts behind it.
        let bound: [UInt8] = [
            0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 4, 0, 0, 0, 1,
        ]
        #expect(throws: PGError.self) { try decoded(bound, as: PGArray<Int32>.self, .int4Array) }
    }

    @Test("arrays in text form that no server writes are refused")
    func arrayTexts() {
        for text in [
            "", "{", "}", "{1", "1", "{1}x", "{1,}", "{,1}", "{{1},2}", "{1,{2}}", "{{1},{2,3}}", "{{1},{}}", "{{}}",
            "[0:1]={1}", "[1:0]={}", "[0:0]{1}", "[0:0=]{1}", "[0:99999999999]={1}", "{\"1}", "{1 }", "{ 1}", "{a}",
            String(repeating: "{", count: 7) + "1" + String(repeating: "}", count: 7),
            String(repeating: "{", count: 100_000), "[1:1][1:1][1:1][1:1][1:1][1:1][1:1]={1}",
        ] {
            #expect(throws: PGError.self, "\(text.prefix(40))") {
                try decoded(text: text, as: PGArray<Int32?>.self, .int4Array)
            }
        }
        #expect(throws: PGError.self) { try decoded(text: "{{1}}", as: [Int32].self, .int4Array) }
        #expect(throws: PGError.self) { try decoded(text: "{NULL}", as: [Int32].self, .int4Array) }
    }

    @Test("a value of another type is refused by its name")
    func mismatches() {
        func check<T: PGDecodable>(_: T.Type, except own: Set<PGType>) {
            let types: [PGType] = [
                .bool, .int8, .numeric, .text, .bytea, .timestamptz, .timestamp, .date, .time, .timetz, .interval,
                .inet,
                .cidr, .macaddr, .macaddr8, .bit, .varbit, .pgLSN, .xid8, .tid, .money, .char, .xml, .point, .line,
                .lseg,
                .box, .path, .polygon, .circle, .tsvector, .tsquery, .int4range, .int4multirange, .int8Array,
            ]
            for type in types where !own.contains(type) {
                for format in [PGFormat.binary, .text] {
                    let error = #expect(throws: PGError.self) { try decoded([0, 0, 0, 0], as: T.self, type, format) }
                    #expect(error?.message.contains("\(type) cannot be read as") == true, "\(T.self) \(type)")
                }
            }
        }
        check(PGNumeric.self, except: [.numeric, .int8])
        check(PGDate.self, except: [.date])
        check(PGTime.self, except: [.time])
        check(PGTimeTZ.self, except: [.timetz])
        check(PGLocalTimestamp.self, except: [.timestamp])
        check(PGTimestamp.self, except: [.timestamp, .timestamptz])
        check(PGInterval.self, except: [.interval])
        check(PGInet.self, except: [.inet, .cidr])
        check(PGCIDR.self, except: [.cidr])
        check(PGMACAddress.self, except: [.macaddr])
        check(PGMACAddress8.self, except: [.macaddr8])
        check(PGBitString.self, except: [.bit, .varbit])
        check(PGLSN.self, except: [.pgLSN])
        check(PGXID8.self, except: [.xid8])
        check(PGTID.self, except: [.tid])
        check(PGMoney.self, except: [.money])
        check(PGChar.self, except: [.char])
        check(PGXML.self, except: [.xml])
        check(PGPoint.self, except: [.point])
        check(PGBox.self, except: [.box])
        check(PGTSVector.self, except: [.tsvector])
        check(PGTSQuery.self, except: [.tsquery])
        check(PGHStore.self, except: [])
        check(PGRecord.self, except: [])
        check(PGRange<Int32>.self, except: [.int4range])
        check(PGMultirange<Int32>.self, except: [.int4multirange])
        check(PGArray<Int64>.self, except: [.int8Array])
        let error = #expect(throws: PGError.self) { try decoded([0], as: Int64.self, Self.created) }
        #expect(error?.message.contains("PGUserDefined") == true)
        // The bounds are of another type than the range says.
        #expect(throws: PGError.self) {
            try decoded([2, 0, 0, 0, 4, 0, 0, 0, 1], as: PGRange<PGDate>.self, .int4range)
        }
        #expect(throws: PGError.self) { try decoded(text: "[1,2)", as: PGRange<PGDate>.self, .int4range) }
    }

    @Test("values that the server cannot hold are refused before they are sent")
    func unencodable() throws {
        let point = PGPoint(x: 0, y: 0)
        let values: [any PGEncodable] = [
            PGDate.daysSince2000(.max), PGDate.daysSince2000(-2_451_546), PGDate.daysSince2000(2_145_031_949),
            PGTimestamp.microsecondsSince2000(9_223_371_331_200_000_000),
            PGLocalTimestamp.microsecondsSince2000(-211_813_488_000_000_001),
            PGTime(microsecondsSinceMidnight: -1), PGTime(microsecondsSinceMidnight: 86_400_000_001),
            PGTimeTZ(time: PGTime(microsecondsSinceMidnight: 0), secondsFromUTC: 57_600),
            PGTimeTZ(time: PGTime(microsecondsSinceMidnight: 0), secondsFromUTC: .min),
            PGInet(.v4(1), prefixLength: 33), PGInet(.v6(1), prefixLength: -1), PGPath([], isClosed: true),
            PGPolygon([]), PGCircle(center: point, radius: -1), PGTSVector([.init("a\0b")]),
            PGTSVector([.init("a", positions: [.init(0)])]), PGTSVector([.init("a", positions: [.init(16_384)])]),
            try #require(PGTSQuery(parts: [.word("a", weights: 16, isPrefix: false)])),
            try #require(PGTSQuery(parts: [])), ["a\0": nil] as PGHStore, ["a": "\0"] as PGHStore, PGXML("\0"),
            PGUserDefined("\0"), PGRawValue([0x31], type: .int4, format: .text),
            PGRange<NoBound>.between(.including(NoBound()), .unbounded),
        ]
        for value in values {
            let error = #expect(throws: PGError.self, "\(value)") { try encoded(value) }
            #expect(error?.code == .conversion)
        }
    }
}

/// A bound that is NULL, which no range has.
private struct NoBound: PGRangeBound {
    static var postgresType: PGType { .int4 }
    var isNull: Bool { true }
    func encode(into buffer: inout ByteBuffer) throws(PGError) {}
    static func decode(_: RawSpan, type _: PGType, format _: PGFormat) throws(PGError) -> NoBound { NoBound() }
}
