extension PGNumeric: PGTextConvertible {
    /// The number that a text names exactly, or nil.
    ///
    /// A text is decimal digits with or without a sign, a point and an exponent, or in any case of letters one of `nan`,
    /// `infinity` and `inf`, the latter two with or without a sign. Nil is also what the server cannot hold: more than
    /// 131,072 digits before the point or 16,383 after it.
    public init?(_ text: String) {
        var scanner = TextScanner(text)
        let isNegative = scanner.skip("-")
        if !isNegative { _ = scanner.skip("+") }
        let whole = scanner.readWhile(Self.isDigit)
        let fraction = scanner.skip(".") ? scanner.readWhile(Self.isDigit) : []
        guard !whole.isEmpty || !fraction.isEmpty else {
            self.init(word: text.lowercased())
            return
        }
        var exponent = 0
        if scanner.skip("e") || scanner.skip("E") {
            let isBelow = scanner.skip("-")
            if !isBelow { _ = scanner.skip("+") }
            guard let value = scanner.digits(1...9) else { return nil }
            exponent = isBelow ? -value : value
        }
        guard scanner.isAtEnd else { return nil }
        self.init(isNegative: isNegative, digits: whole + fraction, point: whole.count + exponent)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private init?(word: String) {
        switch word {
        case "nan": self = .nan
        case "inf", "+inf", "infinity", "+infinity": self = .infinity
        case "-inf", "-infinity": self = .negativeInfinity
        default: return nil
        }
    }

    /// The number of these digits, the first `point` of which stand before the decimal point.
    private init?(isNegative: Bool, digits: ArraySlice<UInt8>, point: Int) {
        let scale = max(0, digits.count - point)
        let significant = digits.drop { $0 == 0x30 }
        guard let first = significant.first else {
            self.init(isNegative: false, weight: 0, scale: scale, groups: [])
            return
        }
        // The power of ten that the first digit counts, and the group that it falls into.
        let power = point - 1 - (digits.count - significant.count)
        let weight = power >= 0 ? power / 4 : -((3 - power) / 4)
        guard scale <= Self.maximumScale, weight <= Int(Int16.max) else { return nil }
        var groups: [UInt16] = []
        groups.reserveCapacity(significant.count / 4 + 2)
        var group = UInt16(first - 0x30)
        var missing = power - 4 * weight
        for digit in significant.dropFirst() {
            if missing == 0 {
                groups.append(group)
                (group, missing) = (0, 4)
            }
            group = group * 10 + UInt16(digit - 0x30)
            missing -= 1
        }
        for _ in 0..<missing { group *= 10 }
        groups.append(group)
        self.init(isNegative: isNegative, weight: weight, scale: scale, groups: groups)
    }

    /// The number as the server shows it, with ``scale`` digits after the point.
    public var description: String {
        switch kind {
        case .nan: return "NaN"
        case .infinity: return "Infinity"
        case .negativeInfinity: return "-Infinity"
        case .finite: break
        }
        var text: [UInt8] = []
        text.reserveCapacity(4 * max(weight, 0) + scale + 8)
        if isNegative { text.append(UInt8(ascii: "-")) }
        if groups.isEmpty || weight < 0 {
            text.append(UInt8(ascii: "0"))
        } else {
            text.append(contentsOf: String(groups[0]).utf8)
            for power in stride(from: weight - 1, through: 0, by: -1) { Self.append(group(power), to: &text) }
        }
        if scale > 0 {
            text.append(UInt8(ascii: "."))
            let end = text.count + scale
            var power = -1
            while text.count < end {
                Self.append(group(power), to: &text)
                power -= 1
            }
            text.removeLast(text.count - end)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The four digits that count a power of 10,000.
    private func group(_ power: Int) -> UInt16 {
        let index = weight - power
        return groups.indices.contains(index) ? groups[index] : 0
    }

    private static func append(_ group: UInt16, to text: inout [UInt8]) {
        text.append(UInt8(0x30 + group / 1000))
        text.append(UInt8(0x30 + group / 100 % 10))
        text.append(UInt8(0x30 + group / 10 % 10))
        text.append(UInt8(0x30 + group % 10))
    }
}
