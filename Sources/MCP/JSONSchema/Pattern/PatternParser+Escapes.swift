extension PatternParser {
    /// The set that the escape sequence after a backslash stands for.
    mutating func parseEscape(inClass: Bool) throws(PatternError) -> ScalarSet {
        guard let scalar = next else { throw PatternError("it ends in a backslash") }
        position += 1
        switch scalar {
        case "d", "D": return .digits.negated(scalar == "D")
        case "w", "W": return .wordCharacters.negated(scalar == "W")
        case "s", "S": return .whitespace.negated(scalar == "S")
        case "p", "P": return ScalarSet(items: [.property(try parseProperty(), isNegative: scalar == "P")])
        case "t": return .scalar(0x09)
        case "n": return .scalar(0x0A)
        case "v": return .scalar(0x0B)
        case "f": return .scalar(0x0C)
        case "r": return .scalar(0x0D)
        case "b" where inClass: return .scalar(0x08)
        case "c":
            guard let letter = next, ("a"..."z").contains(letter) || ("A"..."Z").contains(letter) else {
                throw PatternError("\\c must be followed by a letter")
            }
            position += 1
            return .scalar(letter.value & 31)
        case "x": return .scalar(try parseHex(digits: 2))
        case "u": return .scalar(try parseCodePoint())
        case "0":
            if let digit = next, ("0"..."9").contains(digit) { throw PatternError("octal escapes are not supported") }
            return .scalar(0)
        case "1"..."9", "k": throw PatternError("backreferences are not supported")
        default:
            // An escaped letter or digit that means nothing is more likely a construct of another dialect.
            if scalar.isASCII, scalar.properties.isAlphabetic || scalar == "_" {
                throw PatternError("\\\(scalar) is no escape sequence of ECMA-262")
            }
            return .scalar(scalar.value)
        }
    }

    private mutating func parseProperty() throws(PatternError) -> ScalarProperty {
        guard accept("{") else { throw PatternError("\\p must be followed by a property's name in braces") }
        var name = ""
        while let scalar = next, scalar != "}" {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard accept("}"), let property = ScalarProperty(named: name) else {
            throw PatternError("the Unicode property \(name.prefix(40)) is not known")
        }
        return property
    }

    private mutating func parseCodePoint() throws(PatternError) -> UInt32 {
        guard accept("{") else {
            let first = try parseHex(digits: 4)
            guard 0xD800...0xDBFF ~= first, accept("\\u") else { return first }
            let second = try parseHex(digits: 4)
            guard 0xDC00...0xDFFF ~= second else { throw PatternError("a surrogate lacks its other half") }
            return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        var digits = ""
        while let scalar = next, scalar != "}" {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        guard accept("}"), let value = UInt32(digits, radix: 16), value <= 0x10FFFF else {
            throw PatternError("\\u{…} must hold a code point in hexadecimal digits")
        }
        return value
    }

    private mutating func parseHex(digits count: Int) throws(PatternError) -> UInt32 {
        guard position + count <= scalars.count else { throw PatternError("an escape sequence is cut off") }
        var value: UInt32 = 0
        for scalar in scalars[position..<position + count] {
            guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw PatternError("an escape sequence lacks hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
        }
        position += count
        return value
    }
}
