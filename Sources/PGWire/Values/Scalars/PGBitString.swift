/// A value of type `bit(n)` or `bit varying`: a run of bits.
///
/// See [Bit String Types](https://www.postgresql.org/docs/current/datatype-bit.html).
public struct PGBitString: Hashable, Sendable {
    /// How many bits there are.
    public let count: Int
    /// The bits, eight to a byte, the first one the most significant; what is left of the last byte is zero.
    public let bytes: [UInt8]

    /// The first `count` bits of the bytes, or nil where the bytes are not as many as the bits take, or a bit behind them
    /// is not zero.
    public init?(bytes: some Collection<UInt8>, count: Int) {
        guard count >= 0, bytes.count == count / 8 + (count % 8 == 0 ? 0 : 1) else { return nil }
        let bytes = Array(bytes)
        if count % 8 != 0, let last = bytes.last, last << UInt8(count % 8) != 0 { return nil }
        self.count = count
        self.bytes = bytes
    }

    /// These bits.
    public init(_ bits: some Sequence<Bool>) {
        var (bytes, count): ([UInt8], Int) = ([], 0)
        for bit in bits {
            if count % 8 == 0 { bytes.append(0) }
            if bit { bytes[count / 8] |= 0x80 >> UInt8(count % 8) }
            count += 1
        }
        (self.bytes, self.count) = (bytes, count)
    }
}

extension PGBitString: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    /// One bit; a position outside of the run is a mistake of the program's.
    public subscript(position: Int) -> Bool {
        precondition(indices.contains(position), "a bit outside of the run")
        return bytes[position / 8] << UInt8(position % 8) & 0x80 != 0
    }
}

extension PGBitString: PGTextConvertible {
    /// The bits that a text of `0` and `1` names, or nil.
    public init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 == 0x30 || $0 == 0x31 }) else { return nil }
        self.init(text.utf8.map { $0 == 0x31 })
    }

    /// A `0` or `1` for each bit.
    public var description: String { String(decoding: map { $0 ? 0x31 : 0x30 }, as: UTF8.self) }
}

/// Sent as `varbit`, which the server takes for a `bit(n)` of the same length.
extension PGBitString: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .varbit }
    public static var postgresArrayType: PGType { .varbitArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard let count = Int32(exactly: count) else { throw .unencodable(.varbit, "it is too long") }
        buffer.append(count)
        buffer.append(bytes)
    }

    /// Reads `varbit` and `bit`.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGBitString {
        guard type == .varbit || type == .bit else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        guard bytes.byteCount >= 4, let count = bytes.extracting(first: 4).integer(Int32.self),
            let value = PGBitString(bytes: bytes.extracting(droppingFirst: 4).array, count: Int(count))
        else { throw .malformed(type, format) }
        return value
    }
}
