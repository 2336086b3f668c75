/// The bits of the first byte, as in the server's `rangetypes.h`.
private enum Flag {
    static let empty: UInt8 = 0x01
    static let lowerIncluded: UInt8 = 0x02
    static let upperIncluded: UInt8 = 0x04
    static let lowerUnbounded: UInt8 = 0x08
    static let upperUnbounded: UInt8 = 0x10
    static let all = empty | lowerIncluded | upperIncluded | lowerUnbounded | upperUnbounded
}

extension PGRange: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { Bound.postgresRangeType }
    public static var postgresArrayType: PGType { Bound.postgresRangeArrayType }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard case .between(let lower, let upper) = self else {
            buffer.append(Flag.empty)
            return
        }
        var flags: UInt8 = 0
        if lower.isIncluding { flags |= Flag.lowerIncluded }
        if upper.isIncluding { flags |= Flag.upperIncluded }
        if lower.bound == nil { flags |= Flag.lowerUnbounded }
        if upper.bound == nil { flags |= Flag.upperUnbounded }
        buffer.append(flags)
        for end in [lower, upper] {
            guard let bound = end.bound else { continue }
            guard !bound.isNull else { throw .unencodable(Self.postgresType, "a bound is NULL") }
            try buffer.append(bound, in: Self.postgresType)
        }
    }

    /// Reads the range type of the bounds, and range types that someone created, whose values do not tell the type of
    /// their bounds: it is taken to be the one that `Bound` is declared as.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGRange {
        let boundType = try boundType(of: type)
        if format == .text {
            var scanner = TextScanner(bytes.array)
            guard let range = try parse(&scanner, boundType: boundType), scanner.isAtEnd else {
                throw .malformed(type, format)
            }
            return range
        }
        do {
            return try read(bytes, type: type, boundType: boundType)
        } catch let error as PGError {
            throw error
        } catch {
            throw .malformed(type, format)
        }
    }

    private static func boundType(of type: PGType) throws(PGError) -> PGType {
        if let bound = type.rangeBoundType { return bound }
        guard !type.isBuiltIn || type == .unspecified else { throw .mismatch(type, as: Self.self) }
        return Bound.postgresType
    }

    /// Throws ``PGError`` for what a bound is, ``ByteReader/Failure`` for the rest.
    private static func read(_ bytes: RawSpan, type: PGType, boundType: PGType) throws -> PGRange {
        var reader = ByteReader(bytes)
        let flags = try reader.read(UInt8.self)
        guard flags & ~Flag.all == 0 else { throw PGError.malformed(type, .binary) }
        guard flags & Flag.empty == 0 else {
            try reader.finish()
            return .empty
        }
        let lower = try readEnd(
            &reader, isUnbounded: flags & Flag.lowerUnbounded != 0, isIncluded: flags & Flag.lowerIncluded != 0,
            boundType)
        let upper = try readEnd(
            &reader, isUnbounded: flags & Flag.upperUnbounded != 0, isIncluded: flags & Flag.upperIncluded != 0,
            boundType)
        try reader.finish()
        return .between(lower, upper)
    }

    private static func readEnd(
        _ reader: inout ByteReader, isUnbounded: Bool, isIncluded: Bool, _ boundType: PGType
    ) throws -> End {
        guard !isUnbounded else { return .unbounded }
        let bytes = try reader.readBytes(Int(try reader.read(Int32.self)))
        let bound = try Bound.decode(bytes, type: boundType, format: .binary)
        return isIncluded ? .including(bound) : .excluding(bound)
    }

    /// Reads a text such as `[1,4)`; nil where it is malformed.
    static func parse(_ scanner: inout TextScanner, boundType: PGType) throws(PGError) -> PGRange? {
        if scanner.skip("empty") { return .empty }
        let includesLower = scanner.skip("[")
        guard includesLower || scanner.skip("("),
            let lower = scanner.token(endedBy: { $0 == UInt8(ascii: ",") }), scanner.skip(","),
            let upper = scanner.token(endedBy: { $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: ")") })
        else { return nil }
        let includesUpper = scanner.skip("]")
        guard includesUpper || scanner.skip(")") else { return nil }
        return .between(
            try end(lower, isIncluded: includesLower, boundType), try end(upper, isIncluded: includesUpper, boundType))
    }

    private static func end(
        _ token: (bytes: [UInt8], isQuoted: Bool), isIncluded: Bool, _ boundType: PGType
    ) throws(PGError) -> End {
        guard token.isQuoted || !token.bytes.isEmpty else { return .unbounded }
        let bound = try PGRawValue(token.bytes, type: boundType, format: .text).decode(as: Bound.self)
        return isIncluded ? .including(bound) : .excluding(bound)
    }
}

extension PGType {
    /// The type of the bounds, where this is a built-in range type.
    var rangeBoundType: PGType? {
        switch self {
        case .int4range: .int4
        case .int8range: .int8
        case .numrange: .numeric
        case .daterange: .date
        case .tsrange: .timestamp
        case .tstzrange: .timestamptz
        default: nil
        }
    }

    /// The type of the ranges, where this is a built-in multirange type.
    var multirangeRangeType: PGType? {
        switch self {
        case .int4multirange: .int4range
        case .int8multirange: .int8range
        case .nummultirange: .numrange
        case .datemultirange: .daterange
        case .tsmultirange: .tsrange
        case .tstzmultirange: .tstzrange
        default: nil
        }
    }
}
