/// A value of type `tsvector`: the words of a text in the form in which they are searched, with where they stood.
///
/// See [Text Search Types](https://www.postgresql.org/docs/current/datatype-textsearch.html).
public struct PGTSVector: Hashable, Sendable {
    /// How much a word counts, by where it stood: a title more than a footnote.
    public enum Weight: UInt8, Sendable, Hashable {
        /// The least, which is not shown.
        case d = 0
        /// More than ``d``.
        case c
        /// More than ``c``.
        case b
        /// The most.
        case a

        fileprivate var letter: String {
            switch self {
            case .d: ""
            case .c: "C"
            case .b: "B"
            case .a: "A"
            }
        }
    }

    /// Where a word stood.
    public struct Position: Hashable, Sendable {
        /// The place among the words, from 1 to 16,383.
        public var place: UInt16
        /// How much it counts there.
        public var weight: Weight

        /// A place with its weight.
        public init(_ place: UInt16, _ weight: Weight = .d) {
            self.place = place
            self.weight = weight
        }
    }

    /// A word.
    public struct Lexeme: Hashable, Sendable {
        /// The word.
        public var text: String
        /// Where it stood, in ascending order; none where that was not kept.
        public var positions: [Position]

        /// A word and where it stood.
        public init(_ text: String, positions: [Position] = []) {
            self.text = text
            self.positions = positions
        }
    }

    /// The words; from the server in the order of their bytes, each of them once.
    public var lexemes: [Lexeme]

    /// A value of these words.
    public init(_ lexemes: [Lexeme]) { self.lexemes = lexemes }
}

extension PGTSVector: PGTextConvertible {
    /// The value that a text in the form `'cat':3 'fat':2,4A` names; nil otherwise.
    public init?(_ text: String) {
        var scanner = TextScanner(text)
        self.init([])
        guard !scanner.isAtEnd else { return }
        repeat {
            guard let word = scanner.lexeme() else { return nil }
            var lexeme = Lexeme(word)
            if scanner.skip(":") {
                repeat {
                    guard let position = scanner.lexemePosition() else { return nil }
                    lexeme.positions.append(position)
                } while scanner.skip(",")
            }
            lexemes.append(lexeme)
        } while scanner.skip(" ")
        guard scanner.isAtEnd else { return nil }
    }

    /// The value as the server shows it.
    public var description: String {
        lexemes.map { lexeme in
            let positions = lexeme.positions.map { "\($0.place)\($0.weight.letter)" }.joined(separator: ",")
            return quotedLexeme(lexeme.text) + (positions.isEmpty ? "" : ":" + positions)
        }.joined(separator: " ")
    }
}

extension PGTSVector: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .tsvector }
    public static var postgresArrayType: PGType { .tsvectorArray }

    /// The bits of a position that hold its place.
    private static let placeMask: UInt16 = 0x3FFF

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard let count = Int32(exactly: lexemes.count) else { throw .unencodable(.tsvector, "it has too many words") }
        buffer.append(count)
        for lexeme in lexemes {
            try lexeme.text.encode(into: &buffer, as: .tsvector)
            buffer.append(UInt8(0))
            // The server keeps at most 255 positions of a word.
            guard lexeme.positions.count < 256 else { throw .unencodable(.tsvector, "a word has too many positions") }
            buffer.append(UInt16(lexeme.positions.count))
            for position in lexeme.positions {
                guard (1...Self.placeMask).contains(position.place) else {
                    throw .unencodable(.tsvector, "a position is out of range")
                }
                buffer.append(UInt16(position.weight.rawValue) << 14 | position.place)
            }
        }
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGTSVector {
        guard type == .tsvector else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        do throws(ByteReader.Failure) {
            var reader = ByteReader(bytes)
            let count = Int(try reader.read(Int32.self))
            // A word takes three bytes at least, so that a count is no claim to more memory than the message has.
            guard count >= 0, count <= reader.remaining / 3 else { throw .invalidValue }
            var lexemes: [Lexeme] = []
            lexemes.reserveCapacity(count)
            for _ in 0..<count { lexemes.append(try readLexeme(&reader)) }
            try reader.finish()
            return PGTSVector(lexemes)
        } catch {
            throw .malformed(type, format)
        }
    }

    private static func readLexeme(_ reader: inout ByteReader) throws(ByteReader.Failure) -> Lexeme {
        var lexeme = Lexeme(try reader.readCString())
        let count = Int(try reader.read(UInt16.self))
        guard count <= reader.remaining / 2 else { throw .truncated }
        lexeme.positions.reserveCapacity(count)
        for _ in 0..<count {
            let value = try reader.read(UInt16.self)
            guard let weight = Weight(rawValue: UInt8(value >> 14)) else { throw .invalidValue }
            lexeme.positions.append(Position(value & placeMask, weight))
        }
        return lexeme
    }
}

extension TextScanner {
    /// Reads a word in single quotes, in which quotes and backslashes are doubled.
    mutating func lexeme() -> String? {
        guard skip("'") else { return nil }
        var bytes: [UInt8] = []
        while let byte = read() {
            if byte == UInt8(ascii: "'"), !skip("'") { return String(validating: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), !skip("\\") { return nil }
            bytes.append(byte)
        }
        return nil
    }

    fileprivate mutating func lexemePosition() -> PGTSVector.Position? {
        guard let place = digits(1...5), (1...0x3FFF).contains(place) else { return nil }
        let weight: PGTSVector.Weight = skip("A") ? .a : skip("B") ? .b : skip("C") ? .c : .d
        return PGTSVector.Position(UInt16(place), weight)
    }
}

/// A word in single quotes, in which quotes and backslashes are doubled.
func quotedLexeme(_ text: String) -> String {
    "'" + text.escaping(["\\": "\\", "'": "'"]) + "'"
}
