/// Bytes in an array are one `bytea`, not an array of the server's.
extension UInt8: PGArrayElement {
    public static var postgresArrayType: PGType { .bytea }

    public static func encodeArray(_ elements: [UInt8], into buffer: inout ByteBuffer) throws(PGError) {
        buffer.append(elements)
    }

    public static func decodeArray(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [UInt8] {
        guard type == .bytea else { throw .mismatch(type, as: [UInt8].self) }
        guard format == .binary else { throw .unreadableFormat(type, as: [UInt8].self, format) }
        return bytes.array
    }
}

/// Several runs of bytes are a `bytea[]`.
extension [UInt8]: PGArrayElement {
    public static var postgresArrayType: PGType { .byteaArray }
}
