/// `float4`.
extension Float: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .float4 }
    public static var postgresArrayType: PGType { .float4Array }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(bitPattern) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Float {
        guard type == .float4 else { throw .mismatch(type, as: Self.self) }
        let value = format == .binary ? bytes.integer(UInt32.self).map(Float.init(bitPattern:)) : parse(bytes)
        guard let value else { throw .malformed(type, format) }
        return value
    }
}

/// `float8`; also reads `float4`.
extension Double: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .float8 }
    public static var postgresArrayType: PGType { .float8Array }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) { buffer.append(bitPattern) }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> Double {
        // By way of Float in text format too: the shortest text of a float4 names another number as a Double.
        if type == .float4 { return Double(try Float.decode(bytes, type: type, format: format)) }
        guard type == .float8 else { throw .mismatch(type, as: Self.self) }
        let value = format == .binary ? bytes.integer(UInt64.self).map(Double.init(bitPattern:)) : parse(bytes)
        guard let value else { throw .malformed(type, format) }
        return value
    }
}

extension BinaryFloatingPoint where Self: LosslessStringConvertible {
    fileprivate static func parse(_ bytes: RawSpan) -> Self? {
        guard bytes.byteCount <= 64, let text = bytes.utf8String else { return nil }
        return Self(postgresText: text.utf8)
    }

    /// Reads the textual form of the server: decimal digits with an exponent, `NaN`, `Infinity` or `-Infinity`.
    init?(postgresText bytes: some Collection<UInt8>) {
        guard bytes.count <= 64 else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        switch text {
        case "NaN":
            self = .nan
            return
        case "Infinity":
            self = .infinity
            return
        case "-Infinity":
            self = -.infinity
            return
        default: break
        }
        // Swift reads more than the server writes, such as hexadecimal digits and infinities by other names.
        guard bytes.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let value = Self(text) else { return nil }
        let digits = bytes.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let isZero = !digits.contains { (0x31...0x39).contains($0) }
        // What is out of range becomes infinity or zero; neither is the number that the text names.
        guard value.isFinite, value.isZero == isZero else { return nil }
        self = value
    }

    /// The textual form that the server reads as this number, the shortest that names no other.
    var postgresText: String {
        if isNaN { return "NaN" }
        return isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : description
    }
}
