/// nil is SQL's NULL, declared as the type that the value would have.
extension Optional: PGEncodable where Wrapped: PGEncodable {
    public static var postgresType: PGType { Wrapped.postgresType }

    public var postgresType: PGType {
        switch self {
        case .some(let value): value.postgresType
        case .none: Wrapped.postgresType
        }
    }

    public var isNull: Bool {
        switch self {
        case .some(let value): value.isNull
        case .none: true
        }
    }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        if case .some(let value) = self { try value.encode(into: &buffer) }
    }
}

/// NULL is nil.
extension Optional: PGDecodable where Wrapped: PGDecodable {
    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Wrapped? {
        .some(try Wrapped.decode(bytes, type: type, format: format))
    }

    public static func decodeNull() throws(PGError) -> Wrapped? { nil }
}

/// An element that may be NULL.
extension Optional: PGArrayElement where Wrapped: PGArrayElement & PGEncodable & PGDecodable {
    public static var postgresArrayType: PGType { Wrapped.postgresArrayType }
}
