/// What a statement returned: its rows, held as the server sent them and read on demand.
public struct PGResult: Sendable {
    /// All of it; shared by the result and its rows.
    @usableFromInline
    final class Storage: Sendable {
        @usableFromInline let columns: [PGColumn]
        @usableFromInline let rows: RowBatch
        let commandTag: String
        let notices: [PGServerError]
        let isSuspended: Bool

        init(
            columns: [PGColumn], rows: RowBatch, commandTag: String = "", notices: [PGServerError] = [],
            isSuspended: Bool = false
        ) {
            self.columns = columns
            self.rows = rows
            self.commandTag = commandTag
            self.notices = notices
            self.isSuspended = isSuspended
        }

        /// The same with other descriptions of its columns.
        func with(_ columns: [PGColumn]) -> Storage {
            Storage(columns: columns, rows: rows, commandTag: commandTag, notices: notices, isSuspended: isSuspended)
        }
    }

    let storage: Storage

    /// The server's word on what was done, such as `SELECT 3` or `INSERT 0 1`; empty for an empty statement.
    public var commandTag: String { storage.commandTag }

    /// The notices and warnings that came with the answer, at most 100 of them.
    public var notices: [PGServerError] { storage.notices }

    /// Whether the server stopped at the row limit and has more rows; see ``PGPortal``.
    public var isSuspended: Bool { storage.isSuspended }

    /// The columns, in order.
    public var columns: [PGColumn] { storage.columns }

    /// How many rows the statement returned or changed, where the ``commandTag`` says so.
    public var rowsAffected: Int? {
        commandTag.utf8.lastIndex(of: UInt8(ascii: " ")).flatMap { Int(commandTag[$0...].dropFirst()) }
    }

    /// All rows, each as a tuple of the given types.
    /// ```swift
    /// for (id, email) in try result.decode(as: (Int64, String?).self) { … }
    /// ```
    /// - Throws: ``PGError`` with ``PGError/Code/unexpectedResult`` where the number of columns is another one, and with
    ///   ``PGError/Code/conversion``, naming the column, where a value cannot be read as its type.
    @inlinable
    public func decode<each Value: PGDecodable>(
        as types: (repeat each Value).Type
    ) throws(PGError) -> [(repeat each Value)] {
        var values: [(repeat each Value)] = []
        values.reserveCapacity(count)
        for row in self { values.append(try row.decode(as: types)) }
        return values
    }

    /// The values of the one column.
    ///
    /// A tuple of one is not its element to the compiler, so that the general form would not compare, print or infer as
    /// what it holds.
    ///
    /// - Throws: as for several columns.
    @inlinable
    public func decode<Value: PGDecodable>(as type: Value.Type) throws(PGError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for row in self { values.append(try row.decode(as: type)) }
        return values
    }
}

extension PGResult: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { storage.rows.count }

    /// The row at a position; a position outside of the result is a mistake of the program's.
    public subscript(position: Int) -> PGRow {
        PGRow(storage: storage, start: storage.rows.start(of: position))
    }
}
