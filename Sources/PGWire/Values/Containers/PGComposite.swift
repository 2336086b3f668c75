/// A Swift type that stands for a composite type of the server.
///
/// ```swift
/// struct Address: PGComposite {           // CREATE TYPE address AS (street text, zip int)
///     var street: String
///     var zip: Int32?
///
///     init(record: PGRecord) throws(PGError) {
///         (street, zip) = try record.decode(as: (String, Int32?).self)
///     }
///     var record: PGRecord {
///         get throws(PGError) { try PGRecord(street, zip) }
///     }
/// }
/// try await connection.query("INSERT INTO people (home) VALUES (\(address))")
/// ```
/// The server knows such a type by a number that differs between databases, so that a parameter is sent without one and
/// the server infers it: from the column that it is compared with or stored in, or from a cast, `\(address)::address`.
/// See [Composite Types](https://www.postgresql.org/docs/current/rowtypes.html).
public protocol PGComposite: PGEncodable, PGDecodable, PGArrayElement {
    /// Reads the fields, which have an order and no names.
    ///
    /// - Throws: ``PGError``, as ``PGRecord/decode(as:)`` does.
    init(record: PGRecord) throws(PGError)

    /// The fields in their order. Each has to be of the type that the composite type has in its place.
    ///
    /// - Throws: ``PGError``, as ``PGRecord`` does for a value that its type cannot hold.
    var record: PGRecord { get throws(PGError) }
}

extension PGComposite {
    public static var postgresType: PGType { .unspecified }
    public static var postgresArrayType: PGType { .unspecified }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try record.encode(into: &buffer)
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Self {
        try Self(record: try PGRecord.decode(bytes, type: type, format: format))
    }
}
