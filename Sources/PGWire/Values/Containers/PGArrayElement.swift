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

    /// The type of a Swift array of arrays of such elements.
    static var postgresRowsType: PGType { get }

    /// Appends the binary form of an array of two dimensions, without its length.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` where the rows are of different lengths, or empty though
    ///   there are any, and for an element that its type cannot hold.
    static func encodeRows(_ rows: [[Self]], into buffer: inout ByteBuffer) throws(PGError)

    /// Reads the rows of an array of two dimensions, none for an array without elements.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` where the column is no such array, has another number of
    ///   dimensions, or an element cannot be read.
    static func decodeRows(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [[Self]]
}

/// An array with one dimension, or with two. Lower bounds other than 1 are lost; ``PGArray`` has them, and up to six
/// dimensions.
extension PGArrayElement where Self: PGEncodable & PGDecodable {
    public static func encodeArray(_ elements: [Self], into buffer: inout ByteBuffer) throws(PGError) {
        try ArrayCoding.append(list: elements, into: &buffer)
    }

    public static func decodeArray(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [Self] {
        try ArrayCoding.readList(bytes, type: type, format: format)
    }

    public static var postgresRowsType: PGType { postgresArrayType }

    public static func encodeRows(_ rows: [[Self]], into buffer: inout ByteBuffer) throws(PGError) {
        guard let array = PGArray(rows: rows) else {
            throw .unencodable(postgresArrayType, "its rows are of different lengths, or empty")
        }
        try array.encode(into: &buffer)
    }

    public static func decodeRows(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [[Self]] {
        let array = try PGArray<Self>.decode(bytes, type: type, format: format)
        guard let rows = array.rows else {
            throw PGError(
                .conversion,
                "An array of \(array.dimensions.count) dimensions cannot be read as \([[Self]].self), which has two; "
                    + "read it as \(PGArray<Self>.self)",
                retry: .pointless)
        }
        return rows
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

/// An array of arrays is an array of two dimensions.
extension Array: PGArrayElement where Element: PGArrayElement {
    public static var postgresArrayType: PGType { Element.postgresRowsType }

    public static func encodeArray(_ rows: [[Element]], into buffer: inout ByteBuffer) throws(PGError) {
        try Element.encodeRows(rows, into: &buffer)
    }

    public static func decodeArray(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [[Element]] {
        try Element.decodeRows(bytes, type: type, format: format)
    }
}
