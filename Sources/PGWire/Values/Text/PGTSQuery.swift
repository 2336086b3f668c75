/// A value of type `tsquery`: what a text is searched for.
///
/// See [Text Search Types](https://www.postgresql.org/docs/current/datatype-textsearch.html).
public struct PGTSQuery: Hashable, Sendable {
    /// A part of a query. The parts stand in the order of the server's binary form: an operator before its operands, the
    /// right one of two before the left one.
    public enum Part: Hashable, Sendable {
        /// A word.
        ///
        /// - `weights`: where it has to stand, in the lowest four bits D, C, B and A; none is anywhere.
        /// - `isPrefix`: whether words that begin so are meant too.
        case word(String, weights: UInt8, isPrefix: Bool)
        /// Not the next part.
        case not
        /// Both of the next two.
        case and
        /// One or both of the next two.
        case or
        /// The right one of the next two so many words behind the left one.
        case followedBy(distance: UInt16)
    }

    /// The parts; none for a query that matches nothing.
    public let parts: [Part]

    /// A query of these parts; nil where an operator lacks an operand or a part belongs to none.
    public init?(parts: [Part]) {
        var missing = parts.isEmpty ? 0 : 1
        for part in parts {
            guard missing > 0 else { return nil }
            switch part {
            case .word: missing -= 1
            case .not: break
            case .and, .or, .followedBy: missing += 1
            }
        }
        guard missing == 0 else { return nil }
        self.parts = parts
    }
}

extension PGTSQuery: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .tsquery }
    public static var postgresArrayType: PGType { .tsqueryArray }

    /// The codes of the binary form, as in the server's `ts_type.h`.
    private enum Code {
        static let word: UInt8 = 1
        static let `operator`: UInt8 = 2
        static let not: UInt8 = 1
        static let and: UInt8 = 2
        static let or: UInt8 = 3
        static let phrase: UInt8 = 4
    }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        // The server writes a query without words and refuses to read it.
        guard !parts.isEmpty else { throw .unencodable(.tsquery, "it has no word") }
        guard let count = Int32(exactly: parts.count) else { throw .unencodable(.tsquery, "it has too many parts") }
        buffer.append(count)
        for part in parts {
            guard case .word(let text, let weights, let isPrefix) = part else {
                buffer.append(Code.operator)
                Self.append(operator: part, to: &buffer)
                continue
            }
            buffer.append(Code.word)
            guard weights < 16 else { throw .unencodable(.tsquery, "a word's weights are out of range") }
            buffer.append(weights)
            buffer.append(UInt8(isPrefix ? 1 : 0))
            try text.encode(into: &buffer, as: .tsquery)
            buffer.append(UInt8(0))
        }
    }

    private static func append(operator part: Part, to buffer: inout ByteBuffer) {
        switch part {
        case .word: break
        case .not: buffer.append(Code.not)
        case .and: buffer.append(Code.and)
        case .or: buffer.append(Code.or)
        case .followedBy(let distance):
            buffer.append(Code.phrase)
            buffer.append(distance)
        }
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGTSQuery {
        guard type == .tsquery else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        do throws(ByteReader.Failure) {
            var reader = ByteReader(bytes)
            let count = Int(try reader.read(Int32.self))
            // A part takes two bytes at least, so that a count is no claim to more memory than the message has.
            guard count >= 0, count <= reader.remaining / 2 else { throw .invalidValue }
            var parts: [Part] = []
            parts.reserveCapacity(count)
            for _ in 0..<count { parts.append(try readPart(&reader)) }
            try reader.finish()
            guard let query = PGTSQuery(parts: parts) else { throw .invalidValue }
            return query
        } catch {
            throw .malformed(type, format)
        }
    }

    private static func readPart(_ reader: inout ByteReader) throws(ByteReader.Failure) -> Part {
        switch (try reader.read(UInt8.self), try reader.read(UInt8.self)) {
        case (Code.word, let weights):
            let isPrefix = try reader.read(UInt8.self)
            guard weights < 16, isPrefix <= 1 else { throw .invalidValue }
            return .word(try reader.readCString(), weights: weights, isPrefix: isPrefix == 1)
        case (Code.operator, Code.not): return .not
        case (Code.operator, Code.and): return .and
        case (Code.operator, Code.or): return .or
        case (Code.operator, Code.phrase): return .followedBy(distance: try reader.read(UInt16.self))
        default: throw .invalidValue
        }
    }
}
