/// How bytes are written in a transcript: `"text"` where they are text, `x'0a'` where they are not.
enum FieldText {
    static let null = "NULL"

    /// A literal that gives exactly these bytes again.
    static func literal(_ bytes: ArraySlice<UInt8>) -> String {
        quoted(bytes) ?? "x'" + bytes.map(hex).joined() + "'"
    }

    /// A byte that stands for a character, such as the kind of what a Describe names.
    static func character(_ byte: UInt8) -> String {
        isLetterOrDigit(byte) ? String(UnicodeScalar(byte)) : "x'" + hex(byte) + "'"
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }

    /// Nil where the bytes are no text that a line can hold.
    private static func quoted(_ bytes: ArraySlice<UInt8>) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            // What an editor or a terminal would not show, or take for an end of the line.
            case _ where !scalar.isShown: return nil
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension UnicodeScalar {
    fileprivate var isShown: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
