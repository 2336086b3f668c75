/// A value as the server sent it: for columns whose type is not known before, and for the parts of other values.
public struct PGRawValue: Hashable, Sendable {
    /// The type that the server says it has; ``PGType/unspecified`` where the server does not say, as for the fields of a
    /// composite value in text format, and for a NULL in a column or an array.
    public let type: PGType
    /// Which form the bytes have.
    public let format: PGFormat
    /// The bytes; nil is NULL.
    public let bytes: [UInt8]?

    /// A value of these bytes.
    public init(_ bytes: [UInt8]?, type: PGType, format: PGFormat = .binary) {
        self.bytes = bytes
        self.type = type
        self.format = format
    }

    /// The value in binary format, as it is sent.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` for a value that its type cannot hold.
    public init(_ value: some PGEncodable) throws(PGError) {
        guard !value.isNull else {
            self.init(nil, type: value.postgresType)
            return
        }
        var buffer = ByteBuffer(capacity: 64)
        try value.encode(into: &buffer)
        self.init(buffer.copyBytes(), type: value.postgresType)
    }

    /// The value as a Swift type.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion``.
    public func decode<Value: PGDecodable>(as target: Value.Type = Value.self) throws(PGError) -> Value {
        guard let bytes else { return try Value.decodeNull() }
        var type = type
        // A text says nothing of its type; it is then taken for what the Swift type is declared as.
        if type == .unspecified, format == .text, let declared = target as? any PGEncodable.Type {
            type = declared.postgresType
        }
        return try unsafe Value.decode(bytes.span.bytes, type: type, format: format)
    }
}

extension PGRawValue: PGDecodable {
    /// Takes the value as it is, whatever its type.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGRawValue {
        PGRawValue(bytes.array, type: type, format: format)
    }

    /// Takes NULL, whose type is then not known.
    public static func decodeNull() throws(PGError) -> PGRawValue { PGRawValue(nil, type: .unspecified) }
}

extension PGRawValue: PGEncodable, PGArrayElement {
    public static var postgresType: PGType { .unspecified }
    public static var postgresArrayType: PGType { .unspecified }

    public var postgresType: PGType { type }
    public var isNull: Bool { bytes == nil }

    /// Sends the value as it is.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion`` for a value in text format, since parameters are sent in
    ///   binary format.
    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        guard format == .binary else { throw .unencodable(type, "it is in text format") }
        if let bytes { buffer.append(bytes) }
    }
}
