extension PGRow {
    /// A value of one column, NULL where the type takes it.
    func decode<Value: Decodable>(decodable type: Value.Type, at column: Int) throws -> Value {
        if let known = type as? any PGDecodable.Type, let value = try decode(known: known, at: column) as? Value {
            return value
        }
        do {
            return try Value(from: try CellReader(row: self, column: column))
        } catch let error as DecodingError {
            throw PGError(error, reading: type, in: columns[column].name)
        }
    }

    /// A value of one column, nil for NULL.
    func decode<Value: Decodable>(optional type: Value.Type, at column: Int) throws -> Value? {
        guard try !decode(IsNull.self, at: column).isNull else { return nil }
        return try decode(decodable: type, at: column)
    }

    private func decode(known type: any PGDecodable.Type, at column: Int) throws -> any PGDecodable {
        if type == String.self, !columns[column].type.isBuiltIn {
            return try decode(PGUserDefined<String>.self, at: column).value
        }
        return try decode(type, at: column)
    }
}

/// Whether a value is NULL, without reading it.
struct IsNull: PGDecodable {
    let isNull: Bool

    static func decode(_: RawSpan, type _: PGType, format _: PGFormat) throws(PGError) -> IsNull {
        IsNull(isNull: false)
    }

    static func decodeNull() throws(PGError) -> IsNull { IsNull(isNull: true) }
}

/// One value as the `Decodable` protocol sees it: for types that the driver does not know and that code themselves as one
/// of those it does, or as a list of them.
struct CellReader: Decoder, SingleValueDecodingContainer {
    private let value: PGRawValue
    /// The column's name, for errors.
    private let name: String

    init(_ value: PGRawValue, in name: String) {
        self.value = value
        self.name = name
    }

    init(row: PGRow, column: Int) throws(PGError) {
        self.init(try row.decode(PGRawValue.self, at: column), in: row.columns[column].name)
    }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw failure("a type with several properties; read it as PGJSON, PGJSONB or a PGComposite")
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard !value.isNull else { throw failure("a list, being NULL") }
        let array = try naming { () throws(PGError) in try value.decode(as: PGArray<PGRawValue>.self) }
        return try CellList(array, in: name)
    }

    func decodeNil() -> Bool { value.isNull }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let known = type as? any PGDecodable.Type else {
            if let integer = try integer(type) { return integer }
            return try Value(from: self)
        }
        guard let value = try naming({ () throws(PGError) in try decode(known: known) }) as? Value else {
            throw failure("\(type)")
        }
        return value
    }

    private func decode(known type: any PGDecodable.Type) throws(PGError) -> any PGDecodable {
        if type == String.self, !value.type.isBuiltIn {
            return try value.decode(as: PGUserDefined<String>.self).value
        }
        return try value.decode(as: type)
    }

    /// An integer of a width that the server does not have, where the column's value fits.
    private func integer<Value>(_ type: Value.Type) throws -> Value? {
        guard let integer = type as? any FixedWidthInteger.Type else { return nil }
        let wide = try naming { () throws(PGError) in try value.decode(as: Int64.self) }
        guard let narrow = integer.init(exactly: wide) else { throw failure("\(type), being out of its range") }
        return narrow as? Value
    }

    private func naming<Value>(_ body: () throws(PGError) -> Value) throws -> Value {
        do throws(PGError) {
            return try body()
        } catch {
            var error = error
            error.message = "Column “\(name)”: \(error.message)"
            throw error
        }
    }

    private func failure(_ target: String) -> PGError {
        PGError(
            .conversion,
            "Column “\(name)”: A column of \(value.type.phrase) cannot be read as \(target)",
            retry: .pointless)
    }
}
