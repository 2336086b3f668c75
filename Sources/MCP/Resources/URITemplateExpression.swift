/// What stands between braces in a ``URITemplate`` (RFC 6570 sections 2.2 to 2.4 and 3.2).
struct URITemplateExpression: Sendable, Hashable {
    struct Variable: Sendable, Hashable {
        var name: String
        var explodes = false
        var prefix: Int?
    }

    /// How the operator writes values (appendix A).
    struct Style: Sendable, Hashable {
        var first: String
        var separator: String
        var isNamed: Bool
        /// What stands after the name of an empty value.
        var ifEmpty: String
        var keepsReserved: Bool
    }

    var variables: [Variable]
    var style: Style

    private static let styles: [Character: Style] = [
        "+": Style(first: "", separator: ",", isNamed: false, ifEmpty: "", keepsReserved: true),
        "#": Style(first: "#", separator: ",", isNamed: false, ifEmpty: "", keepsReserved: true),
        ".": Style(first: ".", separator: ".", isNamed: false, ifEmpty: "", keepsReserved: false),
        "/": Style(first: "/", separator: "/", isNamed: false, ifEmpty: "", keepsReserved: false),
        ";": Style(first: ";", separator: ";", isNamed: true, ifEmpty: "", keepsReserved: false),
        "?": Style(first: "?", separator: "&", isNamed: true, ifEmpty: "=", keepsReserved: false),
        "&": Style(first: "&", separator: "&", isNamed: true, ifEmpty: "=", keepsReserved: false),
    ]
    private static let simple = Style(first: "", separator: ",", isNamed: false, ifEmpty: "", keepsReserved: false)

    /// Reads what is between the braces.
    init(_ text: Substring) throws(URITemplate.Malformed) {
        var list = text
        if let first = text.first, let style = Self.styles[first] {
            self.style = style
            list = text.dropFirst()
        } else {
            style = Self.simple
        }
        variables = []
        for specification in list.split(separator: ",", omittingEmptySubsequences: false) {
            variables.append(try Self.variable(specification))
        }
    }

    private static func variable(_ text: Substring) throws(URITemplate.Malformed) -> Variable {
        let malformed = URITemplate.Malformed(description: "{\(text)} is no expression of a URI template")
        var variable = Variable(name: String(text))
        if text.last == "*" {
            variable = Variable(name: String(text.dropLast()), explodes: true)
        } else if let colon = text.firstIndex(of: ":") {
            guard let length = Int(text[text.index(after: colon)...]), (1...9999).contains(length) else {
                throw malformed
            }
            variable = Variable(name: String(text[..<colon]), prefix: length)
        }
        guard !variable.name.isEmpty,
            variable.name.utf8.allSatisfy({ PercentEncoding.isAlphanumeric($0) || "_.%".utf8.contains($0) })
        else { throw malformed }
        return variable
    }

    /// What stands in its place.
    func expand(_ values: [String: URITemplate.Value]) -> String {
        let pieces = variables.compactMap { variable in values[variable.name].flatMap { expand(variable, $0) } }
        return pieces.isEmpty ? "" : style.first + pieces.joined(separator: style.separator)
    }

    private func expand(_ variable: Variable, _ value: URITemplate.Value) -> String? {
        func encode(_ text: String) -> String { PercentEncoding.encode(text, keepingReserved: style.keepsReserved) }
        func named(_ name: String, _ encoded: String) -> String {
            guard style.isNamed else { return encoded }
            return name + (encoded.isEmpty ? style.ifEmpty : "=" + encoded)
        }
        switch value {
        case .text(let text):
            let cut = variable.prefix.map { String(String.UnicodeScalarView(text.unicodeScalars.prefix($0))) } ?? text
            return named(variable.name, encode(cut))
        case .list(let list):
            guard !list.isEmpty else { return nil }
            if variable.explodes {
                return list.map { named(variable.name, encode($0)) }.joined(separator: style.separator)
            }
            return named(variable.name, list.map(encode).joined(separator: ","))
        case .pairs(let pairs):
            guard !pairs.isEmpty else { return nil }
            if variable.explodes {
                return pairs.map { pair in
                    let (name, value) = (encode(pair.0), encode(pair.1))
                    return value.isEmpty && style.isNamed ? name + style.ifEmpty : "\(name)=\(value)"
                }.joined(separator: style.separator)
            }
            return named(variable.name, pairs.map { encode($0.0) + "," + encode($0.1) }.joined(separator: ","))
        }
    }
}
