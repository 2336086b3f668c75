/// A value of type `circle`.
///
/// See [Geometric Types](https://www.postgresql.org/docs/current/datatype-geometric.html).
public struct PGCircle: Hashable, Sendable {
    /// The point in the middle.
    public var center: PGPoint
    /// How far the line is from the middle; not below zero.
    public var radius: Double

    /// The circle around a point.
    public init(center: PGPoint, radius: Double) {
        self.center = center
        self.radius = radius
    }
}

extension PGCircle: GeometricValue {
    public static var postgresType: PGType { .circle }
    public static var postgresArrayType: PGType { .circleArray }

    /// The circle in the form `<(1,2),3>`.
    public var description: String { "<\(center),\(radius.postgresText)>" }

    init?(_ scanner: inout TextScanner) {
        guard scanner.skip("<"), let center = PGPoint(&scanner), scanner.skip(","), let radius = scanner.double(),
            scanner.skip(">")
        else { return nil }
        self.init(center: center, radius: radius)
    }

    init(reading reader: inout ByteReader) throws(ByteReader.Failure) {
        self.init(center: try PGPoint(reading: &reader), radius: try reader.readDouble())
    }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard !(radius < 0) else { throw .unencodable(.circle, "its radius is below zero") }
        try center.encode(into: &buffer)
        buffer.append(radius.bitPattern)
    }
}
