/// The elements of an array as the `Decodable` protocol sees them.
struct CellList: UnkeyedDecodingContainer {
    private let elements: [PGRawValue]
    private let name: String
    private(set) var currentIndex = 0

    init(_ array: PGArray<PGRawValue>, in name: String) throws(PGError) {
        guard array.dimensions.count <= 1 else {
            throw PGError(
                .conversion,
                "Column “\(name)”: An array of \(array.dimensions.count) dimensions cannot be read as a list",
                retry: .pointless)
        }
        elements = array.elements
        self.name = name
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    mutating func decodeNil() throws -> Bool {
        guard try element().decodeNil() else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try element().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try element().container(keyedBy: keyedBy)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try element().unkeyedContainer() }

    mutating func superDecoder() throws -> any Decoder {
        defer { currentIndex += 1 }
        return try element()
    }

    private func element() throws -> CellReader {
        guard !isAtEnd else {
            throw PGError(.conversion, "Column “\(name)”: the array has no more elements", retry: .pointless)
        }
        return CellReader(elements[currentIndex], in: name)
    }
}
