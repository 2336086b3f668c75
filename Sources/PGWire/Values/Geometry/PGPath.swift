/// A value of type `path`: a way over points, which may lead back to the first one.
///
/// See [Geometric Types](https://www.postgresql.org/docs/current/datatype-geometric.html).
public struct PGPath: Hashable, Sendable {
    /// The points, at least one.
    public var points: [PGPoint]
    /// Whether the last point is joined to the first.
    public var isClosed: Bool

    /// The way over these points.
    public init(_ points: [PGPoint], isClosed: Bool) {
        self.points = points
        self.isClosed = isClosed
    }
}

extension PGPath: GeometricValue {
    public static var postgresType: PGType { .path }
    public static var postgresArrayType: PGType { .pathArray }

    /// The path in the form `((0,0),(1,0))` where it is closed, `[(0,0),(1,0)]` where it is open.
    public var description: String {
        let list = points.map(\.description).joined(separator: ",")
        return isClosed ? "(\(list))" : "[\(list)]"
    }

    init?(_ scanner: inout TextScanner) {
        let isClosed = scanner.skip("(")
        guard isClosed || scanner.skip("["), let points = scanner.points(), scanner.skip(isClosed ? ")" : "]") else {
            return nil
        }
        self.init(points, isClosed: isClosed)
    }

    init(reading reader: inout ByteReader) throws(ByteReader.Failure) {
        let isClosed = try reader.read(UInt8.self)
        self.init(try reader.readPoints(), isClosed: isClosed != 0)
    }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        buffer.append(UInt8(isClosed ? 1 : 0))
        try buffer.append(points: points, of: .path)
    }
}
