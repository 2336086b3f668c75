/// One row of a result.
public struct PGRow: Sendable {
    let storage: PGResult.Storage
    let start: Int

    /// The columns, in order.
    public var columns: [PGColumn] { storage.columns }

    /// The row as a tuple of the given types, one for each column.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/unexpectedResult`` where the number of columns is another one, and with
    ///   ``PGError/Code/conversion``, naming the column, where a value cannot be read as its type.
    public func decode<each Value: PGDecodable>(
        as types: (repeat each Value).Type
    ) throws(PGError) -> (repeat each Value) {
        var wanted = 0
        for _ in repeat (each Value).self { wanted += 1 }
        guard wanted == columns.count else {
            throw PGError(
                .unexpectedResult, "The row has \(columns.count) columns and is read as \(wanted) values",
                retry: .pointless)
        }
        var cursor = Cursor(row: self)
        return (repeat try cursor.next((each Value).self))
    }

    /// The value of the one column.
    ///
    /// - Throws: as for several columns.
    public func decode<Value: PGDecodable>(as type: Value.Type) throws(PGError) -> Value {
        guard columns.count == 1 else {
            throw PGError(
                .unexpectedResult, "The row has \(columns.count) columns and is read as one value", retry: .pointless)
        }
        var cursor = Cursor(row: self)
        return try cursor.next(type)
    }

    /// The value of one column, counted from 0.
    ///
    /// - Throws: as ``decode(as:)``.
    public func decode<Value: PGDecodable>(_ type: Value.Type = Value.self, at column: Int) throws(PGError) -> Value {
        guard columns.indices.contains(column) else {
            throw PGError(
                .unexpectedResult, "The row has \(columns.count) columns, none of them number \(column)",
                retry: .pointless)
        }
        var cursor = Cursor(row: self)
        for _ in 0..<column { cursor.skip() }
        return try cursor.next(type)
    }

    /// The value of the first column of this name.
    ///
    /// - Throws: as ``decode(as:)``.
    public func decode<Value: PGDecodable>(
        _ type: Value.Type = Value.self, named name: String
    ) throws(PGError) -> Value {
        guard let column = columns.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            let names = columns.map(\.name).joined(separator: ", ")
            throw PGError(
                .unexpectedResult, "The row has no column “\(name)”; it has \(names)", retry: .pointless)
        }
        return try decode(type, at: column)
    }

    /// Walks over the cells, whose lengths were checked when the row came.
    private struct Cursor {
        let row: PGRow
        var column = 0
        var offset: Int

        init(row: PGRow) {
            self.row = row
            offset = row.start
        }

        private var length: Int {
            let bytes = row.storage.rows.bytes
            let word =
                UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16 | UInt32(bytes[offset + 2]) << 8
                | UInt32(bytes[offset + 3])
            return Int(Int32(bitPattern: word))
        }

        mutating func skip() {
            offset += 4 + max(0, length)
            column += 1
        }

        mutating func next<Value: PGDecodable>(_ type: Value.Type) throws(PGError) -> Value {
            let length = self.length
            let start = offset + 4
            let description = row.columns[column]
            defer {
                offset = start + max(0, length)
                column += 1
            }
            do throws(PGError) {
                guard length >= 0 else { return try Value.decodeNull() }
                let bytes = row.storage.rows.bytes
                let cell = unsafe bytes.span.bytes.extracting(start..<start + length)
                return try Value.decode(cell, type: description.type, format: description.format)
            } catch {
                var error = error
                error.message = "Column “\(description.name)”: \(error.message)"
                throw error
            }
        }
    }
}
