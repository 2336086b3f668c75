@testable import PGWire

enum FuzzValues {
    /// A type of the server's, and how its values are read here.
    struct Kind: Sendable {
        let type: PGType
        let decode: @Sendable (RawSpan, PGFormat) throws -> Void

        init<T: PGDecodable>(_ type: PGType, _: T.Type) {
            self.type = type
            decode = { bytes, format in
                let value = try T.decode(bytes, type: type, format: format)
                _ = "\(value)"
            }
        }
    }

    static let kinds: [Kind] = [
        Kind(.bool, Bool.self), Kind(.int2, Int16.self), Kind(.int4, Int32.self), Kind(.int8, Int64.self),
        Kind(.float4, Float.self), Kind(.float8, Double.self), Kind(.numeric, PGNumeric.self),
        Kind(.text, String.self), Kind(.bytea, [UInt8].self), Kind(.uuid, PGUUID.self), Kind(.json, PGJSON.self),
        Kind(.jsonb, PGJSONB.self), Kind(.date, PGDate.self), Kind(.time, PGTime.self), Kind(.timetz, PGTimeTZ.self),
        Kind(.timestamp, PGLocalTimestamp.self), Kind(.timestamptz, PGTimestamp.self),
        Kind(.interval, PGInterval.self), Kind(.inet, PGInet.self), Kind(.cidr, PGCIDR.self),
        Kind(.macaddr, PGMACAddress.self), Kind(.macaddr8, PGMACAddress8.self), Kind(.bit, PGBitString.self),
        Kind(.varbit, PGBitString.self), Kind(.point, PGPoint.self), Kind(.line, PGLine.self),
        Kind(.lseg, PGLineSegment.self), Kind(.box, PGBox.self), Kind(.path, PGPath.self),
        Kind(.polygon, PGPolygon.self), Kind(.circle, PGCircle.self), Kind(.money, PGMoney.self),
        Kind(.pgLSN, PGLSN.self), Kind(.tid, PGTID.self), Kind(.xid8, PGXID8.self), Kind(.xml, PGXML.self),
        Kind(.char, PGChar.self), Kind(.tsvector, PGTSVector.self), Kind(.tsquery, PGTSQuery.self),
        Kind(.int8Array, [Int64].self), Kind(.textArray, [String?].self), Kind(.textArray, PGArray<String?>.self),
        Kind(.numericArray, [PGNumeric].self), Kind(.boolArray, [Bool].self),
        Kind(.int4range, PGRange<Int32>.self), Kind(.int8range, PGRange<Int64>.self),
        Kind(.numrange, PGRange<PGNumeric>.self), Kind(.tsrange, PGRange<PGLocalTimestamp>.self),
        Kind(.int4multirange, PGMultirange<Int32>.self), Kind(.record, PGRecord.self), Kind(.text, PGHStore.self),
    ]

    static func run(_ bytes: [UInt8]) {
        guard bytes.count >= 2 else { return }
        let kind = kinds[Int(bytes[0]) % kinds.count]
        let value = Array(bytes.dropFirst(2))
        try? kind.decode(value.span.bytes, bytes[1] & 1 == 0 ? .binary : .text)
    }
}
