/// Reads the fields of one line of a transcript.
struct FieldReader {
    /// What is wrong with the line.
    struct Failure: Error, Equatable {
        let message: String
    }

    private var rest: Substring.UTF8View

    init(_ text: Substring) {
        rest = text.utf8
    }

    /// Whether the line has nothing more.
    var isAtEnd: Bool { rest.isEmpty }

    func failure(_ what: String) -> Failure { Failure(message: what) }

    /// Reads a word: everything up to the next blank.
    mutating func word(_ what: String) throws(Failure) -> String {
        try skipBlank()
        let word = rest.prefix { $0 != UInt8(ascii: " ") }
        guard !word.isEmpty else { throw Failure(message: "\(what) is missing") }
        rest = rest.dropFirst(word.count)
        return String(Substring(word))
    }

    mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(Failure) -> T {
        try skipBlank()
        let word = try bareWord()
        guard let value = T(word), String(value) == word else {
            throw Failure(message: "“\(word)” is not an integer from \(T.min) to \(T.max)")
        }
        return value
    }

    mutating func character() throws(Failure) -> UInt8 {
        try skipBlank()
        if take("x'") {
            let bytes = try hexadecimal()
            guard bytes.count == 1 else { throw Failure(message: "\(bytes.count) bytes where there is to be one") }
            return bytes[0]
        }
        let word = try bareWord()
        guard word.utf8.count == 1, let byte = word.utf8.first, FieldText.isLetterOrDigit(byte) else {
            throw Failure(message: "“\(word)” is not one letter or digit")
        }
        return byte
    }

    mutating func literal() throws(Failure) -> [UInt8] {
        guard let bytes = try literalOrNull() else { throw Failure(message: "NULL where there is to be a string") }
        return bytes
    }

    /// Reads a literal, or nil for NULL.
    mutating func literalOrNull() throws(Failure) -> [UInt8]? {
        try skipBlank()
        if take("\"") { return try quoted() }
        if take("x'") { return try hexadecimal() }
        let word = try bareWord()
        guard word == FieldText.null else { throw Failure(message: "“\(word)” where there is to be a string") }
        return nil
    }

    mutating func open() throws(Failure) {
        try skipBlank()
        guard take("(") else { throw Failure(message: "no “(” where a list is to begin") }
        hasOpened = true
    }

    /// Whether a list ends here.
    mutating func close() throws(Failure) -> Bool {
        guard !rest.isEmpty else { throw Failure(message: "no “)” where a list is to end") }
        guard take(")") else { return false }
        hasOpened = false
        return true
    }

    /// Checks that everything was read.
    func finish() throws(Failure) {
        guard rest.isEmpty else { throw Failure(message: "“\(String(Substring(rest.prefix(40))))” is too much") }
    }

    /// Whether the last thing read was the beginning of a list, behind which there is no blank.
    private var hasOpened = true

    private mutating func skipBlank() throws(Failure) {
        if !hasOpened, !take(" "), !rest.isEmpty { throw Failure(message: "no blank between two fields") }
        hasOpened = false
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let text = "\(text)".utf8
        guard rest.starts(with: text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func bareWord() throws(Failure) -> String {
        let word = rest.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ")") && $0 != UInt8(ascii: "(") }
        guard !word.isEmpty else { throw Failure(message: "a field is missing") }
        rest = rest.dropFirst(word.count)
        return String(Substring(word))
    }

    private mutating func quoted() throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return bytes
            case UInt8(ascii: "\\"):
                switch rest.popFirst() {
                case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "r"): bytes.append(UInt8(ascii: "\r"))
                case UInt8(ascii: "t"): bytes.append(UInt8(ascii: "\t"))
                case .some(let escaped) where escaped == UInt8(ascii: "\\") || escaped == UInt8(ascii: "\""):
                    bytes.append(escaped)
                default: throw Failure(message: "a “\\” before what it does not escape")
                }
            default: bytes.append(byte)
            }
        }
        throw Failure(message: "a string does not end")
    }

    private mutating func hexadecimal() throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        while let first = rest.popFirst() {
            if first == UInt8(ascii: "'") { return bytes }
            guard let high = Self.digit(first), let low = rest.popFirst().flatMap(Self.digit) else {
                throw Failure(message: "bytes in hexadecimal digits that are no pairs of 0 to 9 and a to f")
            }
            bytes.append(high << 4 | low)
        }
        throw Failure(message: "bytes in hexadecimal digits do not end")
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
