/// A name in the form that SQL takes any name in: in double quotes, those in it doubled.
struct QuotedIdentifier {
    let sql: String

    /// The longest name of a server built as usual (`NAMEDATALEN`), in bytes; of a longer one it drops the rest.
    private static let maximumBytes = 63

    init(_ parts: [String]) throws(PGError) {
        guard !parts.isEmpty else { throw Self.failure("has no parts") }
        var quoted: [String] = []
        for part in parts {
            guard !part.isEmpty else { throw Self.failure("is empty") }
            guard !part.hasNUL else { throw Self.failure("holds U+0000") }
            guard part.utf8.count <= Self.maximumBytes else {
                throw Self.failure("has more than \(Self.maximumBytes) bytes, of which the server would drop the rest")
            }
            quoted.append("\"" + part.escaping(["\"": "\""]) + "\"")
        }
        sql = quoted.joined(separator: ".")
    }

    private static func failure(_ reason: String) -> PGError {
        PGError(.usage, "An identifier \(reason)", retry: .pointless)
    }
}
