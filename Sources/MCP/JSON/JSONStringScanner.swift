/// Reads the inside of a JSON string, RFC 8259 section 7.
enum JSONStringScanner {
    /// The text from `start`, just after the opening quotation mark, and the offset after the closing one.
    static func scan(_ bytes: [UInt8], from start: Int) throws(JSONError) -> (text: String, end: Int) {
        var position = try plainEnd(bytes, from: start)
        if bytes[position] == UInt8(ascii: "\"") {
            return (try text(of: bytes.span.extracting(start..<position), at: start), position + 1)
        }
        var decoded = Array(bytes[start..<position])
        while bytes[position] != UInt8(ascii: "\"") {
            position = try unescape(bytes, at: position, into: &decoded)
            let end = try plainEnd(bytes, from: position)
            decoded.append(contentsOf: bytes[position..<end])
            position = end
        }
        return (try text(of: decoded.span, at: start), position + 1)
    }

    /// The offset of the next quotation mark or backslash.
    private static func plainEnd(_ bytes: [UInt8], from start: Int) throws(JSONError) -> Int {
        var position = start
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return position }
            if byte < 0x20 { throw JSONError(.controlCharacter(byte), at: position) }
            position += 1
        }
        throw JSONError(.unexpectedEnd, at: position)
    }

    private static func text(of bytes: Span<UInt8>, at start: Int) throws(JSONError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw JSONError(.invalidUTF8, at: start + error.byteOffsets.lowerBound)
        }
    }

    /// Appends what the escape sequence at a backslash stands for, and gives the offset after it.
    private static func unescape(
        _ bytes: [UInt8], at backslash: Int, into decoded: inout [UInt8]
    ) throws(JSONError) -> Int {
        guard backslash + 1 < bytes.count else { throw JSONError(.unexpectedEnd, at: backslash + 1) }
        switch bytes[backslash + 1] {
        case UInt8(ascii: "\""): decoded.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): decoded.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): decoded.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            let (scalar, end) = try scalar(bytes, at: backslash)
            decoded.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            return end
        default: throw JSONError(.invalidEscape, at: backslash)
        }
        return backslash + 2
    }

    /// The character of a `\u` escape, or of two that form a surrogate pair.
    private static func scalar(
        _ bytes: [UInt8], at backslash: Int
    ) throws(JSONError) -> (scalar: Unicode.Scalar, end: Int) {
        let first = try codeUnit(bytes, at: backslash)
        if let scalar = Unicode.Scalar(first) { return (scalar, backslash + 6) }
        let next = backslash + 6
        guard UTF16.isLeadSurrogate(first), next + 1 < bytes.count, bytes[next] == UInt8(ascii: "\\"),
            bytes[next + 1] == UInt8(ascii: "u")
        else { throw JSONError(.loneSurrogate, at: backslash) }
        let second = try codeUnit(bytes, at: next)
        guard UTF16.isTrailSurrogate(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw JSONError(.loneSurrogate, at: backslash) }
        return (scalar, next + 6)
    }

    private static func codeUnit(_ bytes: [UInt8], at backslash: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for position in backslash + 2..<backslash + 6 {
            guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
            switch bytes[position] {
            case let byte where UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte:
                unit = unit << 4 | UInt16(byte - UInt8(ascii: "0"))
            case let byte where UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20:
                unit = unit << 4 | UInt16((byte | 0x20) - UInt8(ascii: "a") + 10)
            default: throw JSONError(.invalidEscape, at: backslash)
            }
        }
        return unit
    }
}
