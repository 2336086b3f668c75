extension PGRow {
    /// The row as a `Decodable` type, each of whose keys is the name of a column.
    ///
    /// Names are compared as they are, `created_at` with `created_at`; a type that calls it otherwise has `CodingKeys`.
    /// The first of columns with the same name counts, and columns without a key are left alone. A property may be of a
    /// ``PGDecodable`` type, another integer, or a type that codes itself as one value or as an array, such as an
    /// enumeration with a raw value; it is optional where the column may be NULL.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/unexpectedResult`` where a column is missing, and with
    ///   ``PGError/Code/conversion``, naming the column, where a value cannot be read as its property's type.
    @_disfavoredOverload
    public func decode<Value: Decodable>(as type: Value.Type) throws(PGError) -> Value {
        try RowDecoder(ColumnNames(columns)).decode(type, from: self)
    }
}

extension PGResult {
    /// All rows as a `Decodable` type, each of whose keys is the name of a column.
    /// ```swift
    /// struct User: Decodable {
    ///     let id: Int64
    ///     let email: String?
    /// }
    /// let users = try await pool.query("SELECT id, email FROM users").decode(as: User.self)
    /// ```
    /// - Throws: as a row does.
    @_disfavoredOverload
    public func decode<Value: Decodable>(as type: Value.Type) throws(PGError) -> [Value] {
        let decoder = RowDecoder(ColumnNames(columns))
        var values: [Value] = []
        values.reserveCapacity(count)
        for row in self { values.append(try decoder.decode(type, from: row)) }
        return values
    }
}
