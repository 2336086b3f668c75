/// A value of type `pg_lsn`: a position in the write-ahead log, in bytes.
///
/// See [pg_lsn Type](https://www.postgresql.org/docs/current/datatype-pg-lsn.html).
public struct PGLSN: RawRepresentable, Hashable, Sendable {
    /// Bytes from the log's beginning.
    public let rawValue: UInt64

    /// The position so many bytes from the log's beginning.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

extension PGLSN: Comparable {
    public static func < (left: PGLSN, right: PGLSN) -> Bool { left.rawValue < right.rawValue }
}

extension PGLSN: PGTextConvertible {
    /// The position that a text in the form `16/B374D848` names; nil otherwise.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { hexadecimalDigit($0) != nil } }),
            let high = UInt32(parts[0], radix: 16), let low = UInt32(parts[1], radix: 16)
        else { return nil }
        rawValue = UInt64(high) << 32 | UInt64(low)
    }

    /// The position as the server shows it.
    public var description: String {
        let (high, low) = (rawValue >> 32, rawValue & 0xFFFF_FFFF)
        return String(high, radix: 16, uppercase: true) + "/" + String(low, radix: 16, uppercase: true)
    }
}

extension PGLSN: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .pgLSN }
    public static var postgresArrayType: PGType { .pgLSNArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(rawValue) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGLSN {
        guard type == .pgLSN else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        guard let value = bytes.integer(UInt64.self) else { throw .malformed(type, format) }
        return PGLSN(rawValue: value)
    }
}
