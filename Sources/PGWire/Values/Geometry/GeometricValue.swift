/// What the geometric types have in common: coordinates as `float8`, in binary form one behind the other.
///
/// See the server's `geo_ops.c`.
protocol GeometricValue: PGTextConvertible, PGEncodable, PGDecodable, PGArrayElement {
    /// Reads the textual form that the server writes.
    init?(_ scanner: inout TextScanner)

    /// Reads the binary form.
    init(reading reader: inout ByteReader) throws(ByteReader.Failure)
}

extension GeometricValue {
    /// The value that a text in the form of ``description`` names; nil otherwise.
    public init?(_ text: String) {
        var scanner = TextScanner(text)
        self.init(&scanner)
        guard scanner.isAtEnd else { return nil }
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Self {
        guard type == postgresType else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        do throws(ByteReader.Failure) {
            var reader = ByteReader(bytes)
            let value = try Self(reading: &reader)
            try reader.finish()
            return value
        } catch {
            throw .malformed(type, format)
        }
    }
}

extension ByteReader {
    @_lifetime(self: copy self)
    mutating func readDouble() throws(Failure) -> Double { Double(bitPattern: try read(UInt64.self)) }

    /// Reads a count of points and the points.
    @_lifetime(self: copy self)
    mutating func readPoints() throws(Failure) -> [PGPoint] {
        let count = Int(try read(Int32.self))
        // A point takes sixteen bytes, so that a count is no claim to more memory than the message has.
        guard count >= 0, count <= remaining / 16 else { throw .invalidValue }
        var points: [PGPoint] = []
        points.reserveCapacity(count)
        for _ in 0..<count { points.append(try PGPoint(reading: &self)) }
        return points
    }
}

extension ByteBuffer {
    /// Appends a count of points and the points; at least one, which the server demands.
    mutating func append(points: [PGPoint], of type: PGType) throws(PGError) {
        guard !points.isEmpty else { throw .unencodable(type, "it has no point") }
        guard let count = Int32(exactly: points.count) else { throw .unencodable(type, "it has too many points") }
        append(count)
        for point in points { try point.encode(into: &self) }
    }
}

extension TextScanner {
    /// Reads points with commas between them.
    mutating func points() -> [PGPoint]? {
        var points: [PGPoint] = []
        repeat {
            guard let point = PGPoint(&self) else { return nil }
            points.append(point)
        } while skip(",")
        return points
    }
}
