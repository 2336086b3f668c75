/// A value of a composite type, or of the anonymous type `record` that `ROW(…)` makes: fields in order, without names.
///
/// A Swift type that stands for a composite type is a ``PGComposite``. See
/// [Composite Types](https://www.postgresql.org/docs/current/rowtypes.html).
public struct PGRecord: Hashable, Sendable {
    /// The fields in order.
    public let fields: [PGRawValue]

    /// A record of fields that came from elsewhere.
    public init(fields: [PGRawValue]) { self.fields = fields }

    /// A record of these values.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` for a value that its type cannot hold.
    public init<each Value: PGEncodable>(_ values: repeat each Value) throws(PGError) {
        var fields: [PGRawValue] = []
        for value in repeat each values { fields.append(try PGRawValue(value)) }
        self.fields = fields
    }

    /// The fields as a tuple of the given types, one for each field.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/unexpectedResult`` where the number of fields is another one, and with
    ///   ``PGError/Code/conversion``, telling the field's number, where a value cannot be read as its type.
    public func decode<each Value: PGDecodable>(
        as types: (repeat each Value).Type = (repeat each Value).self
    ) throws(PGError) -> (repeat each Value) {
        var wanted = 0
        for _ in repeat (each Value).self { wanted += 1 }
        guard wanted == fields.count else {
            throw PGError(
                .unexpectedResult, "The record has \(fields.count) fields and is read as \(wanted) values",
                retry: .pointless)
        }
        var index = 0
        func next<Next: PGDecodable>(_ type: Next.Type) throws(PGError) -> Next {
            defer { index += 1 }
            return try decode(type, at: index)
        }
        return (repeat try next((each Value).self))
    }

    /// The value of one field, counted from 0.
    ///
    /// - Throws: as ``decode(as:)``.
    public func decode<Value: PGDecodable>(_ type: Value.Type = Value.self, at index: Int) throws(PGError) -> Value {
        guard fields.indices.contains(index) else {
            throw PGError(
                .unexpectedResult, "The record has \(fields.count) fields, none of them number \(index)",
                retry: .pointless)
        }
        do throws(PGError) {
            return try fields[index].decode(as: type)
        } catch {
            var error = error
            error.message = "Field \(index): \(error.message)"
            throw error
        }
    }
}

/// Sent without a type, which the server infers: a parameter `$1::address`, or one for a column of the type.
extension PGRecord: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .unspecified }
    public static var postgresArrayType: PGType { .unspecified }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard let count = Int32(exactly: fields.count) else { throw .unencodable(.record, "it has too many fields") }
        buffer.append(count)
        for field in fields {
            // The server wants the type of a field also where it is NULL.
            buffer.append(field.type.rawValue)
            try buffer.append(field, in: .record)
        }
    }

    /// Reads `record` and the types that someone created.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGRecord {
        guard type == .record || type == .unspecified || !type.isBuiltIn else {
            throw .mismatch(type, as: Self.self)
        }
        if format == .text {
            guard let fields = parse(bytes.array) else { throw .malformed(type, format) }
            return PGRecord(fields: fields)
        }
        do throws(ByteReader.Failure) {
            return PGRecord(fields: try read(bytes))
        } catch {
            throw .malformed(type, format)
        }
    }

    private static func read(_ bytes: RawSpan) throws(ByteReader.Failure) -> [PGRawValue] {
        var reader = ByteReader(bytes)
        let count = Int(try reader.read(Int32.self))
        // A field takes eight bytes at least, so that a count is no claim to more memory than the message has.
        guard count >= 0, count <= reader.remaining / 8 else { throw .invalidValue }
        var fields: [PGRawValue] = []
        fields.reserveCapacity(count)
        for _ in 0..<count {
            let type = PGType(rawValue: try reader.read(UInt32.self))
            let length = Int(try reader.read(Int32.self))
            fields.append(PGRawValue(length == -1 ? nil : try reader.readBytes(length).array, type: type))
        }
        try reader.finish()
        return fields
    }

    /// Reads a text such as `(1,"a b",)`.
    private static func parse(_ bytes: [UInt8]) -> [PGRawValue]? {
        var scanner = TextScanner(bytes)
        guard scanner.skip("(") else { return nil }
        if scanner.skip(")") { return scanner.isAtEnd ? [] : nil }
        var fields: [PGRawValue] = []
        repeat {
            let end = { (byte: UInt8) in byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")") }
            guard let (token, isQuoted) = scanner.token(endedBy: end) else { return nil }
            let isNull = token.isEmpty && !isQuoted
            fields.append(PGRawValue(isNull ? nil : token, type: .unspecified, format: .text))
        } while scanner.skip(",")
        return scanner.skip(")") && scanner.isAtEnd ? fields : nil
    }
}
