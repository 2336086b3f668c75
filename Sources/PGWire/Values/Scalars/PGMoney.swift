/// A value of type `money`: an amount in the smallest unit of the currency that the database's `lc_monetary` says, for
/// most of them hundredths.
///
/// The server does not tell the number of fractional digits, nor the currency; `numeric` is to be preferred. See
/// [Monetary Types](https://www.postgresql.org/docs/current/datatype-money.html).
public struct PGMoney: RawRepresentable, Hashable, Sendable, Codable {
    /// How many of the smallest unit.
    public let rawValue: Int64

    /// So many of the smallest unit.
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

extension PGMoney: Comparable {
    public static func < (left: PGMoney, right: PGMoney) -> Bool { left.rawValue < right.rawValue }
}

extension PGMoney: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .money }
    public static var postgresArrayType: PGType { .moneyArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(rawValue) }

    /// Reads `money` in binary format. Its text depends on the server's locale and is not read.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGMoney {
        guard type == .money else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { throw .unreadableFormat(type, as: Self.self, format) }
        guard let value = bytes.integer(Int64.self) else { throw .malformed(type, format) }
        return PGMoney(rawValue: value)
    }
}
