/// A data type of the server, by its object id.
public struct PGType: RawRepresentable, Hashable, Sendable {
    /// The type's row in `pg_type`.
    public let rawValue: UInt32

    /// The type with this object id.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}
