/// `bool`.
extension Bool: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .bool }
    public static var postgresArrayType: PGType { .boolArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        buffer.append(self ? UInt8(1) : 0)
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Bool {
        guard type == .bool else { throw .mismatch(type, as: Self.self) }
        switch (format, bytes.integer(UInt8.self)) {
        case (.binary, 0), (.text, UInt8(ascii: "f")): return false
        case (.binary, 1), (.text, UInt8(ascii: "t")): return true
        default: throw .malformed(type, format)
        }
    }
}
