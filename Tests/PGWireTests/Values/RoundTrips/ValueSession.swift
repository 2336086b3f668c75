import Foundation
import PGWire
import TestSupport
import Testing

/// A connection to a database of its own, with the types that the tests of values need.
struct ValueSession {
    let connection: PGConnection

    /// What made the values of this run; `PGWIRE_SEED` gives it, to have the same ones again.
    static let seed = ProcessInfo.processInfo.environment["PGWIRE_SEED"].flatMap(UInt64.init) ?? .random(in: 1...(.max))

    private static let shared = Task {
        let server = try await PostgresServer.shared()
        try await server.sql("CREATE DATABASE value_tests", database: "postgres")
        try await server.sql(
            """
            CREATE EXTENSION hstore;
            CREATE EXTENSION citext;
            CREATE EXTENSION ltree;
            CREATE TYPE mood AS ENUM ('sad', 'o"k\\', 'very, happy', '');
            CREATE DOMAIN positive AS int4 CHECK (VALUE > 0);
            CREATE TYPE address AS (street text, zip int4, moods mood[], since timestamptz);
            CREATE TYPE person AS (name citext, home address, age positive);
            CREATE TYPE floatrange AS RANGE (subtype = float8);
            CREATE TYPE textrange AS RANGE (subtype = text);
            """, database: "value_tests")
        return try PGConfiguration(url: server.url(.superuser, sslMode: .ofThisRun, database: "value_tests"))
    }

    static func open() async throws -> ValueSession {
        ValueSession(connection: try await PGConnection.connect(try await shared.value))
    }

    /// Sends values and compares what comes back, the server's text of each, and that text as we read it.
    ///
    /// The text is what the type's output function makes, as columns in text format have it; `::text` makes another one
    /// of some types.
    ///
    /// - Parameter ours: whether the server is to read our text of each value too.
    func check<T: PGEncodable & PGDecodable & PGArrayElement & Equatable>(
        _ values: [T], as type: String, ours: Bool = true, sourceLocation: SourceLocation = #_sourceLocation,
        text: ((T) -> String)? = nil
    ) async throws {
        let texts = ours ? values.map { text?($0) ?? "\($0)" } : []
        let result = try await connection.query(
            """
            SELECT format('%s', v[n]), v[n], t[n]::\(unsafeSQL: type)
            FROM (SELECT \(values)::\(unsafeSQL: type)[] AS v, \(texts) AS t) s, generate_series(1, \(values.count)) n
            ORDER BY n
            """)
        #expect(result.count == values.count)
        let column = result.columns[1].type
        for (row, value) in zip(result, values) {
            let comment = Comment(rawValue: "\(type), seed \(Self.seed): \(String(describing: value).prefix(200))")
            let (shown, back) = (try row.decode(String.self, at: 0), try row.decode(T.self, at: 1))
            #expect(back == value, comment, sourceLocation: sourceLocation)
            if column != .money {
                #expect(try decoded(text: shown, as: T.self, column) == value, comment, sourceLocation: sourceLocation)
            }
            if let text { #expect(shown == text(value), comment, sourceLocation: sourceLocation) }
            if ours {
                #expect(try row.decode(T.self, at: 2) == value, comment, sourceLocation: sourceLocation)
            }
        }
    }

    /// Has the server read texts, and compares its value with the one that we read from the same text, and both texts.
    func check<T: PGEncodable & PGDecodable & Equatable & LosslessStringConvertible>(
        texts: [String], as type: String, _: T.Type, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await connection.query(
            """
            SELECT t::\(unsafeSQL: type), format('%s', t::\(unsafeSQL: type))
            FROM unnest(\(texts)) WITH ORDINALITY AS u(t, n) ORDER BY n
            """)
        for (row, text) in zip(result, texts) {
            let value = try row.decode(T.self, at: 0)
            let comment = Comment(rawValue: "\(type) \(text.prefix(200))")
            #expect(T(text) == value, comment, sourceLocation: sourceLocation)
            #expect(try value.description == row.decode(String.self, at: 1), comment, sourceLocation: sourceLocation)
        }
    }
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ salt: String) {
        state = ValueSession.seed
        for byte in salt.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number of any size, small ones and the ends as likely as others.
    mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) -> T {
        switch Int.random(in: 0..<10, using: &self) {
        case 0: return .min
        case 1: return .max
        case 2: return 0
        default: return T.random(in: .min ... .max, using: &self) >> T(Int.random(in: 0..<T.bitWidth, using: &self))
        }
    }

    mutating func bytes(_ count: ClosedRange<Int>) -> [UInt8] {
        (0..<Int.random(in: count, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// A text of characters that some format or other treats in a special way.
    mutating func text() -> String {
        let special: [Unicode.Scalar] = [
            "\"", "\\", "'", ",", ";", "{", "}", "(", ")", "[", "]", " ", "\n", "\t", "\u{1}", "a", "Z", "0", "é",
            "\u{FFFF}", "\u{10FFFF}", "😀", "\u{301}", "N", "U", "L", "=", ">", ":", "*", "%", "\u{7F}", "\u{A0}",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &self) { text.append(special.randomElement(using: &self) ?? "a") }
        return String(text)
    }

    /// A number of any kind that `float8` has, the infinities and both zeros among them.
    mutating func double() -> Double {
        switch Int.random(in: 0..<12, using: &self) {
        case 0: return .infinity
        case 1: return -.infinity
        case 2: return -0.0
        case 3: return .leastNonzeroMagnitude
        case 4: return .greatestFiniteMagnitude
        case 5: return Double(Int.random(in: -1000...1000, using: &self))
        default:
            let value = Double(bitPattern: next())
            return value.isNaN ? 1.5 : value
        }
    }
}
