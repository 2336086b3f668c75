/// A value of type `polygon`.
///
/// See [Geometric Types](https://www.postgresql.org/docs/current/datatype-geometric.html).
public struct PGPolygon: Hashable, Sendable {
    /// The corners in order, at least one.
    public var points: [PGPoint]

    /// The polygon of these corners.
    public init(_ points: [PGPoint]) { self.points = points }
}

extension PGPolygon: GeometricValue {
    public static var postgresType: PGType { .polygon }
    public static var postgresArrayType: PGType { .polygonArray }

    /// The polygon in the form `((0,0),(1,0),(0,1))`.
    public var description: String { "(\(points.map(\.description).joined(separator: ",")))" }

    init?(_ scanner: inout TextScanner) {
        guard scanner.skip("("), let points = scanner.points(), scanner.skip(")") else { return nil }
        self.init(points)
    }

    init(reading reader: inout ByteReader) throws(ByteReader.Failure) {
        self.init(try reader.readPoints())
    }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try buffer.append(points: points, of: .polygon)
    }
}
