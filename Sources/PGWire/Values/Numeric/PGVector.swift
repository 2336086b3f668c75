/// A value of pgvector's type `vector`: a point in a space of up to 16,000 dimensions.
///
/// The server knows the type by a number that differs between databases, so that a parameter is sent without one and the
/// server infers it: from the column that it is compared with or stored in, or from a cast, `\(embedding)::vector`. See
/// [pgvector](https://github.com/pgvector/pgvector), whose `vector_send` defines the binary form.
public struct PGVector: Hashable, Sendable {
    /// The coordinates.
    public var elements: [Float]

    /// A point with these coordinates.
    public init(_ elements: [Float]) { self.elements = elements }
}

extension PGVector: ExpressibleByArrayLiteral {
    /// A point with these coordinates.
    public init(arrayLiteral elements: Float...) { self.init(elements) }
}

extension PGVector: PGTextConvertible {
    /// The point that a text in the form `[1,2.5]` names; nil otherwise.
    public init?(_ text: String) {
        var scanner = TextScanner(text)
        guard scanner.skip("[") else { return nil }
        self.init([])
        repeat {
            guard let element = scanner.double() else { return nil }
            elements.append(Float(element))
        } while scanner.skip(",")
        guard scanner.skip("]"), scanner.isAtEnd else { return nil }
    }

    /// The point in the form `[1.0,2.5]`.
    public var description: String { "[" + elements.map(\.description).joined(separator: ",") + "]" }
}

extension PGVector: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .unspecified }
    public static var postgresArrayType: PGType { .unspecified }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard let count = Int16(exactly: elements.count), count > 0 else {
            throw .unencodable(.unspecified, "a vector has at least one coordinate and at most \(Int16.max)")
        }
        guard elements.allSatisfy(\.isFinite) else {
            throw .unencodable(.unspecified, "a coordinate of the vector is not finite")
        }
        buffer.append(count)
        // Reserved.
        buffer.append(Int16(0))
        for element in elements { buffer.append(element.bitPattern) }
    }

    /// Reads a value of a type that someone created.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGVector {
        guard !type.isBuiltIn || type == .unspecified else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        do throws(ByteReader.Failure) {
            var reader = ByteReader(bytes)
            let count = Int(try reader.read(Int16.self))
            guard count >= 0, try reader.read(Int16.self) == 0, reader.remaining == count * 4 else {
                throw .invalidValue
            }
            var elements: [Float] = []
            elements.reserveCapacity(count)
            for _ in 0..<count { elements.append(Float(bitPattern: try reader.read(UInt32.self))) }
            return PGVector(elements)
        } catch {
            throw .malformed(type, format)
        }
    }
}
