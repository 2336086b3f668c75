/// The binary form of an array, as the server's `array_send` writes it: the number of dimensions, whether there are
/// NULLs, the elements' type, each dimension's size and lower bound, and each element behind its length.
enum ArrayCoding {
    /// The most dimensions that the server knows.
    static let maximumDimensions = 6

    /// A type that someone created may be an array, whose element type is in the value, and so may be a part of a
    /// composite value in text format, whose type nobody tells.
    static func checkType(_ type: PGType, _ format: PGFormat, as target: any PGDecodable.Type) throws(PGError) {
        let isUntold = type == .unspecified && format == .text
        guard isUntold || type.elementType != nil || !type.isBuiltIn else { throw .mismatch(type, as: target) }
    }

    // MARK: Writing

    static func appendHeader<Element: PGEncodable & PGArrayElement>(
        of elements: [Element], dimensions: Int, into buffer: inout ByteBuffer
    ) throws(PGError) {
        guard Element.postgresType.elementType == nil else {
            throw .unencodable(
                Element.postgresType, "Swift arrays within arrays have two dimensions; PGArray has up to six")
        }
        buffer.append(Int32(dimensions))
        buffer.append(Int32(elements.contains(where: \.isNull) ? 1 : 0))
        buffer.append(Element.postgresType.rawValue)
    }

    static func appendDimension(
        _ dimension: PGArrayDimension, of type: PGType, into buffer: inout ByteBuffer
    ) throws(PGError) {
        guard let count = Int32(exactly: dimension.count) else {
            throw .unencodable(type, "it has too many elements")
        }
        buffer.append(count)
        buffer.append(dimension.lowerBound)
    }

    static func append<Element: PGEncodable & PGArrayElement>(
        _ elements: [Element], into buffer: inout ByteBuffer
    ) throws(PGError) {
        for element in elements {
            guard element.isNull || element.postgresType == Element.postgresType else {
                throw .unencodable(Element.postgresArrayType, "it has an element of type \(element.postgresType)")
            }
            try buffer.append(element, in: Element.postgresArrayType)
        }
    }

    /// Appends an array of one dimension.
    static func append<Element: PGEncodable & PGArrayElement>(
        list elements: [Element], into buffer: inout ByteBuffer
    ) throws(PGError) {
        try appendHeader(of: elements, dimensions: elements.isEmpty ? 0 : 1, into: &buffer)
        guard !elements.isEmpty else { return }
        try appendDimension(
            PGArrayDimension(count: elements.count), of: Element.postgresArrayType, into: &buffer)
        try append(elements, into: &buffer)
    }

    // MARK: Reading

    /// Reads an array of one dimension.
    static func readList<Element: PGArrayElement & PGEncodable & PGDecodable>(
        _ bytes: RawSpan, type: PGType, format: PGFormat
    ) throws(PGError) -> [Element] {
        try checkType(type, format, as: [Element].self)
        guard format == .binary else {
            let text = try ArrayText(bytes, type: type)
            try checkIsList(text.dimensions.count, of: Element.self)
            return try text.decodeElements(type: type)
        }
        do {
            var reader = ByteReader(bytes)
            let header = try Header(reading: &reader, type: type)
            try checkIsList(header.dimensions, of: Element.self)
            var count = 0
            if header.dimensions == 1 {
                count = Int(try reader.read(Int32.self))
                _ = try reader.read(Int32.self)
            }
            return try readElements(count, type: header.elementType, from: &reader)
        } catch let error as PGError {
            throw error
        } catch {
            throw .malformed(type, format)
        }
    }

    private static func checkIsList<Element: PGArrayElement & PGEncodable & PGDecodable>(
        _ dimensions: Int, of _: Element.Type
    ) throws(PGError) {
        guard dimensions > 1 else { return }
        throw PGError(
            .conversion,
            "An array of \(dimensions) dimensions cannot be read as \([Element].self); read it as "
                + (dimensions == 2 ? "\([[Element]].self)" : "\(PGArray<Element>.self)"),
            retry: .pointless)
    }

    /// What stands before the dimensions.
    struct Header {
        let dimensions: Int
        let elementType: PGType

        /// Throws ``PGError`` for what cannot be, ``ByteReader/Failure`` where the bytes end.
        init(reading reader: inout ByteReader, type: PGType) throws {
            dimensions = Int(try reader.read(Int32.self))
            let flags = try reader.read(Int32.self)
            elementType = PGType(try reader.read(UInt32.self), named: type.name.element)
            guard (0...maximumDimensions).contains(dimensions), flags == 0 || flags == 1,
                (type.elementType ?? elementType) == elementType
            else {
                throw PGError.malformed(type, .binary)
            }
        }
    }

    /// Reads elements to the end. Throws ``PGError`` for what an element is, ``ByteReader/Failure`` for the rest.
    @inline(__always)
    static func readElements<Element: PGDecodable>(
        _ count: Int, type: PGType, from reader: inout ByteReader
    ) throws -> [Element] {
        // Each element takes four bytes at least, so that a count is no claim to more memory than the message has.
        guard count >= 0, count <= reader.remaining / 4 else { throw ByteReader.Failure.invalidValue }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            let length = Int(try reader.read(Int32.self))
            guard length != -1 else {
                elements.append(try Element.decodeNull())
                continue
            }
            let value = try reader.readBytes(length)
            elements.append(try Element.decode(value, type: type, format: .binary))
        }
        try reader.finish()
        return elements
    }
}

extension ByteBuffer {
    /// Appends a part of a value of another type: its length, -1 for NULL, and its binary form.
    mutating func append(_ part: some PGEncodable, in type: PGType) throws(PGError) {
        guard !part.isNull else {
            append(Int32(-1))
            return
        }
        let position = writePosition
        append(Int32(0))
        try part.encode(into: &self)
        guard let length = Int32(exactly: writePosition - position - 4) else {
            throw .unencodable(type, "a part of it is too long")
        }
        replaceInt32(at: position, with: length)
    }
}
