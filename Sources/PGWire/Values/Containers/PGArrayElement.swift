/// A Swift type whose arrays are values of the server's.
///
/// A type that is ``PGEncodable`` and ``PGDecodable`` has to name its array type and no more.
///
/// See [Arrays](https://www.postgresql.org/docs/current/arrays.html).
public protocol PGArrayElement: Sendable {
    /// The type of a Swift array of such elements.
    static var postgresArrayType: PGType { get }

    /// Appends an array's binary form, without its length.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` for an element that its type cannot hold.
    static func encodeArray(_ elements: [Self], into buffer: inout ByteBuffer) throws(PGError)

    /// Reads an array.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` where the column is no such array, has more than one
    ///   dimension, or an element cannot be read.
    static func decodeArray(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [Self]
}

/// An array with one dimension. A lower bound other than 1 is lost, and arrays of more dimensions are refused;
/// ``PGArray`` holds both.
extension PGArrayElement where Self: PGEncodable & PGDecodable {
    public static func encodeArray(_ elements: [Self], into buffer: inout ByteBuffer) throws(PGError) {
        try ArrayCoding.appendHeader(of: elements, dimensions: elements.isEmpty ? 0 : 1, into: &buffer)
        guard !elements.isEmpty else { return }
        try ArrayCoding.appendDimension(
            PGArrayDimension(count: elements.count), of: postgresArrayType, into: &buffer)
        try ArrayCoding.append(elements, into: &buffer)
    }

    public static func decodeArray(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [Self] {
        try ArrayCoding.checkType(type, format, as: [Self].self)
        guard format == .binary else {
            let text = try ArrayText(bytes, type: type)
            try checkDimensions(text.dimensions.count)
            return try text.decodeElements(type: type)
        }
        do {
            var reader = ByteReader(bytes)
            let header = try ArrayCoding.Header(reading: &reader, type: type)
            try checkDimensions(header.dimensions)
            var count = 0
            if header.dimensions == 1 {
                count = Int(try reader.read(Int32.self))
                _ = try reader.read(Int32.self)
            }
            return try ArrayCoding.readElements(count, type: header.elementType, from: &reader)
        } catch let error as PGError {
            throw error
        } catch {
            throw .malformed(type, format)
        }
    }

    private static func checkDimensions(_ count: Int) throws(PGError) {
        guard count > 1 else { return }
        throw PGError(
            .conversion,
            "An array of \(count) dimensions cannot be read as \([Self].self); read it as \(PGArray<Self>.self)",
            retry: .pointless)
    }
}

extension Array: PGEncodable where Element: PGArrayElement {
    public static var postgresType: PGType { Element.postgresArrayType }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try Element.encodeArray(self, into: &buffer)
    }
}

extension Array: PGDecodable where Element: PGArrayElement {
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [Element] {
        try Element.decodeArray(bytes, type: type, format: format)
    }
}
