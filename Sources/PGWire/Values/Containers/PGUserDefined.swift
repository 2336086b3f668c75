/// A value of a type that someone created and whose binary form is that of another type: a domain inside of an array or a
/// composite value, an enumerated type or `citext` as `String`, and so on.
///
/// The server knows such a type by a number that differs between databases, so that a parameter is sent without one and
/// the server infers it: from the column that it is compared with or stored in, or from a cast, `\(name)::citext`. A
/// column of a domain is reported by the server as one of the type under it and needs no such wrapping.
///
/// See [CREATE TYPE](https://www.postgresql.org/docs/current/sql-createtype.html) and
/// [CREATE DOMAIN](https://www.postgresql.org/docs/current/sql-createdomain.html).
public struct PGUserDefined<Value: PGEncodable & PGDecodable>: Sendable {
    /// The value.
    public var value: Value

    /// A value of a type that someone created.
    public init(_ value: Value) { self.value = value }
}

extension PGUserDefined: Equatable where Value: Equatable {}
extension PGUserDefined: Hashable where Value: Hashable {}
extension PGUserDefined: Encodable where Value: Encodable {
    /// Writes the value as it is.
    public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
extension PGUserDefined: Decodable where Value: Decodable {
    /// Reads the value as it is.
    ///
    /// - Throws: What the value throws.
    public init(from decoder: any Decoder) throws { self.init(try Value(from: decoder)) }
}

extension PGUserDefined: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .unspecified }
    public static var postgresArrayType: PGType { .unspecified }

    public var isNull: Bool { value.isNull }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { try value.encode(into: &buffer) }

    /// Reads a value of any type that is not built in as one of the type that `Value` is declared as, and the built-in
    /// types as `Value` does.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGUserDefined {
        let isKnown = type.isBuiltIn && type != .unspecified
        return PGUserDefined(try Value.decode(bytes, type: isKnown ? type : Value.postgresType, format: format))
    }
}
