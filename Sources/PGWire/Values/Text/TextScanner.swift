/// Reads the parts of a value's textual form from its front to its end.
///
/// Every method that finds something else than it looks for returns nil or false and leaves the scanner where it was,
/// unless it says otherwise.
struct TextScanner {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }
    var remaining: Int { bytes.count - position }

    /// The next byte, which stays the next one.
    var next: UInt8? { isAtEnd ? nil : bytes[position] }

    mutating func read() -> UInt8? {
        guard let byte = next else { return nil }
        position += 1
        return byte
    }

    /// Skips a word, where it comes next.
    mutating func skip(_ word: String) -> Bool {
        let word = word.utf8
        guard remaining >= word.count, bytes[position..<position + word.count].elementsEqual(word) else { return false }
        position += word.count
        return true
    }

    /// Reads the bytes for as long as they meet a condition.
    mutating func readWhile(_ condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.count, condition(bytes[position]) { position += 1 }
        return bytes[start..<position]
    }

    /// Reads what is left.
    mutating func readRest() -> [UInt8] {
        defer { position = bytes.count }
        return Array(bytes[position...])
    }

    /// Reads a run of decimal digits, as many as `count` allows.
    mutating func digits(_ count: ClosedRange<Int>) -> Int? {
        let start = position
        var value = 0
        while position < bytes.count, position - start < count.upperBound, case 0x30...0x39 = bytes[position] {
            value = value * 10 + Int(bytes[position] - 0x30)
            position += 1
        }
        guard count.contains(position - start) else {
            position = start
            return nil
        }
        return value
    }

    /// Reads a number as the server's floating-point types write it.
    mutating func double() -> Double? {
        let start = position
        let text = readWhile { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
            default: false
            }
        }
        guard let value = Double(postgresText: text) else {
            position = start
            return nil
        }
        return value
    }

    /// Reads a part of a composite value up to one of the characters that end it, taking away quotes and backslashes,
    /// as in [Composite Values](https://www.postgresql.org/docs/current/rowtypes.html) and
    /// [Range Input/Output](https://www.postgresql.org/docs/current/rangetypes.html).
    ///
    /// - Returns: The bytes and whether any were quoted, or nil where a quote is not closed; the scanner then stands at
    ///   the end.
    mutating func token(endedBy isEnd: (UInt8) -> Bool) -> (bytes: [UInt8], isQuoted: Bool)? {
        var token: [UInt8] = []
        var (inQuotes, isQuoted) = (false, false)
        while let byte = next {
            if !inQuotes, isEnd(byte) { break }
            position += 1
            switch byte {
            case UInt8(ascii: "\\"):
                guard let escaped = read() else { return nil }
                token.append(escaped)
            case UInt8(ascii: "\"") where inQuotes && next == byte:
                position += 1
                token.append(byte)
            case UInt8(ascii: "\""):
                inQuotes.toggle()
                isQuoted = true
            default:
                token.append(byte)
            }
        }
        return inQuotes ? nil : (token, isQuoted)
    }
}
