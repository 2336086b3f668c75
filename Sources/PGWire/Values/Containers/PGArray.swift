/// One dimension of an array.
///
/// See [Arrays](https://www.postgresql.org/docs/current/arrays.html).
public struct PGArrayDimension: Hashable, Sendable, Codable {
    /// How many places it has.
    public var count: Int
    /// The subscript of the first place; 1 unless someone asked for another.
    public var lowerBound: Int32

    /// A dimension of so many places.
    public init(count: Int, lowerBound: Int32 = 1) {
        self.count = count
        self.lowerBound = lowerBound
    }
}

/// An array of any number of dimensions, with their lower bounds.
///
/// A Swift array is enough for one dimension that begins at 1. Elements that may be NULL are optional. See
/// [Arrays](https://www.postgresql.org/docs/current/arrays.html).
/// ```swift
/// let board = PGArray(rows: [[1, 2], [3, 4]])
/// try await connection.query("SELECT \(board)")   // {{1,2},{3,4}}
/// ```
public struct PGArray<Element: PGArrayElement & PGEncodable & PGDecodable>: Sendable {
    /// The dimensions, at most six; none for an array without elements.
    public let dimensions: [PGArrayDimension]
    /// All elements; the subscript of the last dimension changes fastest.
    public let elements: [Element]

    /// An array of one dimension.
    public init(_ elements: [Element], lowerBound: Int32 = 1) {
        self.elements = elements
        dimensions = elements.isEmpty ? [] : [PGArrayDimension(count: elements.count, lowerBound: lowerBound)]
    }

    /// An array of these dimensions; nil where there are more than six, one has no places or subscripts beyond an
    /// `Int32`, or the elements are not as many as the places.
    public init?(_ elements: [Element], dimensions: [PGArrayDimension]) {
        guard dimensions.count <= ArrayCoding.maximumDimensions, !dimensions.isEmpty || elements.isEmpty else {
            return nil
        }
        var places = dimensions.isEmpty ? 0 : 1
        for dimension in dimensions {
            let (product, overflow) = places.multipliedReportingOverflow(by: dimension.count)
            guard dimension.count > 0, !overflow, let count = Int32(exactly: dimension.count),
                !dimension.lowerBound.addingReportingOverflow(count).overflow
            else { return nil }
            places = product
        }
        guard places == elements.count else { return nil }
        self.elements = elements
        self.dimensions = dimensions
    }

    /// An array of two dimensions; nil where the rows are of different lengths, or empty though there are any.
    public init?(rows: [[Element]]) {
        let width = rows.first?.count ?? 0
        guard rows.allSatisfy({ $0.count == width }) else { return nil }
        self.init(
            rows.flatMap { $0 },
            dimensions: rows.isEmpty ? [] : [PGArrayDimension(count: rows.count), PGArrayDimension(count: width)])
    }

    /// The rows of an array of two dimensions, none for an array without elements; nil for another number of
    /// dimensions.
    public var rows: [[Element]]? {
        guard !elements.isEmpty else { return [] }
        guard dimensions.count == 2 else { return nil }
        return stride(from: 0, to: elements.count, by: dimensions[1].count).map {
            Array(elements[$0..<$0 + dimensions[1].count])
        }
    }

    /// The element at these subscripts, one for each dimension, counted as the server does; nil where there is none.
    public subscript(subscripts: Int32...) -> Element? {
        guard !dimensions.isEmpty, subscripts.count == dimensions.count else { return nil }
        var index = 0
        for (position, dimension) in zip(subscripts, dimensions) {
            let offset = Int(position) - Int(dimension.lowerBound)
            guard (0..<dimension.count).contains(offset) else { return nil }
            index = index * dimension.count + offset
        }
        return elements[index]
    }
}

extension PGArray: Equatable where Element: Equatable {}
extension PGArray: Hashable where Element: Hashable {}

extension PGArray: PGEncodable {
    public static var postgresType: PGType { Element.postgresArrayType }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try ArrayCoding.appendHeader(of: elements, dimensions: dimensions.count, into: &buffer)
        for dimension in dimensions {
            try ArrayCoding.appendDimension(dimension, of: Self.postgresType, into: &buffer)
        }
        try ArrayCoding.append(elements, into: &buffer)
    }
}

extension PGArray: PGDecodable {
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGArray {
        try ArrayCoding.checkType(type, format, as: Self.self)
        let value: PGArray?
        if format == .text {
            let text = try ArrayText(bytes, type: type)
            value = PGArray(try text.decodeElements(type: type), dimensions: text.dimensions)
        } else {
            do {
                value = try read(bytes, type: type)
            } catch let error as PGError {
                throw error
            } catch {
                throw .malformed(type, format)
            }
        }
        guard let value else { throw .malformed(type, format) }
        return value
    }

    private static func read(_ bytes: RawSpan, type: PGType) throws -> PGArray? {
        var reader = ByteReader(bytes)
        let header = try ArrayCoding.Header(reading: &reader, type: type)
        var dimensions: [PGArrayDimension] = []
        var places = header.dimensions == 0 ? 0 : 1
        for _ in 0..<header.dimensions {
            let count = Int(try reader.read(Int32.self))
            dimensions.append(PGArrayDimension(count: count, lowerBound: try reader.read(Int32.self)))
            let (product, overflow) = places.multipliedReportingOverflow(by: count)
            guard count >= 0, !overflow else { return nil }
            places = product
        }
        let elements: [Element] = try ArrayCoding.readElements(places, type: header.elementType, from: &reader)
        return PGArray(elements, dimensions: elements.isEmpty ? [] : dimensions)
    }
}

/// In other coders an array is its dimensions and its elements.
extension PGArray: Codable where Element: Codable {
    private enum CodingKeys: CodingKey { case dimensions, elements }

    /// Reads the dimensions and the elements, and checks that they fit.
    ///
    /// - Throws: `DecodingError`, also where they do not fit.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let dimensions = try container.decode([PGArrayDimension].self, forKey: .dimensions)
        guard let value = PGArray(try container.decode([Element].self, forKey: .elements), dimensions: dimensions)
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .dimensions, in: container, debugDescription: "The dimensions do not fit the elements")
        }
        self = value
    }

    /// Writes the dimensions and the elements.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(dimensions, forKey: .dimensions)
        try container.encode(elements, forKey: .elements)
    }
}
