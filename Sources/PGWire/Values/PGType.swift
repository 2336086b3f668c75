/// A data type of the server, by its object id.
///
/// See [pg_type](https://www.postgresql.org/docs/current/catalog-pg-type.html).
public struct PGType: RawRepresentable, Hashable, Sendable {
    /// The type's row in `pg_type`.
    public let rawValue: UInt32
    /// What it is called where it was met, if somebody created it and the driver knows; says nothing of which type it is.
    let name: TypeName

    /// The type with this object id.
    public init(rawValue: UInt32) { self.init(rawValue, named: .unknown) }

    init(_ rawValue: UInt32, named name: TypeName) {
        self.rawValue = rawValue
        self.name = name
    }

    /// The type of the elements, where this is a built-in array type.
    public var elementType: PGType? { PGTypeCatalog.builtIn.element(of: self) }

    /// Whether the type is one that every server has, not one that someone created.
    var isBuiltIn: Bool { PGTypeCatalog.builtIn.name(of: self) != nil }

    /// Whether the object id is one that the server assigned when the type was made, so that it differs between databases.
    var isAssigned: Bool { rawValue >= Self.firstAssigned }

    /// `FirstGenbkiObjectId` of the server's `transam.h`.
    private static let firstAssigned: UInt32 = 10_000
}

extension PGType {
    public static func == (left: PGType, right: PGType) -> Bool { left.rawValue == right.rawValue }

    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension PGType: CustomStringConvertible {
    /// The type's name, such as `int8`, `text[]` or `mood`; `type 16385` for one that somebody created and whose name is
    /// not known (see ``PGConnection/Options/looksUpTypeNames``).
    public var description: String { knownName ?? "type \(rawValue)" }

    /// The type as a part of a sentence.
    var phrase: String { knownName.map { "type \($0)" } ?? "type \(rawValue)" }

    private var knownName: String? { PGTypeCatalog.builtIn.name(of: self) ?? name.text }
}
