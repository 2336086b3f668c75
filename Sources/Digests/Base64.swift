/// Base64 of RFC 4648: the standard alphabet with padding, and the one for URLs without.
package enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The bytes in the standard alphabet, padded (section 4).
    package static func encode(_ bytes: [UInt8]) -> String {
        encode(bytes, alphabet: standard, padded: true)
    }

    /// The bytes in the alphabet for URLs and file names, without padding (section 5).
    package static func encodeURL(_ bytes: [UInt8]) -> String {
        encode(bytes, alphabet: urlSafe, padded: false)
    }

    /// The bytes that a text in the standard alphabet stands for, or nil where it is not exactly what
    /// ``encode(_:)`` makes: white space, missing padding and stray bits are refused.
    package static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        let paddingCount = characters.suffix(2).reversed().prefix { $0 == padding }.count
        return decode(characters.dropLast(paddingCount), alphabet: standard)
    }

    /// The bytes that a text in the alphabet for URLs stands for, or nil where it is not exactly what
    /// ``encodeURL(_:)`` makes.
    package static func decodeURL(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        return characters.count % 4 == 1 ? nil : decode(characters[...], alphabet: urlSafe)
    }

    private static func decode(_ characters: ArraySlice<UInt8>, alphabet: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3)
        var accumulator: UInt32 = 0
        var bits = 0
        for character in characters {
            guard let value = value(of: character, in: alphabet) else { return nil }
            accumulator = (accumulator << 6 | UInt32(value)) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: accumulator >> UInt32(bits)))
            }
        }
        guard accumulator & ((1 << UInt32(bits)) - 1) == 0 else { return nil }
        return bytes
    }

    private static func encode(_ bytes: [UInt8], alphabet: [UInt8], padded: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let group = min(3, bytes.count - index)
            var word = UInt32(bytes[index]) << 16
            if group > 1 { word |= UInt32(bytes[index + 1]) << 8 }
            if group > 2 { word |= UInt32(bytes[index + 2]) }
            for digit in 0...group {
                text.append(alphabet[Int(word >> UInt32(18 - 6 * digit) & 0x3F)])
            }
            if padded { text.append(contentsOf: repeatElement(padding, count: 3 - group)) }
            index += group
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func value(of character: UInt8, in alphabet: [UInt8]) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case alphabet[62]: 62
        case alphabet[63]: 63
        default: nil
        }
    }
}
