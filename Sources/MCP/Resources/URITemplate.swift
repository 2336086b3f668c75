/// A URI template of RFC 6570, all four levels: it makes a URI of values, and finds the values in a URI.
public struct URITemplate: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is no template.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// One sentence.
        public let description: String
    }

    /// The value of a variable: a text, a list, or names with values.
    public enum Value: Sendable, Hashable {
        /// A text.
        case text(String)
        /// A list; empty counts as undefined.
        case list([String])
        /// Names with values; empty counts as undefined.
        case pairs([(String, String)])

        /// Whether both are the same.
        public static func == (left: Value, right: Value) -> Bool {
            switch (left, right) {
            case (.text(let one), .text(let other)): one == other
            case (.list(let one), .list(let other)): one == other
            case (.pairs(let one), .pairs(let other)): one.elementsEqual(other, by: ==)
            default: false
            }
        }

        /// Hashes what `==` compares.
        public func hash(into hasher: inout Hasher) {
            switch self {
            case .text(let text): hasher.combine(text)
            case .list(let list): hasher.combine(list)
            case .pairs(let pairs):
                for (name, value) in pairs {
                    hasher.combine(name)
                    hasher.combine(value)
                }
            }
        }
    }

    enum Part: Sendable, Hashable {
        case literal(String)
        case expression(URITemplateExpression)
    }

    /// The template as it was written.
    public let text: String
    let parts: [Part]

    /// The longest template, in bytes.
    private static let maximumBytes = 4096

    /// Reads a template.
    public init(_ text: String) throws(Malformed) {
        guard text.utf8.count <= Self.maximumBytes else {
            throw Malformed(description: "a URI template has at most \(Self.maximumBytes) bytes")
        }
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
                throw Malformed(description: "the braces of \(text) do not match")
            }
            if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
            parts.append(.expression(try URITemplateExpression(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        self.text = text
        self.parts = parts
    }

    /// The names of all variables, in their order.
    public var variables: [String] {
        parts.flatMap { part -> [String] in
            if case .expression(let expression) = part { expression.variables.map(\.name) } else { [] }
        }
    }

    /// The URI for these values; variables without one are left out (section 3.2).
    public func expand(_ values: [String: Value]) -> String {
        parts.map { part -> String in
            switch part {
            case .literal(let text): PercentEncoding.encode(text, keepingReserved: true)
            case .expression(let expression): expression.expand(values)
            }
        }.joined()
    }

    /// The template.
    public var description: String { text }
}
