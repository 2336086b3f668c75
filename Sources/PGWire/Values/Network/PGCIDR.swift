/// A value of type `cidr`: a network, whose bits behind the prefix are all zero.
///
/// See [Network Address Types](https://www.postgresql.org/docs/current/datatype-net-types.html).
public struct PGCIDR: Hashable, Sendable {
    /// The network's first address.
    public let address: PGIPAddress
    /// How many of the first bits name the network: 0 to 32, or to 128 for version 6.
    public let prefixLength: Int

    /// A network; nil where the prefix is longer than the address, or a bit behind it is not zero.
    public init?(_ address: PGIPAddress, prefixLength: Int) {
        guard (0...address.bitWidth).contains(prefixLength), address.isZero(after: prefixLength) else { return nil }
        self.address = address
        self.prefixLength = prefixLength
    }
}

extension PGCIDR: PGTextConvertible {
    /// The network that a text names, such as `192.0.2.0/24` or `2001:db8::/32`; nil otherwise.
    public init?(_ text: String) {
        guard let (address, prefixLength) = NetworkAddressCoding.parse(text) else { return nil }
        self.init(address, prefixLength: prefixLength)
    }

    /// The network as the server shows it.
    public var description: String { "\(address)/\(prefixLength)" }
}

extension PGCIDR: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .cidr }
    public static var postgresArrayType: PGType { .cidrArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try NetworkAddressCoding.encode(address, prefixLength: prefixLength, as: .cidr, into: &buffer)
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGCIDR {
        guard type == .cidr else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        let (address, prefixLength) = try NetworkAddressCoding.decode(bytes, type: type)
        guard let network = PGCIDR(address, prefixLength: prefixLength) else { throw .malformed(type, format) }
        return network
    }
}
