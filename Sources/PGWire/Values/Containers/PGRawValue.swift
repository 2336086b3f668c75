/// A value as the server sent it: for columns whose type is not known before, and for the parts of other values.
public struct PGRawValue: Hashable, Sendable {
    /// The type that the server says it has; ``PGType/unspecified`` where the server does not say, as for the fields of a
    /// composite value in text format.
    public let type: PGType
    /// Which form the bytes have.
    public let format: PGFormat
    /// The bytes.
    public let bytes: [UInt8]

    /// A value of these bytes.
    public init(_ bytes: [UInt8], type: PGType, format: PGFormat = .binary) {
        self.bytes = bytes
        self.type = type
        self.format = format
    }

    /// The value as a Swift type.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/conversion``.
    public func decode<Value: PGDecodable>(as target: Value.Type = Value.self) throws(PGError) -> Value {
        var type = type
        // A text says nothing of its type; it is then taken for what the Swift type is declared as.
        if type == .unspecified, format == .text, let declared = target as? any PGEncodable.Type {
            type = declared.postgresType
        }
        return unsafe try Value.decode(bytes.span.bytes, type: type, format: format)
    }
}

extension PGRawValue: PGDecodable {
    /// Takes the value as it is, whatever its type.
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGRawValue {
        PGRawValue(bytes.array, type: type, format: format)
    }
}

extension PGRawValue? {
    /// The value as a Swift type, NULL included.
    func decodeField<Value: PGDecodable>(as target: Value.Type) throws(PGError) -> Value {
        guard let self else { return try Value.decodeNull() }
        return try self.decode(as: target)
    }
}
