/// A value of type `xid8`: a transaction's number, which is never used again.
///
/// The shorter `xid` is read as `UInt32`. See
/// [Object Identifier Types](https://www.postgresql.org/docs/current/datatype-oid.html).
public struct PGXID8: RawRepresentable, Hashable, Sendable {
    /// The number.
    public let rawValue: UInt64

    /// The transaction with this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

extension PGXID8: Comparable {
    public static func < (left: PGXID8, right: PGXID8) -> Bool { left.rawValue < right.rawValue }
}

extension PGXID8: PGTextConvertible {
    /// The transaction that a text of decimal digits names; nil otherwise.
    public init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt64(text) else { return nil }
        rawValue = value
    }

    /// The number.
    public var description: String { String(rawValue) }
}

extension PGXID8: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .xid8 }
    public static var postgresArrayType: PGType { .xid8Array }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(rawValue) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGXID8 {
        guard type == .xid8 else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        guard let value = bytes.integer(UInt64.self) else { throw .malformed(type, format) }
        return PGXID8(rawValue: value)
    }
}
