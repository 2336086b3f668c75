import PGWire
import Testing

struct ArrayCodingTests {
    /// `{1,NULL,-1}` as `int2[]`.
    private let golden: [UInt8] = [
        0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 21, 0, 0, 0, 3, 0, 0, 0, 1,
        0, 0, 0, 2, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 2, 0xFF, 0xFF,
    ]

    @Test("an array has the bytes of array_send")
    func goldenBytes() throws {
        let value: [Int16?] = [1, nil, -1]
        #expect(value.postgresType == .int2Array)
        #expect(try encoded(value) == golden)
        #expect(try decoded(golden, as: [Int16?].self, .int2Array) == value)
        #expect(try decoded(golden, as: [Int64?].self, .int2Array) == [1, nil, -1])
        let empty: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25]
        #expect(try encoded([] as [String]) == empty)
        #expect(try decoded(empty, as: [String].self, .textArray) == [])
    }

    @Test("arrays of every element type come back as they went")
    func roundTrips() throws {
        func check<T: PGArrayElement & Equatable>(_ value: [T], _ type: PGType) throws {
            #expect([T].postgresType == type)
            #expect(try decoded(encoded(value), as: [T].self, type) == value)
        }
        try check([true, false], .boolArray)
        try check([Int16.min, .max], .int2Array)
        try check([Int32.min, .max], .int4Array)
        try check([Int64.min, .max], .int8Array)
        try check([Int.min, .max], .int8Array)
        try check([UInt32.min, .max], .oidArray)
        try check([Float.infinity, 0.1], .float4Array)
        try check([Double.infinity, 0.1], .float8Array)
        try check(["", "é", "{\"\\"], .textArray)
        try check([nil, ""] as [String?], .textArray)
        try check([[], [0, 255]] as [[UInt8]], .byteaArray)
        try check([nil, [1]] as [[UInt8]?], .byteaArray)
        try check([try #require(PGUUID(bytes: (0..<16).map { $0 }))], .uuidArray)
        try check([PGTimestamp.infinity, .negativeInfinity, .microsecondsSince2000(3)], .timestamptzArray)
        try check([PGJSON("null")], .jsonArray)
        try check([PGJSONB("null")], .jsonbArray)
    }

    @Test("an array of arrays has two dimensions")
    func rows() throws {
        let rows: [[Int16?]] = [[1, nil], [3, 4]]
        #expect([[Int16?]].postgresType == .int2Array)
        let array = try #require(PGArray(rows: rows))
        #expect(try encoded(rows) == encoded(array))
        #expect(try decoded(encoded(array), as: [[Int16?]].self, .int2Array) == rows)
        #expect(try decoded(text: "{{1,NULL},{3,4}}", as: [[Int16?]].self, .int2Array) == rows)
        #expect(try encoded([] as [[String]]) == encoded([] as [String]))
        #expect(try decoded(encoded([] as [String]), as: [[String]].self, .textArray) == [])
        let runs: [[[UInt8]]] = [[[1], []], [[2, 3], [4]]]
        #expect([[[UInt8]]].postgresType == .byteaArray)
        #expect(try decoded(encoded(runs), as: [[[UInt8]]].self, .byteaArray) == runs)
    }

    @Test("rows of different lengths, empty ones and a third dimension are errors, and so are other dimensions read")
    func raggedRows() throws {
        for rows in [[[1], [2, 3]], [[], [1]], [[], []], [[1], []]] as [[[Int32]]] {
            let error = #expect(throws: PGError.self) { try encoded(rows) }
            #expect(error?.code == .conversion)
            #expect(error?.message.contains("rows are of different lengths, or empty") == true)
        }
        let cube = #expect(throws: PGError.self) { try encoded([[[1], [2]]] as [[[Int32]]]) }
        #expect(cube?.code == .conversion)
        #expect(cube?.message.contains("PGArray") == true)
        #expect(throws: PGError.self) { try encoded([[1], nil] as [[Int32]?]) }
        let list = #expect(throws: PGError.self) { try decoded(golden, as: [[Int16?]].self, .int2Array) }
        #expect(list?.code == .conversion)
        let three = try encoded(
            try #require(PGArray([1] as [Int32], dimensions: [.init(count: 1), .init(count: 1), .init(count: 1)])))
        #expect(throws: PGError.self) { try decoded(three, as: [[Int32]].self, .int4Array) }
        #expect(throws: PGError.self) { try decoded(three, as: [[[Int32]]].self, .int4Array) }
        let two = try encoded([[1], [2]] as [[Int32]])
        let hint = #expect(throws: PGError.self) { try decoded(two, as: [Int32].self, .int4Array) }
        #expect(hint?.message.contains("Array<Array<Int32>>") == true, "\(hint?.message ?? "")")
        for length in 0..<two.count {
            #expect(throws: PGError.self) { try decoded(Array(two[..<length]), as: [[Int32]].self, .int4Array) }
        }
    }

    @Test("a NULL element is an error where elements cannot be nil")
    func nullElement() {
        let error = #expect(throws: PGError.self) { try decoded(golden, as: [Int16].self, .int2Array) }
        #expect(error?.message.contains("NULL") == true)
    }

    @Test("no beginning of an array is read as an array, nor one with bytes behind it")
    func truncations() {
        for length in 0..<golden.count {
            let error = #expect(throws: PGError.self) {
                try decoded(Array(golden[..<length]), as: [Int16?].self, .int2Array)
            }
            #expect(error?.code == .conversion)
        }
        #expect(throws: PGError.self) { try decoded(golden + [0], as: [Int16?].self, .int2Array) }
    }

    @Test("a count that the bytes cannot hold is refused, not allocated")
    func hostileCounts() {
        for count: [UInt8] in [[0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 5]] {
            var bytes = golden
            bytes.replaceSubrange(12..<16, with: count)
            #expect(throws: PGError.self) { try decoded(bytes, as: [Int16?].self, .int2Array) }
        }
        for length: [UInt8] in [[0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFE]] {
            var bytes = golden
            bytes.replaceSubrange(20..<24, with: length)
            #expect(throws: PGError.self) { try decoded(bytes, as: [Int16?].self, .int2Array) }
        }
    }

    @Test("a header that array_send never writes is refused")
    func hostileHeaders() {
        for (index, byte) in [(3, UInt8(7)), (0, 0xFF), (7, 2), (4, 1), (11, 23), (11, 25)] {
            var bytes = golden
            bytes[index] = byte
            #expect(throws: PGError.self) { try decoded(bytes, as: [Int16?].self, .int2Array) }
        }
    }

    @Test("any byte changed gives a value or an error, never a trap")
    func mutations() {
        var read = 0
        for index in golden.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = golden
                bytes[index] = byte
                read += (try? decoded(bytes, as: [Int16?].self, .int2Array)) == nil ? 0 : 1
            }
        }
        #expect(read > 1)
    }

    @Test("more dimensions are refused by their number")
    func dimensions() {
        let bytes: [UInt8] = [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 21]
        let error = #expect(throws: PGError.self) { try decoded(bytes, as: [Int16].self, .int2Array) }
        #expect(error?.message.contains("2 dimensions") == true)
    }

    @Test("an array of another type is refused, also in a column of a type that is not built in")
    func mismatches() throws {
        #expect(throws: PGError.self) { try decoded(golden, as: [String?].self, .int2Array) }
        #expect(throws: PGError.self) { try decoded(golden, as: [Int16?].self, .int4Array) }
        #expect(throws: PGError.self) { try decoded(golden, as: [Int16?].self, .int2) }
        #expect(throws: PGError.self) { try decoded(golden, as: [String?].self, PGType(rawValue: 70_000)) }
        #expect(try decoded(golden, as: [Int16?].self, PGType(rawValue: 70_000)) == [1, nil, -1])
        #expect(throws: PGError.self) { try decoded(text: "{1}", as: [Int16].self, .int2) }
        #expect(throws: PGError.self) { try decoded(golden, as: [Int16?].self, .unspecified) }
    }
}
