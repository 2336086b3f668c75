import PGWire
import TestSupport
import Testing

@Suite(
    "Arrays, ranges, composites and enumerations against the server's text", .needsServer, .needsSession)
struct ContainerRoundTripTests {
    private enum Mood: String, PGEnum, CaseIterable {
        case sad, ok = "o\"k\\", happy = "very, happy", none = ""
    }

    private struct Address: PGComposite, Equatable {
        var street: String?
        var zip: Int32?
        var moods: [Mood?]
        var since: PGTimestamp

        init(_ street: String?, _ zip: Int32?, _ moods: [Mood?], _ since: PGTimestamp) {
            (self.street, self.zip, self.moods, self.since) = (street, zip, moods, since)
        }

        init(record: PGRecord) throws(PGError) {
            (street, zip, moods, since) = try record.decode(as: (String?, Int32?, [Mood?], PGTimestamp).self)
        }

        var record: PGRecord {
            get throws(PGError) { try PGRecord(street, zip, moods, since) }
        }
    }

    private struct Person: PGComposite, Equatable {
        var name: PGUserDefined<String>
        var home: Address?
        var age: PGUserDefined<Int32>?

        init(_ name: String, _ home: Address?, _ age: Int32?) {
            (self.name, self.home, self.age) = (PGUserDefined(name), home, age.map { PGUserDefined($0) })
        }

        init(record: PGRecord) throws(PGError) {
            (name, home, age) = try record.decode(
                as: (PGUserDefined<String>, Address?, PGUserDefined<Int32>?).self)
        }

        var record: PGRecord {
            get throws(PGError) { try PGRecord(name, home, age) }
        }
    }

    /// Sends one value at a time, compares what comes back, and reads the server's text of it.
    private func check<T: PGEncodable & PGDecodable & Equatable>(
        _ values: [T], as type: String, _ session: ValueSession, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for value in values {
            let result = try await session.connection.query(
                "SELECT format('%s', \(value)::\(unsafeSQL: type)), \(value)::\(unsafeSQL: type)")
            let comment = Comment(
                rawValue: "\(type), seed \(ValueSession.seed): \(String(describing: value).prefix(300))")
            let (shown, back) = try result[0].decode(as: (String, T).self)
            #expect(back == value, comment, sourceLocation: sourceLocation)
            let read = try decoded(text: shown, as: T.self, result.columns[1].type)
            #expect(read == value, comment, sourceLocation: sourceLocation)
        }
    }

