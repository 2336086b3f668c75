/// The form that `inet` and `cidr` share.
///
/// See [Network Address Types](https://www.postgresql.org/docs/current/datatype-net-types.html) and the server's
/// `network.c`: the family, the number of bits of the prefix, whether it is a `cidr`, the address's length and itself.
enum NetworkAddressCoding {
    private static let version4: UInt8 = 2
    private static let version6: UInt8 = 3

    static func encode(
        _ address: PGIPAddress, prefixLength: Int, as type: PGType, into buffer: inout ByteBuffer
    ) throws(PGError) {
        guard (0...address.bitWidth).contains(prefixLength) else {
            throw .unencodable(type, "the length of its prefix is out of range")
        }
        guard type == .inet || address.isZero(after: prefixLength) else {
            throw .unencodable(type, "it has bits behind its prefix")
        }
        if case .v4 = address { buffer.append(version4) } else { buffer.append(version6) }
        buffer.append(UInt8(prefixLength))
        buffer.append(UInt8(type == .cidr ? 1 : 0))
        buffer.append(UInt8(address.bitWidth / 8))
        switch address {
        case .v4(let value): buffer.append(value)
        case .v6(let value): buffer.append(value)
        }
    }

    static func decode(_ bytes: RawSpan, type: PGType) throws(PGError) -> (PGIPAddress, prefixLength: Int) {
        do throws(ByteReader.Failure) {
            var reader = ByteReader(bytes)
            let family = try reader.read(UInt8.self)
            let prefixLength = Int(try reader.read(UInt8.self))
            _ = try reader.read(UInt8.self)
            let address: PGIPAddress
            switch (family, try reader.read(UInt8.self)) {
            case (version4, 4): address = .v4(try reader.read(UInt32.self))
            case (version6, 16): address = .v6(try reader.read(UInt128.self))
            default: throw .invalidValue
            }
            try reader.finish()
            guard prefixLength <= address.bitWidth else { throw .invalidValue }
            return (address, prefixLength)
        } catch {
            throw .malformed(type, .binary)
        }
    }

    /// Reads an address and the length of its prefix behind a slash, which is the whole address where there is none.
    static func parse(_ text: String) -> (PGIPAddress, prefixLength: Int)? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = PGIPAddress(String(first)) else { return nil }
        guard parts.count == 2 else { return (address, address.bitWidth) }
        var scanner = TextScanner(String(parts[1]))
        guard let length = scanner.digits(1...3), scanner.isAtEnd, length <= address.bitWidth else { return nil }
        return (address, length)
    }
}
