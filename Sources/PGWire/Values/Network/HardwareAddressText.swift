/// Bytes as pairs of hexadecimal digits with colons between them.
enum HardwareAddressText {
    static func text(of bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }

    static func parse(_ text: String) -> [UInt8]? {
        var scanner = TextScanner(text)
        var bytes: [UInt8] = []
        repeat {
            guard let high = scanner.read().flatMap(hexadecimalDigit),
                let low = scanner.read().flatMap(hexadecimalDigit)
            else { return nil }
            bytes.append(high << 4 | low)
        } while scanner.skip(":")
        return scanner.isAtEnd ? bytes : nil
    }
}
