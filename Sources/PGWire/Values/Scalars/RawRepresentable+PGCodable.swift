/// A type that wraps another one, such as `struct UserID: RawRepresentable, PGEncodable, PGDecodable`, is sent and read as
/// what it wraps.
extension PGEncodable where Self: RawRepresentable, RawValue: PGEncodable {
    public static var postgresType: PGType { RawValue.postgresType }
    public var isNull: Bool { rawValue.isNull }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { try rawValue.encode(into: &buffer) }
}

extension PGDecodable where Self: RawRepresentable, RawValue: PGDecodable {
    /// Reads what the type wraps.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` also where the type has no value for it.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Self {
        guard let value = Self(rawValue: try RawValue.decode(bytes, type: type, format: format)) else {
            throw PGError(.conversion, "The value of \(type) is none of \(Self.self)", retry: .pointless)
        }
        return value
    }
}
