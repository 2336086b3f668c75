/// A value of a multirange type: ranges, which the server sorts and joins where they touch.
///
/// See [Range Types](https://www.postgresql.org/docs/current/rangetypes.html). Servers have it from version 14.
public struct PGMultirange<Bound: PGRangeBound>: Sendable {
    /// The ranges; from the server in their order, none of them empty and no two touching.
    public var ranges: [PGRange<Bound>]

    /// These ranges together.
    public init(_ ranges: [PGRange<Bound>]) { self.ranges = ranges }
}

extension PGMultirange: Equatable where Bound: Equatable {}
extension PGMultirange: Hashable where Bound: Hashable {}
extension PGMultirange: Codable where Bound: Codable {}

extension PGMultirange: ExpressibleByArrayLiteral {
    /// These ranges together.
    public init(arrayLiteral ranges: PGRange<Bound>...) { self.init(ranges) }
}

extension PGMultirange: CustomStringConvertible where Bound: CustomStringConvertible {
    /// The multirange in a form that the server reads, such as `{[1,4),[6,8)}`.
    public var description: String { "{\(ranges.map(\.description).joined(separator: ","))}" }
}

extension PGMultirange: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { Bound.postgresMultirangeType }
    public static var postgresArrayType: PGType { Bound.postgresMultirangeArrayType }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard let count = Int32(exactly: ranges.count) else {
            throw .unencodable(Self.postgresType, "it has too many ranges")
        }
        buffer.append(count)
        for range in ranges { try buffer.append(range, in: Self.postgresType) }
    }

    /// Reads the multirange type of the bounds, and multirange types that someone created, as ``PGRange`` does.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGMultirange {
        let rangeType = type.multirangeRangeType ?? .unspecified
        guard rangeType != .unspecified || !type.isBuiltIn || type == .unspecified else {
            throw .mismatch(type, as: Self.self)
        }
        guard format == .binary else { return try parse(bytes.array, type: type) }
        do {
            return try read(bytes, rangeType: rangeType)
        } catch let error as PGError {
            throw error
        } catch {
            throw .malformed(type, format)
        }
    }

    /// Throws ``PGError`` for what a range is, ``ByteReader/Failure`` for the rest.
    private static func read(_ bytes: RawSpan, rangeType: PGType) throws -> PGMultirange {
        var reader = ByteReader(bytes)
        let count = Int(try reader.read(Int32.self))
        // A range takes five bytes at least, so that a count is no claim to more memory than the message has.
        guard count >= 0, count <= reader.remaining / 5 else { throw ByteReader.Failure.invalidValue }
        var ranges: [PGRange<Bound>] = []
        ranges.reserveCapacity(count)
        for _ in 0..<count {
            let bytes = try reader.readBytes(Int(try reader.read(Int32.self)))
            ranges.append(try PGRange.decode(bytes, type: rangeType, format: .binary))
        }
        try reader.finish()
        return PGMultirange(ranges)
    }

    /// Reads a text such as `{[1,4),[6,8)}`.
    private static func parse(_ bytes: [UInt8], type: PGType) throws(PGError) -> PGMultirange {
        let boundType = type.multirangeRangeType?.rangeBoundType ?? Bound.postgresType
        var scanner = TextScanner(bytes)
        var ranges: [PGRange<Bound>] = []
        guard scanner.skip("{") else { throw .malformed(type, .text) }
        if !scanner.skip("}") {
            repeat {
                guard let range = try PGRange<Bound>.parse(&scanner, boundType: boundType) else {
                    throw .malformed(type, .text)
                }
                ranges.append(range)
            } while scanner.skip(",")
            guard scanner.skip("}") else { throw .malformed(type, .text) }
        }
        guard scanner.isAtEnd else { throw .malformed(type, .text) }
        return PGMultirange(ranges)
    }
}
