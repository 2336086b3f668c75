/// One row of a result.
public struct PGRow: Sendable {
    @usableFromInline let storage: PGResult.Storage
    @usableFromInline let start: Int

    @inline(__always)
    init(storage: PGResult.Storage, start: Int) {
        self.storage = storage
        self.start = start
    }

    /// The columns, in order.
    public var columns: [PGColumn] { storage.columns }

    /// The row as a tuple of the given types, one for each column.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/unexpectedResult`` where the number of columns is another one, and with
    ///   ``PGError/Code/conversion``, naming the column, where a value cannot be read as its type.
    @inlinable
    public func decode<each Value: PGDecodable>(
        as types: (repeat each Value).Type
    ) throws(PGError) -> (repeat each Value) {
        var wanted = 0
        for _ in repeat (each Value).self { wanted += 1 }
        guard wanted == storage.columns.count else { throw wrongCount(wanted) }
        var cursor = RowCursor(self)
        return (repeat try cursor.next((each Value).self))
    }

    @usableFromInline
    func wrongCount(_ wanted: Int) -> PGError {
        PGError(
            .unexpectedResult, "The row has \(columns.count) columns and is read as \(wanted) values",
            retry: .pointless)
    }

    /// The value of the one column.
    ///
    /// - Throws: as for several columns.
    @inlinable
    public func decode<Value: PGDecodable>(as type: Value.Type) throws(PGError) -> Value {
        guard storage.columns.count == 1 else { throw wrongCount(1) }
        var cursor = RowCursor(self)
        return try cursor.next(type)
    }

    /// The value of one column, counted from 0.
    ///
    /// - Throws: as `decode(as:)`.
    public func decode<Value: PGDecodable>(_ type: Value.Type = Value.self, at column: Int) throws(PGError) -> Value {
        guard columns.indices.contains(column) else {
            throw PGError(
                .unexpectedResult, "The row has \(columns.count) columns, none of them number \(column)",
                retry: .pointless)
        }
        var cursor = RowCursor(self)
        for _ in 0..<column { cursor.skip() }
        return try cursor.next(type)
    }

    /// The value of the first column of this name.
    ///
    /// - Throws: as `decode(as:)`.
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
}