    @Test("arrays of any dimensions, bounds and elements")
    func arrays() async throws {
        var random = SeededGenerator("arrays")
        let session = try await ValueSession.open()
        func shapes<T: PGArrayElement & PGEncodable & PGDecodable>(
            _ count: Int, _ element: (inout SeededGenerator) -> T
        ) -> [PGArray<T>] {
            (0..<count).compactMap { _ in
                let dimensions = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    PGArrayDimension(
                        count: .random(in: 1...3, using: &random), lowerBound: .random(in: -3...3, using: &random))
                }
                let places = dimensions.isEmpty ? 0 : dimensions.reduce(1) { $0 * $1.count }
                return PGArray((0..<places).map { _ in element(&random) }, dimensions: dimensions)
            }
        }
        try await check(shapes(60) { Bool.random(using: &$0) ? nil : $0.integer(Int64.self) }, as: "int8[]", session)
        try await check(shapes(60) { Bool.random(using: &$0) ? nil : $0.text() }, as: "text[]", session)
        try await check(shapes(30) { PGBox(PGPoint(x: $0.double(), y: 1), PGPoint(x: 0, y: 2)) }, as: "box[]", session)
        try await check(shapes(30) { $0.bytes(0...9) }, as: "bytea[]", session)
        try await check(shapes(30) { Mood.allCases.randomElement(using: &$0) }, as: "mood[]", session)
        try await check(shapes(30) { PGRange($0.integer(Int32.self)...) }, as: "int4range[]", session)
        try await check(
            [[], [nil, "NULL", "null", "", " ", "{}", "a\"b\\", "\u{FFFF}😀"]] as [[String?]], as: "text[]", session)
        try await check(
            [PGArray([1, 2], lowerBound: .max - 2), PGArray([3], lowerBound: .min)], as: "int8[]", session)
        try await check([[], [[1, nil], [nil, 4]], [[5], [6], [7]]] as [[[Int64?]]], as: "int8[]", session)
        try await check([[["a", nil]], [["{\"", "\\"]]] as [[[String?]]], as: "text[]", session)
        try await check([[[.sad, .happy], [.ok, nil]]] as [[[Mood?]]], as: "mood[]", session)
        try await check([[[[1], []], [[2, 0], [255]]]] as [[[[UInt8]]]], as: "bytea[]", session)
        let rows = try await session.connection.query(
            "SELECT '[-1:0][2:3]={{1,2},{3,NULL}}'::int4[], '{}'::int4[]")
        let (matrix, empty) = try rows[0].decode(as: (PGArray<Int32?>, PGArray<Int32>).self)
        #expect(matrix[-1, 3] == 2 && matrix[0, 2] == 3 && matrix[0, 3] == .some(nil) && matrix[1, 2] == nil)
        #expect(matrix.rows == [[1, 2], [3, nil]] && empty.rows == [] && empty.dimensions == [])
    }

    @Test("ranges and multiranges, bounded or not")
    func ranges() async throws {
        var random = SeededGenerator("ranges")
        let session = try await ValueSession.open()
        /// Ranges in the form that the server brings those of whole numbers into, so that they come back as they went.
        func whole<T: PGRangeBound & FixedWidthInteger>(_: T.Type) -> [PGRange<T>] {
            let bounded = (0..<100).map { _ -> PGRange<T> in
                let ends = [random.integer(T.self), random.integer(T.self)].sorted()
                let ranges: [PGRange<T>] = [PGRange(ends[0]..<ends[1]), PGRange(ends[0]...), PGRange(..<ends[1])]
                return ranges[Int.random(in: 0...2, using: &random)]
            }
            return bounded + [.empty, .all]
        }
        try await session.check(whole(Int32.self), as: "int4range", text: \.description)
        try await session.check(whole(Int64.self), as: "int8range", text: \.description)
        func between<T: PGRangeBound & Comparable>(_ bound: (inout SeededGenerator) -> T) -> [PGRange<T>] {
            let bounded = (0..<100).map { _ -> PGRange<T> in
                let ends = [bound(&random), bound(&random)].sorted()
                guard ends[0] != ends[1] else { return PGRange(ends[0]...ends[1]) }
                let lower: [PGRange<T>.End] = [.including(ends[0]), .excluding(ends[0]), .unbounded]
                let upper: [PGRange<T>.End] = [.including(ends[1]), .excluding(ends[1]), .unbounded]
                return .between(
                    lower[Int.random(in: 0...2, using: &random)], upper[Int.random(in: 0...2, using: &random)])
            }
            return bounded + [.empty, .all]
        }
        let moment = { (random: inout SeededGenerator) in
            Int64.random(in: -70_000_000_000_000_000...700_000_000_000_000_000, using: &random)
        }
        try await session.check(
            between { PGNumeric(Int64.random(in: -99...99, using: &$0)) }, as: "numrange", text: \.description)
        try await session.check(
            between { PGTimestamp.microsecondsSince2000(moment(&$0)) }, as: "tstzrange", text: \.description)
        try await session.check(
            between { PGLocalTimestamp.microsecondsSince2000(moment(&$0)) }, as: "tsrange", text: \.description)
        try await session.check(between { $0.double() + 0 }, as: "floatrange")
        let texts = [PGRange.between(.including(""), .excluding("a\"b\\,)]")), .between(.excluding(" "), .unbounded)]
        try await session.check(texts, as: "textrange", text: \.description)
        let days = [
            PGRange(PGDate.daysSince2000(-800_000)..<PGDate.daysSince2000(8)), .empty,
            .between(.excluding(.negativeInfinity), .including(.infinity)),
        ]
        try await session.check(days, as: "daterange", text: \.description)
        let multi: [PGMultirange<Int32>] = [[], [.all], [PGRange(1..<3), PGRange(5..<9), PGRange(11...)]]
        try await session.check(multi, as: "int4multirange", text: \.description)
        let moments: [PGMultirange<PGTimestamp>] = [[PGRange(.microsecondsSince2000(0)..<PGTimestamp.infinity)], []]
        try await session.check(moments, as: "tstzmultirange", text: \.description)
        let floats: [PGMultirange<Double>] = [[PGRange(1.5...2), PGRange(3...)]]
        try await session.check(floats, as: "floatmultirange")
        // The server brings ranges of whole numbers into one form.
        let result = try await session.connection.query("SELECT \(PGRange(1...3 as ClosedRange<Int32>))")
        #expect(try result.decode(as: PGRange<Int>.self) == [PGRange(1..<4)])
    }

    @Test("composite values, in one another and in arrays")
    func composites() async throws {
        var random = SeededGenerator("composites")
        let session = try await ValueSession.open()
        let addresses = (0..<100).map { _ in
            Address(
                Bool.random(using: &random) ? nil : random.text(), Bool.random(using: &random) ? nil : random.integer(),
                (0..<Int.random(in: 0...3, using: &random)).map { _ in Mood.allCases.randomElement(using: &random) },
                .microsecondsSince2000(Int64(random.integer(Int32.self))))
        }
        try await session.check(addresses, as: "address", ours: false)
        let people = addresses.map {
            Person(random.text(), Bool.random(using: &random) ? nil : $0, Bool.random(using: &random) ? nil : 7)
        }
        try await session.check(people, as: "person", ours: false)
        let row = try await session.connection.query(
            "SELECT ROW(1, 'a', NULL::int, ARRAY[1,2]), ARRAY[ROW(1, 2), ROW(3, 4)]")
        let (record, records) = try row[0].decode(as: (PGRecord, [PGRecord]).self)
        let (one, text, none, array) = try record.decode(as: (Int32, String, Int32?, [Int]).self)
        #expect(one == 1 && text == "a" && none == nil && array == [1, 2])
        #expect(try records.map { record throws in try record.decode(Int32.self, at: 1) } == [2, 4])
    }

    @Test("paths of ltree go as text behind the version of their form")
    func paths() async throws {
        let session = try await ValueSession.open()
        let paths: [PGLTree] = ["", "Top", "Top.Science.Astronomy", PGLTree(labels: (0..<200).map { "L\($0)_x" })]
        try await session.check(paths, as: "ltree", text: \.description)
        let found = try await session.connection.query(
            "SELECT \(paths[2])::ltree <@ \(paths[1])::ltree, \(paths[2])::ltree ~ \("*.Science.*")::text::lquery")
        #expect(try found.decode(as: (Bool, Bool).self)[0] == (true, true))
        #expect(throws: PGError.self) { try encoded(PGLTree(labels: ["a.b"])) }
        #expect(throws: PGError.self) { try encoded(PGLTree(labels: ["a", ""])) }
        #expect(try encoded("a.b" as PGLTree) == [1] + Array("a.b".utf8))
        #expect(throws: PGError.self) { try decoded([2, 97], as: PGLTree.self, PGType(rawValue: 70_000)) }
        #expect(throws: PGError.self) { try decoded([], as: PGLTree.self, PGType(rawValue: 70_000)) }
        #expect(throws: PGError.self) { try decoded([1, 97], as: PGLTree.self, .text) }
    }

    @Test("snapshots go as the server has them")
    func snapshots() async throws {
        let session = try await ValueSession.open()
        let snapshots = ["1:1:", "10:20:", "10:20:10,14,19", "1:9223372036854775807:9223372036854775806"]
        try await session.check(snapshots.compactMap(PGSnapshot.init), as: "pg_snapshot", text: \.description)
        let now = try await session.connection.query(
            "SELECT pg_current_snapshot(), pg_current_xact_id()"
        ).decode(as: (PGSnapshot, PGXID8).self)[0]
        #expect(!now.0.sees(now.1) && now.0.sees(PGXID8(rawValue: 3)))
        let old = try await session.connection.query("SELECT txid_current_snapshot()")
        #expect(try old.decode(as: PGSnapshot.self)[0].xmin >= now.0.xmin)
        for text in ["0:1:", "5:4:", "1:9:9", "5:9:4", "1:9:3,3", "1:9:4,3", "1:9", "1:9:3,", "a:b:"] {
            #expect(PGSnapshot(text) == nil, "\(text)")
        }
    }

    @Test("labels and domains go where the server expects them")
    func userDefined() async throws {
        let session = try await ValueSession.open()
        try await session.check(Mood.allCases, as: "mood", text: \.rawValue)
        let connection = session.connection
        try await connection.query("CREATE TEMPORARY TABLE moods (mood mood, age positive, tags hstore, home address)")
        let home = Address("a", 1, [.sad], .infinity)
        try await connection.query(
            "INSERT INTO moods VALUES (\(Mood.happy), \(PGUserDefined(Int32(4))), \(["a": "b"] as PGHStore), \(home))")
        let moods: [Mood] = [.sad, .happy]
        let found = try await connection.query(
            "SELECT mood, age, tags, home FROM moods WHERE mood = ANY(\(moods)) AND mood <> \(Mood.sad) AND age = \(Int32(4))"
        )
        let (mood, age, tags, address) = try found[0].decode(as: (Mood, Int32, PGHStore, Address).self)
        #expect(mood == .happy && age == 4 && tags == ["a": "b"] && address == home)
        let domains = try await connection.query("SELECT ARRAY[1, 2]::positive[]")
        #expect(try domains.decode(as: [PGUserDefined<Int32>].self) == [[PGUserDefined(1), PGUserDefined(2)]])
        #expect(throws: PGError.self) { try domains.decode(as: [Int32].self) }
        let error = await #expect(throws: PGError.self) {
            try await connection.query("SELECT \(PGUserDefined(Int32(-1)))::positive")
        }
        #expect(error?.sqlState == "23514")
    }
}
