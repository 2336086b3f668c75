/// JSON text, sent as type `json`, which keeps it as it is; the server checks that it is JSON.
///
/// See [JSON Types](https://www.postgresql.org/docs/current/datatype-json.html).
public struct PGJSON: Hashable, Sendable {
    /// The text.
    public var text: String

    /// A value with this text.
    public init(_ text: String) { self.text = text }
}

extension PGJSON: PGTextConvertible {
    /// The text.
    public var description: String { text }
}

extension PGJSON: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .json }
    public static var postgresArrayType: PGType { .jsonArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try text.encode(into: &buffer, as: .json)
    }

    /// Reads `json`, and `jsonb` as the server would show it.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGJSON {
        guard type == .json || type == .jsonb else { throw .mismatch(type, as: Self.self) }
        return PGJSON(try String.decode(bytes, type: type, format: format))
    }
}
