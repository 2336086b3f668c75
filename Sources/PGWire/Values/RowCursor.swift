/// Walks over the cells of a row, whose lengths were checked when the row came.
@usableFromInline
struct RowCursor {
    @usableFromInline let storage: PGResult.Storage
    @usableFromInline var column = 0
    @usableFromInline var offset: Int

    @usableFromInline
    init(_ row: PGRow) {
        storage = row.storage
        offset = row.start
    }

    mutating func skip() {
        let bytes = storage.rows.bytes
        offset += 4 + max(0, unsafe length(in: bytes.span.bytes))
        column += 1
    }

    /// Reads the next cell.
    @inlinable
    @inline(__always)
    mutating func next<Value: PGDecodable>(_ type: Value.Type) throws(PGError) -> Value {
        do throws(PGError) {
            return try read(type)
        } catch {
            throw located(error)
        }
    }

    @inlinable
    @inline(__always)
    mutating func read<Value: PGDecodable>(_ type: Value.Type) throws(PGError) -> Value {
        let array = storage.rows.bytes
        let bytes = unsafe array.span.bytes
        let length = length(in: bytes)
        let start = offset + 4
        defer {
            offset = start + max(0, length)
            column += 1
        }
        guard length >= 0 else { return try Value.decodeNull() }
        let (type, format) = (storage.columns[column].type, storage.columns[column].format)
        return try Value.decode(bytes.extracting(start..<start + length), type: type, format: format)
    }

    @inlinable
    @inline(__always)
    func length(in bytes: RawSpan) -> Int {
        unsafe Int(Int32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Int32.self)))
    }

    /// The error with the name of the column, which was passed already.
    @usableFromInline
    func located(_ error: PGError) -> PGError {
        var error = error
        error.message = "Column “\(storage.columns[column - 1].name)”: \(error.message)"
        return error
    }
}
