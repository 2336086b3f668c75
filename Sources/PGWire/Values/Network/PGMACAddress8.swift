/// A value of type `macaddr8`: the eight bytes of a hardware address.
///
/// See [Network Address Types](https://www.postgresql.org/docs/current/datatype-net-types.html).
public struct PGMACAddress8: Hashable, Sendable {
    /// The eight bytes, the first one the most significant.
    public let bytes: [UInt8]

    /// The address of these bytes, or nil where they are not eight.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 8 else { return nil }
        self.bytes = Array(bytes)
    }
}

extension PGMACAddress8: PGTextConvertible {
    /// The address that a text in the form `08:00:2b:01:02:03:04:05` names, in either case; nil otherwise.
    public init?(_ text: String) {
        guard let bytes = HardwareAddressText.parse(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// The address as the server shows it.
    public var description: String { HardwareAddressText.text(of: bytes) }
}

extension PGMACAddress8: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .macaddr8 }
    public static var postgresArrayType: PGType { .macaddr8Array }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(bytes) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGMACAddress8 {
        guard type == .macaddr8 else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        guard let address = PGMACAddress8(bytes: bytes.array) else { throw .malformed(type, format) }
        return address
    }
}
