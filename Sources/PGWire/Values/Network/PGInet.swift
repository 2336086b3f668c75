/// A value of type `inet`: the address of a host, with the length of its network's prefix.
///
/// See [Network Address Types](https://www.postgresql.org/docs/current/datatype-net-types.html).
public struct PGInet: Hashable, Sendable {
    /// The host's address.
    public var address: PGIPAddress
    /// How many of the first bits name the network: 0 to 32, or to 128 for version 6.
    public var prefixLength: Int

    /// A host's address.
    ///
    /// - Parameters:
    ///   - address: The host's address.
    ///   - prefixLength: How many of the first bits name the network; nil is the whole address.
    public init(_ address: PGIPAddress, prefixLength: Int? = nil) {
        self.address = address
        self.prefixLength = prefixLength ?? address.bitWidth
    }
}

extension PGInet: PGTextConvertible {
    /// The address that a text names, such as `192.0.2.1`, `192.0.2.1/24` or `2001:db8::1/64`; nil otherwise.
    public init?(_ text: String) {
        guard let (address, prefixLength) = NetworkAddressCoding.parse(text) else { return nil }
        self.init(address, prefixLength: prefixLength)
    }

    /// The address as the server shows it: the prefix only where it is not the whole address.
    public var description: String {
        prefixLength == address.bitWidth ? "\(address)" : "\(address)/\(prefixLength)"
    }
}

extension PGInet: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .inet }
    public static var postgresArrayType: PGType { .inetArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try NetworkAddressCoding.encode(address, prefixLength: prefixLength, as: .inet, into: &buffer)
    }

    /// Reads `inet` and `cidr`.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGInet {
        guard type == .inet || type == .cidr else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        let (address, prefixLength) = try NetworkAddressCoding.decode(bytes, type: type)
        return PGInet(address, prefixLength: prefixLength)
    }
}
