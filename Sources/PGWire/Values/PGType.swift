/// A data type of the server, by its object id.
///
/// See [pg_type](https://www.postgresql.org/docs/current/catalog-pg-type.html).
public struct PGType: RawRepresentable, Hashable, Sendable {
    /// The type's row in `pg_type`.
    public let rawValue: UInt32

    /// The type with this object id.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The type of the elements, where this is a built-in array type.
    public var elementType: PGType? { PGTypeCatalog.builtIn.element(of: self) }

    /// Whether the type is one that every server has, not one that someone created.
    var isBuiltIn: Bool { PGTypeCatalog.builtIn.name(of: self) != nil }
}

extension PGType: CustomStringConvertible {
    /// The type's name, such as `int8` or `text[]`, or `type 16385` for one that is not built in.
    public var description: String {
        PGTypeCatalog.builtIn.name(of: self) ?? "type \(rawValue)"
    }
}
