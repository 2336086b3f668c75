/// `numeric`; also reads the integers, which are all numbers of that type.
extension PGNumeric: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .numeric }
    public static var postgresArrayType: PGType { .numericArray }

    /// What stands in the place of the sign, as in the server's `numeric.c`.
    private enum Sign {
        static let positive: UInt16 = 0
        static let negative: UInt16 = 0x4000
        static let nan: UInt16 = 0xC000
        static let infinity: UInt16 = 0xD000
        static let negativeInfinity: UInt16 = 0xF000
    }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        buffer.append(UInt16(groups.count))
        buffer.append(Int16(weight))
        switch kind {
        case .finite: buffer.append(isNegative ? Sign.negative : Sign.positive)
        case .nan: buffer.append(Sign.nan)
        case .infinity: buffer.append(Sign.infinity)
        case .negativeInfinity: buffer.append(Sign.negativeInfinity)
        }
        buffer.append(UInt16(scale))
        for group in groups { buffer.append(group) }
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGNumeric {
        switch type {
        case .numeric: break
        case .int2, .int4, .int8: return PGNumeric(try Int64.decode(bytes, type: type, format: format))
        default: throw .mismatch(type, as: Self.self)
        }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        do {
            guard let value = try read(bytes) else { throw PGError.malformed(type, format) }
            return value
        } catch {
            throw .malformed(type, format)
        }
    }

    private static func read(_ bytes: RawSpan) throws -> PGNumeric? {
        var reader = ByteReader(bytes)
        let count = Int(try reader.read(UInt16.self))
        let weight = Int(try reader.read(Int16.self))
        let sign = try reader.read(UInt16.self)
        let scale = Int(try reader.read(UInt16.self))
        guard reader.remaining == 2 * count else { return nil }
        switch sign {
        case Sign.positive, Sign.negative: break
        // The server leaves anything in the places of the weight and the scale.
        case Sign.nan: return count == 0 ? .nan : nil
        case Sign.infinity: return count == 0 ? .infinity : nil
        case Sign.negativeInfinity: return count == 0 ? .negativeInfinity : nil
        default: return nil
        }
        var groups: [UInt16] = []
        groups.reserveCapacity(count)
        for _ in 0..<count {
            let group = try reader.read(UInt16.self)
            guard group <= 9999 else { return nil }
            groups.append(group)
        }
        return PGNumeric(isNegative: sign == Sign.negative, weight: weight, scale: scale, groups: groups)
    }
}
