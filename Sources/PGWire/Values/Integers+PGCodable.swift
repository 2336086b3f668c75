/// `int2`.
extension Int16: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .int2 }
    public static var postgresArrayType: PGType { .int2Array }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(self) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Int16 {
        try decodeInteger(bytes, type: type, format: format)
    }
}

/// `int4`; also reads `int2`.
extension Int32: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .int4 }
    public static var postgresArrayType: PGType { .int4Array }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(self) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Int32 {
        try decodeInteger(bytes, type: type, format: format)
    }
}

/// `int8`; also reads `int2` and `int4`.
extension Int64: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .int8 }
    public static var postgresArrayType: PGType { .int8Array }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(self) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Int64 {
        try decodeInteger(bytes, type: type, format: format)
    }
}

/// `int8`; also reads `int2` and `int4`.
extension Int: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .int8 }
    public static var postgresArrayType: PGType { .int8Array }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(Int64(self)) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Int {
        try decodeInteger(bytes, type: type, format: format)
    }
}

/// `oid`; also reads the other types of four unsigned bytes, such as `xid` and `regclass`.
extension UInt32: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .oid }
    public static var postgresArrayType: PGType { .oidArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(self) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> UInt32 {
        switch type {
        case .oid, .xid, .cid: break
        case .regproc, .regprocedure, .regoper, .regoperator, .regclass, .regtype, .regconfig, .regdictionary,
            .regnamespace, .regrole, .regcollation:
            // Their textual form is a name.
            guard format == .binary else { throw .unreadableFormat(type, as: Self.self, format) }
        default: throw .mismatch(type, as: Self.self)
        }
        let value = format == .binary ? bytes.integer(UInt32.self) : parse(bytes)
        guard let value else { throw .malformed(type, format) }
        return value
    }
}

extension FixedWidthInteger where Self: PGDecodable {
    /// Reads a signed integer of the type's width or less, so that whether a column can be read never depends on its
    /// values.
    fileprivate static func decodeInteger(
        _ bytes: RawSpan, type: PGType, format: PGFormat
    ) throws(PGError) -> Self {
        let width: Int
        switch type {
        case .int2: width = 16
        case .int4: width = 32
        case .int8: width = 64
        default: throw .mismatch(type, as: Self.self)
        }
        guard width <= bitWidth else { throw .mismatch(type, as: Self.self) }
        let value: Self? =
            switch (format, width) {
            case (.text, _): parse(bytes)
            case (.binary, 16): bytes.integer(Int16.self).flatMap(Self.init(exactly:))
            case (.binary, 32): bytes.integer(Int32.self).flatMap(Self.init(exactly:))
            case (.binary, _): bytes.integer(Int64.self).flatMap(Self.init(exactly:))
            }
        guard let value else { throw .malformed(type, format) }
        return value
    }

    /// Reads decimal digits, of which no integer of the server has more than twenty with its sign.
    fileprivate static func parse(_ bytes: RawSpan) -> Self? {
        guard bytes.byteCount <= 20 else { return nil }
        return bytes.utf8String.flatMap { Self($0, radix: 10) }
    }
}
