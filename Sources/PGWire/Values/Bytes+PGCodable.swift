/// Bytes in an array are one `bytea`, not an array of the server's.
extension UInt8: PGArrayElement {
    public static var postgresArrayType: PGType { .bytea }

    public static func encodeArray(_ elements: [UInt8], into buffer: inout ByteBuffer) throws(PGError) {
        buffer.append(elements)
    }

    public static func decodeArray(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [UInt8] {
        guard type == .bytea else { throw .mismatch(type, as: [UInt8].self) }
        guard format == .text else { return bytes.array }
        guard let value = parse(bytes.array) else { throw .malformed(type, format) }
        return value
    }

    /// Reads the textual form of `bytea`: `\x` and hexadecimal digits, or where the server's `bytea_output` says
    /// `escape`, bytes of which a backslash is doubled and those beyond ASCII are a backslash and three octal digits.
    private static func parse(_ text: [UInt8]) -> [UInt8]? {
        var scanner = TextScanner(text)
        return scanner.skip("\\x") ? parseHexadecimal(&scanner) : parseEscaped(&scanner)
    }

    private static func parseHexadecimal(_ scanner: inout TextScanner) -> [UInt8]? {
        guard scanner.remaining % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(scanner.remaining / 2)
        while let digit = scanner.read() {
            guard let high = hexadecimalDigit(digit), let low = scanner.read().flatMap(hexadecimalDigit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func parseEscaped(_ scanner: inout TextScanner) -> [UInt8]? {
        var bytes: [UInt8] = []
        while let byte = scanner.read() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            if scanner.skip("\\") {
                bytes.append(byte)
                continue
            }
            var value = 0
            for _ in 0..<3 {
                guard let digit = scanner.read(), (0x30...0x37).contains(digit) else { return nil }
                value = value << 3 | Int(digit - 0x30)
            }
            guard let escaped = UInt8(exactly: value) else { return nil }
            bytes.append(escaped)
        }
        return bytes
    }
}

/// Several runs of bytes are a `bytea[]`, an array with one dimension.
extension UInt8 {
    public static var postgresRowsType: PGType { .byteaArray }

    public static func encodeRows(_ runs: [[UInt8]], into buffer: inout ByteBuffer) throws(PGError) {
        try ArrayCoding.append(list: runs, into: &buffer)
    }

    public static func decodeRows(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> [[UInt8]] {
        try ArrayCoding.readList(bytes, type: type, format: format)
    }
}
