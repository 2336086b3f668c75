/// The values of keywords, and where each comes from.
struct ConnectionParameters: Sendable {
    /// Who said it, as errors name it.
    enum Source: Sendable, Equatable, CustomStringConvertible {
        case url
        case string
        case service(String)
        case variable(String)

        var description: String {
            switch self {
            case .url: "The connection URL"
            case .string: "The connection string"
            case .service(let name): "The service “\(name.oneLine)”"
            case .variable(let name): "The environment variable \(name)"
            }
        }
    }

    /// One keyword's value.
    struct Value: Sendable {
        let text: String
        let source: Source
    }

    private var values: [ConnectionKeyword: Value] = [:]

    /// The source of what is given explicitly, for errors that concern several keywords.
    let source: Source

    init(_ source: Source) {
        self.source = source
    }

    /// What was given for a keyword, which may be empty.
    subscript(keyword: ConnectionKeyword) -> Value? { values[keyword] }

    /// Takes a keyword by its name; one that was set before is replaced.
    ///
    /// - Throws: ``PGError/Code/configuration``, which names a keyword that nobody knows or that this driver does not
    ///   have, and no value.
    mutating func set(_ name: String, to text: String) throws(PGError) {
        guard let keyword = try Self.keyword(name, text, source) else { return }
        values[keyword] = Value(text: text, source: source)
    }

    /// Takes a keyword's value unless it has one.
    mutating func fill(_ keyword: ConnectionKeyword, with text: String, from source: Source) {
        if values[keyword] == nil { values[keyword] = Value(text: text, source: source) }
    }

    /// The keyword of that name; nil for one that this driver has no use for, with a value that asks for nothing.
    static func keyword(_ name: String, _ value: String, _ source: Source) throws(PGError) -> ConnectionKeyword? {
        guard (1...63).contains(name.utf8.count), name.utf8.allSatisfy(isWordCharacter) else {
            throw .configuration(source, "it has a keyword that is no word")
        }
        if let keyword = ConnectionKeyword(rawValue: name) { return keyword }
        guard let unsupported = UnsupportedKeyword.byName[name] else {
            throw .configuration(source, "it has the unknown keyword \(name)")
        }
        guard unsupported.harmlessValues.contains(value) else {
            throw .configuration(source, "it has the keyword \(name), and \(unsupported.reason)")
        }
        return nil
    }

    private static func isWordCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
    }
}

extension PGError {
    /// An error about a connection string or the like, whose message must quote none of its values.
    static func configuration(_ source: ConnectionParameters.Source, _ problem: String) -> PGError {
        PGError(.configuration, "\(source) is not valid: \(problem)", retry: .pointless)
    }

    /// An error about a connection URL, whose message must quote none of its values.
    static func url(_ problem: String) -> PGError { .configuration(.url, problem) }
}
