/// A value of type `point`.
///
/// See [Geometric Types](https://www.postgresql.org/docs/current/datatype-geometric.html).
public struct PGPoint: Hashable, Sendable {
    /// The abscissa.
    public var x: Double
    /// The ordinate.
    public var y: Double

    /// The point of these coordinates.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

extension PGPoint: GeometricValue {
    public static var postgresType: PGType { .point }
    public static var postgresArrayType: PGType { .pointArray }

    /// The point in the form `(1.5,2)`.
    public var description: String { "(\(x.postgresText),\(y.postgresText))" }

    init?(_ scanner: inout TextScanner) {
        guard scanner.skip("("), let x = scanner.double(), scanner.skip(","), let y = scanner.double(),
            scanner.skip(")")
        else { return nil }
        self.init(x: x, y: y)
    }

    init(reading reader: inout ByteReader) throws(ByteReader.Failure) {
        self.init(x: try reader.readDouble(), y: try reader.readDouble())
    }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        buffer.append(x.bitPattern)
        buffer.append(y.bitPattern)
    }
}
