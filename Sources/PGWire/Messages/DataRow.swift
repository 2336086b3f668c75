/// Reads a DataRow in place, since there may be millions of them.
///
/// See [DataRow](https://www.postgresql.org/docs/current/protocol-message-formats.html).
enum DataRow {
    /// Calls `body` once for each column with the place of its value in `payload`; the length is -1 for NULL.
    ///
    /// The places are within the payload. Where the message turns out to be malformed, `body` was called for the columns
    /// before the fault: what it kept is to be dropped with the connection.
    ///
    /// - Throws: ``PGError/Code/protocolViolation`` where the number of columns is not `columns`, a length is below -1 or
    ///   beyond the end, or bytes are left.
    @inline(__always)
    static func forEachCell(
        in payload: RawSpan, columns: Int, _ body: (_ column: Int, _ offset: Int, _ length: Int) -> Void
    ) throws(PGError) {
        let end = payload.byteCount
        guard end >= 2 else { throw BackendMessage.malformed(tag: BackendMessage.Tag.dataRow, .truncated) }
        let count = unsafe Int(Int16(bigEndian: payload.unsafeLoadUnaligned(fromByteOffset: 0, as: Int16.self)))
        guard count == columns else { throw wrongCount(count, expected: columns) }
        var offset = 2
        for column in 0..<count {
            guard end - offset >= 4 else { throw BackendMessage.malformed(tag: BackendMessage.Tag.dataRow, .truncated) }
            let length = unsafe Int(
                Int32(bigEndian: payload.unsafeLoadUnaligned(fromByteOffset: offset, as: Int32.self)))
            offset += 4
            guard length >= -1, length <= end - offset else { throw wrongLength(length) }
            body(column, offset, length)
            offset += max(length, 0)
        }
        guard offset == end else { throw BackendMessage.malformed(tag: BackendMessage.Tag.dataRow, .trailingBytes) }
    }

    /// Checks that a row has so many columns and that each of its values lies within it.
    ///
    /// - Throws: as ``forEachCell(in:columns:_:)``.
    @inline(__always)
    static func check(_ payload: RawSpan, columns: Int) throws(PGError) {
        try forEachCell(in: payload, columns: columns) { _, _, _ in }
    }

    private static func wrongCount(_ count: Int, expected: Int) -> PGError {
        PGError(
            .protocolViolation, "The server sent a DataRow of \(count) columns where \(expected) were described",
            retry: .unknown)
    }

    private static func wrongLength(_ length: Int) -> PGError {
        PGError(
            .protocolViolation, "The server sent a DataRow with a value of \(length) bytes, which it does not hold",
            retry: .unknown)
    }
}
