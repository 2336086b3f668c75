/// A value of type `line`: the points where `ax + by + c = 0`.
///
/// See [Geometric Types](https://www.postgresql.org/docs/current/datatype-geometric.html).
public struct PGLine: Hashable, Sendable {
    /// The factor of x.
    public var a: Double
    /// The factor of y.
    public var b: Double
    /// The constant.
    public var c: Double

    /// The line of this equation, in which `a` and `b` cannot both be zero.
    public init(a: Double, b: Double, c: Double) {
        self.a = a
        self.b = b
        self.c = c
    }
}

extension PGLine: GeometricValue {
    public static var postgresType: PGType { .line }
    public static var postgresArrayType: PGType { .lineArray }

    /// The line in the form `{1,-1,0.5}`.
    public var description: String { "{\(a.postgresText),\(b.postgresText),\(c.postgresText)}" }

    init?(_ scanner: inout TextScanner) {
        guard scanner.skip("{"), let a = scanner.double(), scanner.skip(","), let b = scanner.double(),
            scanner.skip(","), let c = scanner.double(), scanner.skip("}")
        else { return nil }
        self.init(a: a, b: b, c: c)
    }

    init(reading reader: inout ByteReader) throws(ByteReader.Failure) {
        self.init(a: try reader.readDouble(), b: try reader.readDouble(), c: try reader.readDouble())
    }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        for value in [a, b, c] { buffer.append(value.bitPattern) }
    }
}
