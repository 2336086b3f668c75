/// A value of the internal type `"char"`: one byte. The catalogs use it for codes such as `pg_class.relkind`.
///
/// See [Character Types](https://www.postgresql.org/docs/current/datatype-character.html).
public struct PGChar: RawRepresentable, Hashable, Sendable {
    /// The byte.
    public let rawValue: UInt8

    /// This byte.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
}

extension PGChar: ExpressibleByUnicodeScalarLiteral {
    /// A character of ASCII; another one is a mistake of the program's.
    public init(unicodeScalarLiteral value: Unicode.Scalar) { rawValue = UInt8(ascii: value) }
}

extension PGChar: PGTextConvertible {
    /// The byte that a text names: a character of ASCII, nothing for zero, or a backslash and three octal digits for a
    /// byte beyond ASCII; nil otherwise.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        switch bytes.count {
        case 0: rawValue = 0
        case 1: rawValue = bytes[0]
        case 4:
            guard bytes[0] == UInt8(ascii: "\\"), bytes[1...].allSatisfy({ (0x30...0x37).contains($0) }),
                let value = UInt8(String(decoding: bytes[1...], as: UTF8.self), radix: 8), value >= 0x80
            else { return nil }
            rawValue = value
        default: return nil
        }
    }

    /// The byte as servers show it from version 16 on.
    public var description: String {
        switch rawValue {
        case 0: ""
        case 1..<0x80: String(Unicode.Scalar(rawValue))
        default: "\\" + String(rawValue, radix: 8)
        }
    }
}

extension PGChar: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .char }
    public static var postgresArrayType: PGType { .charArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(rawValue) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGChar {
        guard type == .char else { throw .mismatch(type, as: Self.self) }
        if let byte = bytes.integer(UInt8.self) { return PGChar(rawValue: byte) }
        guard format == .text else { throw .malformed(type, format) }
        return try decode(text: bytes, type: type)
    }
}
