/// The syntax of a connection string of keywords and values: `host=localhost dbname='my db'`.
///
/// Spaces separate the pairs and may stand around the equals signs. A value with spaces, or without any character, is
/// in single quotes; a backslash takes the character behind it as it is. See
/// [Keyword/Value Connection Strings](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE).
struct KeywordValueString {
    /// What the string says.
    private(set) var parameters = ConnectionParameters(.string)

    private var rest: ArraySlice<UInt8>

    /// - Throws: ``PGError/Code/configuration``, which quotes nothing but an unknown keyword.
    init(_ string: String) throws(PGError) {
        let bytes = Array(string.utf8.prefix(ConnectionURL.longest + 1))
        guard bytes.count <= ConnectionURL.longest else {
            throw Self.error("it is longer than \(ConnectionURL.longest) bytes")
        }
        guard !bytes.contains(0) else { throw Self.error("it has a zero byte") }
        rest = bytes[...]
        while true {
            skipSpaces()
            guard !rest.isEmpty else { return }
            let keyword = try readKeyword()
            try parameters.set(keyword, to: try readValue())
        }
    }

    private mutating func readKeyword() throws(PGError) -> String {
        let name = rest.prefix { $0 != UInt8(ascii: "=") && !$0.isSpace }
        rest = rest[name.endIndex...]
        skipSpaces()
        guard rest.popFirst() == UInt8(ascii: "=") else {
            throw Self.error("a word is not followed by =; a value with spaces is in single quotes")
        }
        let next = rest
        skipSpaces()
        if rest.startIndex > next.startIndex { try refuseKeyword() }
        return String(decoding: name, as: UTF8.self)
    }

    /// Refuses to take the pair that follows `keyword= ` for its value, as libpq does: a password would become a host.
    private func refuseKeyword() throws(PGError) {
        let word = String(decoding: rest.prefix { $0 != UInt8(ascii: "=") && !$0.isSpace }, as: UTF8.self)
        let isPair = rest.dropFirst(word.utf8.count).first == UInt8(ascii: "=")
        guard isPair, ConnectionKeyword(rawValue: word) != nil || UnsupportedKeyword.byName[word] != nil else { return }
        throw Self.error("a keyword has no value; an empty one is written ''")
    }

    private mutating func readValue() throws(PGError) -> String {
        var value: [UInt8] = []
        let isQuoted = rest.first == UInt8(ascii: "'")
        if isQuoted { rest.removeFirst() }
        var isEnded = false
        while !isEnded, let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                // A backslash at the end has nothing to stand for, and vanishes.
                if let escaped = rest.popFirst() { value.append(escaped) }
            case UInt8(ascii: "'") where isQuoted: isEnded = true
            case _ where !isQuoted && byte.isSpace: isEnded = true
            default: value.append(byte)
            }
        }
        guard isEnded || !isQuoted else { throw Self.error("a value's quote is not closed") }
        return String(decoding: value, as: UTF8.self)
    }

    private mutating func skipSpaces() {
        rest = rest.drop(while: \.isSpace)
    }

    private static func error(_ problem: String) -> PGError { .configuration(.string, problem) }
}
