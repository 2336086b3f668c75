/// A Swift type whose arrays are values of the server's.
///
/// A type that is ``PGEncodable`` and ``PGDecodable`` has to name its array type and no more.
public protocol PGArrayElement: Sendable {
    /// The type of a Swift array of such elements.
    static var postgresArrayType: PGType { get }

    /// Appends an array's binary form, without its length.
    static func encodeArray(_ elements: [Self], into buffer: inout ByteBuffer) throws(PGError)

    /// Reads an array.
    static func decodeArray(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [Self]
}

/// An array with one dimension, as the server's `array_send` writes it: the number of dimensions, whether there are
/// NULLs, the elements' type, the dimension's size and lower bound, and each element after its length.
///
/// A lower bound other than 1 is lost; arrays of more dimensions are refused.
extension PGArrayElement where Self: PGEncodable & PGDecodable {
    public static func encodeArray(_ elements: [Self], into buffer: inout ByteBuffer) throws(PGError) {
        guard let count = Int32(exactly: elements.count) else {
            throw .unencodable(postgresArrayType, "it has too many elements")
        }
        buffer.append(Int32(elements.isEmpty ? 0 : 1))
        buffer.append(Int32(elements.contains(where: \.isNull) ? 1 : 0))
        buffer.append(postgresType.rawValue)
        guard !elements.isEmpty else { return }
        buffer.append(count)
        buffer.append(Int32(1))
        for element in elements {
            guard !element.isNull else {
                buffer.append(Int32(-1))
                continue
            }
            guard element.postgresType == postgresType else {
                throw .unencodable(postgresArrayType, "it has an element of type \(element.postgresType)")
            }
            let position = buffer.writePosition
            buffer.append(Int32(0))
            try element.encode(into: &buffer)
            guard let length = Int32(exactly: buffer.writePosition - position - 4) else {
                throw .unencodable(postgresArrayType, "an element is too long")
            }
            buffer.replaceInt32(at: position, with: length)
        }
    }

    public static func decodeArray(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [Self] {
        // A type that someone created may be an array; its element type is in the value.
        guard type.elementType != nil || !type.isBuiltIn else { throw .mismatch(type, as: [Self].self) }
        guard format == .binary else { throw .unreadableFormat(type, as: [Self].self, format) }
        do {
            return try decodeElements(bytes, type: type)
        } catch let error as PGError {
            throw error
        } catch {
            throw .malformed(type, format)
        }
    }

    /// Throws ``PGError`` for what the elements or the number of dimensions are, ``ByteReader/Failure`` for the rest.
    private static func decodeElements(_ bytes: RawSpan, type: PGType) throws -> [Self] {
        var reader = ByteReader(bytes)
        let dimensions = try reader.read(Int32.self)
        let flags = try reader.read(Int32.self)
        let elementType = PGType(rawValue: try reader.read(UInt32.self))
        guard (0...6).contains(dimensions), flags == 0 || flags == 1, (type.elementType ?? elementType) == elementType
        else {
            throw PGError.malformed(type, .binary)
        }
        guard dimensions <= 1 else {
            throw PGError(
                .conversion, "An array of \(dimensions) dimensions cannot be read as \([Self].self)", retry: .pointless)
        }
        guard dimensions == 1 else {
            try reader.finish()
            return []
        }
        let count = Int(try reader.read(Int32.self))
        _ = try reader.read(Int32.self)
        // Each element takes four bytes at least, so that a count is no claim to more memory than the message has.
        guard count >= 0, count <= reader.remaining / 4 else { throw PGError.malformed(type, .binary) }
        var elements: [Self] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            let length = Int(try reader.read(Int32.self))
            guard length != -1 else {
                elements.append(try decodeNull())
                continue
            }
            let value = try reader.readBytes(length)
            elements.append(try decode(value, type: elementType, format: .binary))
        }
        try reader.finish()
        return elements
    }
}

extension Array: PGEncodable where Element: PGArrayElement {
    public static var postgresType: PGType { Element.postgresArrayType }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        try Element.encodeArray(self, into: &buffer)
    }
}

extension Array: PGDecodable where Element: PGArrayElement {
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [Element] {
        try Element.decodeArray(bytes, type: type, format: format)
    }
}
