/// XML text; the server checks that it is XML.
///
/// See [XML Type](https://www.postgresql.org/docs/current/datatype-xml.html).
public struct PGXML: Hashable, Sendable {
    /// The text.
    public var text: String

    /// A value with this text.
    public init(_ text: String) { self.text = text }
}

extension PGXML: PGTextConvertible {
    /// The text.
    public var description: String { text }
}

extension PGXML: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .xml }
    public static var postgresArrayType: PGType { .xmlArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try text.encode(into: &buffer, as: .xml)
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGXML {
        guard type == .xml else { throw .mismatch(type, as: Self.self) }
        return PGXML(try String.decode(bytes, type: type, format: format))
    }
}
