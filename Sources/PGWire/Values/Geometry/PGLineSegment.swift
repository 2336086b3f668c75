/// A value of type `lseg`: the straight way between two points.
///
/// See [Geometric Types](https://www.postgresql.org/docs/current/datatype-geometric.html).
public struct PGLineSegment: Hashable, Sendable {
    /// The point where it begins.
    public var start: PGPoint
    /// The point where it ends.
    public var end: PGPoint

    /// The way from one point to another.
    public init(start: PGPoint, end: PGPoint) {
        self.start = start
        self.end = end
    }
}

extension PGLineSegment: GeometricValue {
    public static var postgresType: PGType { .lseg }
    public static var postgresArrayType: PGType { .lsegArray }

    /// The segment in the form `[(1,2),(3,4)]`.
    public var description: String { "[\(start),\(end)]" }

    init?(_ scanner: inout TextScanner) {
        guard scanner.skip("["), let start = PGPoint(&scanner), scanner.skip(","), let end = PGPoint(&scanner),
            scanner.skip("]")
        else { return nil }
        self.init(start: start, end: end)
    }

    init(reading reader: inout ByteReader) throws(ByteReader.Failure) {
        self.init(start: try PGPoint(reading: &reader), end: try PGPoint(reading: &reader))
    }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try start.encode(into: &buffer)
        try end.encode(into: &buffer)
    }
}
