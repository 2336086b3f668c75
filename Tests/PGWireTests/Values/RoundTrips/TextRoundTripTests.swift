import PGWire
import TestSupport
import Testing

@Suite("Texts, bytes and documents against the server's text", .needsServer, .needsSession)
struct TextRoundTripTests {
    @Test("texts with every character that means something somewhere")
    func texts() async throws {
        var random = SeededGenerator("texts")
        let session = try await ValueSession.open()
        let texts = (0..<300).map { _ in random.text() }
        try await session.check(texts, as: "text") { $0 }
        try await session.check(texts, as: "varchar") { $0 }
        try await session.check(texts.map { PGUserDefined($0) }, as: "citext", text: \.value)
        let names = texts.map { String($0.unicodeScalars.prefix(10)) }
        try await session.check(names, as: "name") { $0 }
    }

    @Test("bytes, in both of the server's textual forms")
    func bytes() async throws {
        var random = SeededGenerator("bytes")
        let session = try await ValueSession.open()
        let values = (0..<200).map { random.bytes(0...$0) } + [Array(0...255), [0x5C], [0x5C, 0x78], [0x78]]
        for output in ["hex", "escape"] {
            try await session.connection.query("SELECT set_config('bytea_output', \(output), false)")
            try await session.check(values, as: "bytea", ours: false)
        }
    }

    @Test("UUIDs, JSON, XML, codes of one byte")
    func documents() async throws {
        var random = SeededGenerator("documents")
        let session = try await ValueSession.open()
        let uuids = (0..<200).compactMap { _ in PGUUID(bytes: random.bytes(16...16)) }
        try await session.check(uuids, as: "uuid", text: \.description)
        let json = [#"{"b": 1,"a":[1e400, null, "é\u0000"]}"#, "null", "  [] ", #""\"""#]
        try await session.check(json.map { PGJSON($0) }, as: "json", text: \.text)
        try await session.check(
            [#"{"a": [1, null], "b": "é"}"#, "null", "[]"].map { PGJSONB($0) }, as: "jsonb", text: \.text)
        try await session.check(["<a b=\"1\">é&amp;</a>", "", "plain"].map { PGXML($0) }, as: "xml", text: \.text)
        try await session.check((0..<128).map { PGChar(rawValue: $0) }, as: #""char""#, text: \.description)
        let codes = (128...255).map { PGChar(rawValue: UInt8($0)) }
        #expect(try await session.connection.query("SELECT \(codes)").decode(as: [PGChar].self) == [codes])
        let path = try await session.connection.query(#"SELECT '$.a[*] ? (@ > 1)'::jsonpath"#)
        #expect(try path.decode(as: String.self) == [#"$."a"[*]?(@ > 1)"#])
    }

    @Test("words and queries of full text search")
    func textSearch() async throws {
        var random = SeededGenerator("textSearch")
        let session = try await ValueSession.open()
        var vectors: [PGTSVector] = [PGTSVector([])]
        for _ in 0..<100 {
            // In the server's order, which it brings them into anyway.
            let words = Set((0..<5).map { _ in random.text() }.filter { !$0.isEmpty }.map { Array($0.utf8) })
                .sorted { $0.lexicographicallyPrecedes($1) }
            vectors.append(
                PGTSVector(
                    words.map { word in
                        let places = Set(
                            (0..<Int.random(in: 0...4, using: &random)).map { _ in
                                UInt16.random(in: 1...16_382, using: &random)
                            }
                        ).sorted()
                        return PGTSVector.Lexeme(
                            String(decoding: word, as: UTF8.self),
                            positions: places.map { place in
                                PGTSVector.Position(place, [.a, .b, .c, .d].randomElement(using: &random) ?? .d)
                            })
                    }))
        }
        try await session.check(vectors, as: "tsvector", text: \.description)
        let queries = (0..<200).compactMap { _ in PGTSQuery(parts: random.query(depth: 4)) }
        #expect(queries.count == 200)
        let back = try await session.connection.query("SELECT \(queries), \(queries.map(\.description))::tsquery[]")
        let (sent, read) = try back[0].decode(as: ([PGTSQuery], [PGTSQuery]).self)
        #expect(sent == queries)
        #expect(read == queries)
        #expect(queries.map { PGTSQuery($0.description) } == queries)
        // The server's text leaves out parentheses that do not change what is found.
        let texts = [
            "'fat' & !( 'cat':*A | 'rat' )", "'a' <-> 'b' <-> 'c'", "'a' <3> ( 'b' | 'c' )", "!!'a':ABCD", "",
            "'it''s' & 'back\\\\slash'", "'a' | 'b' & 'c' <-> !'d'",
        ]
        for text in texts {
            let value = try await session.connection.query(
                "SELECT \(text)::text::tsquery, \(text)::text::tsquery::text")
            let (query, shown) = try value[0].decode(as: (PGTSQuery, String).self)
            #expect(PGTSQuery(shown) == query, "\(text)")
        }
    }

    @Test("hstore, found by its place in the statement")
    func hstore() async throws {
        var random = SeededGenerator("hstore")
        let session = try await ValueSession.open()
        let values = (0..<200).map { size in
            PGHStore(
                Dictionary(
                    (0..<size % 8).map { _ in (random.text(), Bool.random(using: &random) ? random.text() : nil) }
                ) { $1 })
        }
        try await session.check(values, as: "hstore")
        let row = try await session.connection.query(
            "SELECT \(PGHStore(["a": "1", "b": nil]))::hstore || \(["c": "\"\\"] as PGHStore), \(nil as PGHStore?)::hstore"
        )
        let (sum, none) = try row[0].decode(as: (PGHStore, PGHStore?).self)
        #expect(sum == ["a": "1", "b": nil, "c": "\"\\"])
        #expect(sum["a"] == "1" && sum["b"] == nil && sum["d"] == nil)
        #expect(none == nil)
    }
}

extension SeededGenerator {
    fileprivate mutating func query(depth: Int) -> [PGTSQuery.Part] {
        switch depth == 0 ? 0 : Int.random(in: 0..<5, using: &self) {
        case 1: return [.not] + query(depth: depth - 1)
        case 2: return [.and] + query(depth: depth - 1) + query(depth: depth - 1)
        case 3: return [.or] + query(depth: depth - 1) + query(depth: depth - 1)
        case 4:
            return [.followedBy(distance: .random(in: 0...16_384, using: &self))] + query(depth: depth - 1)
                + query(depth: depth - 1)
        default:
            return [
                .word(text() + "w", weights: .random(in: 0..<16, using: &self), isPrefix: .random(using: &self))
            ]
        }
    }
}
