/// An address of the Internet Protocol, of version 4 or 6.
///
/// See [Network Address Types](https://www.postgresql.org/docs/current/datatype-net-types.html).
public enum PGIPAddress: Hashable, Sendable {
    /// The four bytes, the first one the most significant.
    case v4(UInt32)
    /// The sixteen bytes, the first one the most significant.
    case v6(UInt128)

    /// How many bits such an address has: 32 or 128.
    public var bitWidth: Int {
        switch self {
        case .v4: 32
        case .v6: 128
        }
    }

    /// Whether all bits behind the first `count` are zero.
    func isZero(after count: Int) -> Bool {
        switch self {
        case .v4(let value): count >= 32 || value << UInt32(count) == 0
        case .v6(let value): count >= 128 || value << UInt128(count) == 0
        }
    }
}

extension PGIPAddress: LosslessStringConvertible {
    /// The address that a text names, such as `192.0.2.1` or `2001:db8::1`; nil otherwise.
    public init?(_ text: String) {
        var scanner = TextScanner(text)
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let value = scanner.ipv6() else { return nil }
            self = .v6(value)
        } else {
            guard let value = scanner.ipv4() else { return nil }
            self = .v4(value)
        }
        guard scanner.isAtEnd else { return nil }
    }

    /// The address as the server shows it.
    public var description: String {
        switch self {
        case .v4(let value): Self.text(ipv4: value)
        case .v6(let value): Self.text(ipv6: value)
        }
    }

    private static func text(ipv4 value: UInt32) -> String {
        "\(value >> 24).\(value >> 16 & 0xFF).\(value >> 8 & 0xFF).\(value & 0xFF)"
    }

    private static func text(ipv6 value: UInt128) -> String {
        let words = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128(112 - 16 * $0)) }
        let zeros = longestRunOfZeros(words)
        // What embeds an address of version 4 shows it so.
        if zeros.lowerBound == 0,
            zeros.count == 6 || zeros.count == 5 && words[5] == 0xFFFF
        {
            return (zeros.count == 5 ? "::ffff:" : "::") + text(ipv4: UInt32(truncatingIfNeeded: value))
        }
        func join(_ words: some Collection<UInt16>) -> String {
            words.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !zeros.isEmpty else { return join(words) }
        return join(words[..<zeros.lowerBound]) + "::" + join(words[zeros.upperBound...])
    }

    /// The first of the longest runs of at least two words of zero; empty where there is none.
    private static func longestRunOfZeros(_ words: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for index in 0...words.count where index == words.count || words[index] != 0 {
            if index - start > max(1, best.count) { best = start..<index }
            start = index + 1
        }
        return best
    }
}

extension TextScanner {
    /// Reads four numbers with points between them.
    fileprivate mutating func ipv4() -> UInt32? {
        var value: UInt32 = 0
        for index in 0..<4 {
            guard index == 0 || skip("."), let byte = digits(1...3), byte <= 0xFF else { return nil }
            value = value << 8 | UInt32(byte)
        }
        return value
    }

    /// Reads eight words in hexadecimal digits, of which a run of zeros may be left out, and the last two may be an
    /// address of version 4.
    fileprivate mutating func ipv6() -> UInt128? {
        var words: [UInt16] = []
        var gap: Int?
        while !isAtEnd, next != UInt8(ascii: "/") {
            if skip("::") {
                guard gap == nil else { return nil }
                gap = words.count
                continue
            }
            guard words.isEmpty || gap == words.count || skip(":") else { return nil }
            let start = self
            if words.count <= 6, let address = ipv4() {
                words += [UInt16(truncatingIfNeeded: address >> 16), UInt16(truncatingIfNeeded: address)]
                break
            }
            self = start
            let digits = readWhile { hexadecimalDigit($0) != nil }
            guard words.count < 8, (1...4).contains(digits.count) else { return nil }
            words.append(digits.reduce(0) { $0 << 4 | UInt16(hexadecimalDigit($1) ?? 0) })
        }
        if let gap {
            guard words.count < 8 else { return nil }
            words.insert(contentsOf: repeatElement(0, count: 8 - words.count), at: gap)
        }
        guard words.count == 8 else { return nil }
        return words.reduce(0) { $0 << 16 | UInt128($1) }
    }
}

/// The value of a hexadecimal digit in either case.
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}
