/// What the server says about one column of a result.
///
/// See [RowDescription](https://www.postgresql.org/docs/current/protocol-message-formats.html).
public struct PGColumn: Sendable, Hashable {
    /// The column's name; several columns may have the same.
    public var name: String
    /// The object id of the table that the column comes from, or 0.
    public var tableOID: UInt32
    /// The column's number in that table, or 0.
    public var columnNumber: Int16
    /// The type of the values.
    public var type: PGType
    /// The size of the type in bytes (`pg_type.typlen`); negative for types of variable size.
    public var typeSize: Int16
    /// The type's modifier (`pg_attribute.atttypmod`), or -1.
    public var typeModifier: Int32
    /// The form in which the values are sent.
    public var format: PGFormat

    /// A column with this description.
    public init(
        name: String, tableOID: UInt32 = 0, columnNumber: Int16 = 0, type: PGType, typeSize: Int16 = -1,
        typeModifier: Int32 = -1, format: PGFormat = .binary
    ) {
        self.name = name
        self.tableOID = tableOID
        self.columnNumber = columnNumber
        self.type = type
        self.typeSize = typeSize
        self.typeModifier = typeModifier
        self.format = format
    }
}

extension PGColumn {
    /// The least that a column takes in a RowDescription: an empty name and the fixed fields.
    private static let minimumByteCount = 19

    /// Reads the columns of a RowDescription.
    static func decodeRowDescription(_ payload: RawSpan) throws(ByteReader.Failure) -> [PGColumn] {
        var reader = ByteReader(payload)
        let count = Int(try reader.read(Int16.self))
        guard count >= 0 else { throw .invalidValue }
        guard count * minimumByteCount <= reader.remaining else { throw .truncated }
        var columns: [PGColumn] = []
        columns.reserveCapacity(count)
        for _ in 0..<count {
            let name = try reader.readCString()
            let tableOID = try reader.read(UInt32.self)
            let columnNumber = try reader.read(Int16.self)
            let type = PGType(rawValue: try reader.read(UInt32.self))
            let typeSize = try reader.read(Int16.self)
            let typeModifier = try reader.read(Int32.self)
            guard let format = PGFormat(rawValue: try reader.read(Int16.self)) else { throw .invalidValue }
            columns.append(
                PGColumn(
                    name: name, tableOID: tableOID, columnNumber: columnNumber, type: type, typeSize: typeSize,
                    typeModifier: typeModifier, format: format))
        }
        try reader.finish()
        return columns
    }
}
