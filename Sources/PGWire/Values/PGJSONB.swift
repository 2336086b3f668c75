/// JSON text, sent as type `jsonb`: the server keeps what it means, and not its spaces, the order of its keys, or any but
/// the last of equal keys.
///
/// See [JSON Types](https://www.postgresql.org/docs/current/datatype-json.html).
public struct PGJSONB: Hashable, Sendable {
    /// The text.
    public var text: String

    /// A value with this text.
    public init(_ text: String) { self.text = text }
}

extension PGJSONB: PGTextConvertible {
    /// The text.
    public var description: String { text }
}

extension PGJSONB: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .jsonb }
    public static var postgresArrayType: PGType { .jsonbArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        // The version of jsonb's binary format.
        buffer.append(UInt8(1))
        try text.encode(into: &buffer, as: .jsonb)
    }

    /// Reads `jsonb` as the server shows it.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGJSONB {
        guard type == .jsonb else { throw .mismatch(type, as: Self.self) }
        return PGJSONB(try String.decode(bytes, type: type, format: format))
    }
}
