/// Sent as `text`. Reads the types whose binary form is text, and every type in text format.
///
/// Values of other types in binary format are another thing than their text; `SELECT column::text` gives it.
extension String: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .text }
    public static var postgresArrayType: PGType { .textArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try encode(into: &buffer, as: .text)
    }

    /// Appends the UTF-8 after checking that the server can hold it.
    func encode(into buffer: inout ByteBuffer, as type: PGType) throws(PGError) {
        guard !hasNUL else { throw .unencodable(type, "it contains U+0000") }
        buffer.append(utf8: self)
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> String {
        var content = bytes
        if format == .binary {
            switch type {
            case .text, .varchar, .bpchar, .name, .json, .xml, .unknown, .refcursor: break
            case .char:
                guard let byte = bytes.integer(UInt8.self) else { throw .malformed(type, format) }
                // The server shows a zero byte as no character.
                if byte == 0 { return "" }
            case .jsonb, .jsonpath:
                // One byte in front gives the version of the format; 1 is the only one so far.
                guard bytes.byteCount > 0, bytes.extracting(first: 1).integer(UInt8.self) == 1 else {
                    throw .malformed(type, format)
                }
                content = bytes.extracting(droppingFirst: 1)
            default: throw .mismatch(type, as: Self.self)
            }
        }
        guard let string = content.utf8String else { throw .malformed(type, format) }
        return string
    }
}
