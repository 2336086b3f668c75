/// A value after its length in bytes, or -1 for NULL: how Bind and a binary COPY send values.
extension PGEncodable {
    /// Appends the value as a field.
    ///
    /// - Throws: ``PGError`` as ``encode(into:)``, with nothing appended.
    @inlinable
    func encodeField(into buffer: inout ByteBuffer) throws(PGError) {
        guard !isNull else {
            buffer.appendNullField()
            return
        }
        let start = buffer.beginField()
        do throws(PGError) {
            try encode(into: &buffer)
        } catch {
            buffer.truncate(to: start)
            throw error
        }
        try buffer.endField(start)
    }
}

extension ByteBuffer {
    @usableFromInline
    mutating func appendNullField() {
        append(Int32(-1))
    }

    @usableFromInline
    mutating func beginField() -> Int {
        let start = writePosition
        append(Int32(0))
        return start
    }

    /// Fills in the length of the field that began at `start`.
    @usableFromInline
    mutating func endField(_ start: Int) throws(PGError) {
        guard let length = Int32(exactly: writePosition - start - 4) else {
            truncate(to: start)
            throw PGError(.conversion, "A value is longer than 2 GiB", retry: .pointless)
        }
        replaceInt32(at: start, with: length)
    }
}
