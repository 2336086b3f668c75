/// A value of type `box`: a rectangle whose sides are parallel to the axes.
///
/// See [Geometric Types](https://www.postgresql.org/docs/current/datatype-geometric.html).
public struct PGBox: Hashable, Sendable {
    /// The corner of the greatest coordinates.
    public let high: PGPoint
    /// The corner of the least coordinates.
    public let low: PGPoint

    /// The box between two opposite corners.
    public init(_ corner: PGPoint, _ opposite: PGPoint) {
        let x = Self.ordered(corner.x, opposite.x)
        let y = Self.ordered(corner.y, opposite.y)
        high = PGPoint(x: x.high, y: y.high)
        low = PGPoint(x: x.low, y: y.low)
    }

    /// In the server's order, in which not-a-number is the greatest.
    private static func ordered(_ first: Double, _ second: Double) -> (high: Double, low: Double) {
        let isInOrder = first.isNaN || (!second.isNaN && first >= second)
        return isInOrder ? (first, second) : (second, first)
    }
}

extension PGBox: GeometricValue {
    public static var postgresType: PGType { .box }
    public static var postgresArrayType: PGType { .boxArray }

    /// The box in the form `(3,4),(1,2)`.
    public var description: String { "\(high),\(low)" }

    init?(_ scanner: inout TextScanner) {
        guard let corner = PGPoint(&scanner), scanner.skip(","), let opposite = PGPoint(&scanner) else { return nil }
        self.init(corner, opposite)
    }

    init(reading reader: inout ByteReader) throws(ByteReader.Failure) {
        self.init(try PGPoint(reading: &reader), try PGPoint(reading: &reader))
    }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try high.encode(into: &buffer)
        try low.encode(into: &buffer)
    }
}
