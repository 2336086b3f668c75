/// JSON pointers, RFC 6901, as text.
enum JSONPointer {
    /// The pointer one step further, to a member.
    static func appending(_ key: String, to pointer: String) -> String {
        guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return pointer + "/" + key
        }
        var escaped = ""
        for scalar in key.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return pointer + "/" + escaped
    }

    /// The pointer one step further, to an element.
    static func appending(_ index: Int, to pointer: String) -> String { pointer + "/\(index)" }

    /// The keys and indices of a pointer; nil when the text is none.
    static func tokens(of pointer: String) -> [String]? {
        if pointer.isEmpty { return [] }
        guard pointer.utf8.first == UInt8(ascii: "/") else { return nil }
        return pointer.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { token in
            var key = ""
            var isEscaped = false
            for scalar in token {
                if isEscaped {
                    key.unicodeScalars.append(scalar == "1" ? "/" : scalar == "0" ? "~" : scalar)
                    isEscaped = false
                } else if scalar == "~" {
                    isEscaped = true
                } else {
                    key.unicodeScalars.append(scalar)
                }
            }
            return key
        }
    }
}

extension JSONValue {
    /// The member or element that one token of a pointer leads to.
    func descending(by token: String) -> JSONValue? {
        switch self {
        case .object(let object): object[token]
        case .array(let elements): Int(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        default: nil
        }
    }
}
