/// A value of type `uuid`: sixteen bytes.
///
/// See [UUID Type](https://www.postgresql.org/docs/current/datatype-uuid.html).
public struct PGUUID: Hashable, Sendable {
    /// The first eight bytes, as they stand.
    private let high: UInt64
    /// The last eight bytes, as they stand.
    private let low: UInt64

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The UUID of these bytes, or nil where they are not sixteen.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The UUID that a text in the form `123e4567-e89b-12d3-a456-426614174000` names, in either case, or nil.
    public init?(_ text: String) {
        guard text.utf8.count == 36 else { return nil }
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        var digits = 0
        for (index, byte) in text.utf8.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            if digits < 16 {
                halves.high = halves.high << 4 | UInt64(digit)
            } else {
                halves.low = halves.low << 4 | UInt64(digit)
            }
            digits += 1
        }
        (high, low) = halves
    }

    /// The sixteen bytes.
    public var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }
}

extension PGUUID: PGTextConvertible {
    /// The form `123e4567-e89b-12d3-a456-426614174000`, in lower case.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension PGUUID: Comparable {
    /// The server's order: by the bytes.
    public static func < (left: PGUUID, right: PGUUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension PGUUID: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .uuid }
    public static var postgresArrayType: PGType { .uuidArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        buffer.append(high)
        buffer.append(low)
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGUUID {
        guard type == .uuid else { throw .mismatch(type, as: Self.self) }
        switch format {
        case .text:
            guard let uuid = bytes.utf8String.flatMap(PGUUID.init(_:)) else { throw .malformed(type, format) }
            return uuid
        case .binary:
            guard bytes.byteCount == 16, let high = bytes.extracting(first: 8).integer(UInt64.self),
                let low = bytes.extracting(last: 8).integer(UInt64.self)
            else { throw .malformed(type, format) }
            return PGUUID(high: high, low: low)
        }
    }
}
