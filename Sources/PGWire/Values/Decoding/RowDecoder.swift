/// Reads rows as `Decodable` types, by the names of their columns.
struct RowDecoder {
    let names: ColumnNames

    init(_ names: ColumnNames) { self.names = names }

    func decode<Value: Decodable>(_ type: Value.Type, from row: PGRow) throws(PGError) -> Value {
        do {
            return try Value(from: RowReader(row: row, names: names))
        } catch let error as PGError {
            throw error
        } catch let error as DecodingError {
            throw PGError(error, reading: type)
        } catch {
            throw PGError(.conversion, "A row cannot be read as \(type): \(error)", retry: .pointless)
        }
    }
}

/// One row as the `Decodable` protocol sees it.
private struct RowReader: Decoder {
    let row: PGRow
    let names: ColumnNames

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(RowContainer(row: row, names: names))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try onlyCell().unkeyedContainer()
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { try onlyCell() }

    private func onlyCell() throws(PGError) -> CellReader {
        guard names.columns.count == 1 else {
            throw PGError(
                .unexpectedResult, "The row has \(names.columns.count) columns and is read as one value",
                retry: .pointless)
        }
        return try CellReader(row: row, column: 0)
    }
}

private struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let row: PGRow
    let names: ColumnNames

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { names.columns.compactMap { Key(stringValue: $0.name) } }

    func contains(_ key: Key) -> Bool { names[key.stringValue] != nil }

    private func index(_ key: Key) throws -> Int {
        guard let index = names[key.stringValue] else { throw names.missing(key.stringValue) }
        return index
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        try row.decode(IsNull.self, at: try index(key)).isNull
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try row.decode(decodable: type, at: try index(key))
    }

    /// A key that is optional still needs its column, lest a name that was mistyped is read as NULL.
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try row.decode(optional: type, at: try index(key))
    }

    // The types of the standard library, for which the protocol asks one by one, so that they need no cast.
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try row.decode(type, at: try index(key)) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        try row.decode(decodable: type, at: try index(key))
    }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try row.decode(type, at: try index(key)) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try row.decode(type, at: try index(key)) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try row.decode(type, at: try index(key)) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try row.decode(type, at: try index(key)) }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        try row.decode(Bool?.self, at: try index(key))
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try row.decode(optional: type, at: try index(key))
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        try row.decode(Double?.self, at: try index(key))
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        try row.decode(Int?.self, at: try index(key))
    }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
        try row.decode(Int32?.self, at: try index(key))
    }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        try row.decode(Int64?.self, at: try index(key))
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try CellReader(row: row, column: try index(key)).container(keyedBy: keyedBy)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try CellReader(row: row, column: try index(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { RowReader(row: row, names: names) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try CellReader(row: row, column: try index(key)) }
}
