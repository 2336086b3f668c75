/// A Swift value that can be sent as a parameter in PostgreSQL's binary format.
///
/// See
/// [Formats and Format Codes](https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES).
public protocol PGEncodable: Sendable {
    /// The type that a parameter of this Swift type is declared as, also for a NULL in its place.
    static var postgresType: PGType { get }

    /// The type that this value is declared as: the same as the static one, unless the value decides.
    var postgresType: PGType { get }

    /// Whether the value is SQL's NULL, for which ``encode(into:)`` is not called.
    var isNull: Bool { get }

    /// Appends the value's binary form, without its length.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` for a value that the type cannot hold, such as a string
    ///   with U+0000. What was appended before is then the caller's to drop.
    func encode(into buffer: inout ByteBuffer) throws(PGError)
}

extension PGEncodable {
    public var postgresType: PGType { Self.postgresType }
    public var isNull: Bool { false }
}

/// A Swift value that can be read from a column.
///
/// See
/// [Formats and Format Codes](https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES).
public protocol PGDecodable: Sendable {
    /// Reads a value that is not NULL.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` where the column's type is another one, the bytes do not
    ///   form a value of it, or the value does not fit.
    static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Self

    /// Reads NULL; throws unless the type is an `Optional`.
    static func decodeNull() throws(PGError) -> Self
}

extension PGDecodable {
    public static func decodeNull() throws(PGError) -> Self {
        throw PGError(.conversion, "NULL cannot be read as \(Self.self); read it as \(Self.self)?", retry: .pointless)
    }
}

/// The format of a parameter or a column: 0 is text, 1 is binary.
///
/// See
/// [Formats and Format Codes](https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES).
public enum PGFormat: Int16, Sendable, Equatable {
    /// The textual form, as psql shows it.
    case text = 0
    /// The binary form, as the type's send function makes it.
    case binary = 1
}
