/// Why a text is not JSON (RFC 8259), or is more than the limits allow, and where.
public struct JSONError: Error, Hashable, Sendable {
    /// What the parser met.
    public enum Reason: Hashable, Sendable {
        /// The text ends inside a value, or is empty.
        case unexpectedEnd
        /// This byte cannot stand here.
        case unexpectedByte(UInt8)
        /// Something other than white space follows the value.
        case trailingContent
        /// The text starts with a byte order mark.
        case byteOrderMark
        /// A string is not valid UTF-8.
        case invalidUTF8
        /// A string holds a control character that must be escaped.
        case controlCharacter(UInt8)
        /// A backslash is followed by something that is no escape sequence.
        case invalidEscape
        /// A `\u` escape names half of a surrogate pair without its other half.
        case loneSurrogate
        /// A number breaks the grammar, such as `01`, `1.` or `+1`.
        case invalidNumber
        /// More arrays and objects are open than ``JSONLimits/maximumDepth``.
        case tooDeep
        /// The text has more bytes than ``JSONLimits/maximumBytes``.
        case tooLarge
    }

    /// What was wrong.
    public var reason: Reason
    /// The offset of the offending byte, from 0.
    public var offset: Int

    /// An error found at a byte offset.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// One sentence that quotes no more of the text than a single byte.
    public var description: String {
        "invalid JSON at byte \(offset): \(reason.sentence)"
    }
}

extension JSONError.Reason {
    fileprivate var sentence: String {
        switch self {
        case .unexpectedEnd: "the text ends before the value is complete"
        case .unexpectedByte(let byte): "unexpected byte 0x\(String(byte, radix: 16))"
        case .trailingContent: "content after the value"
        case .byteOrderMark: "a byte order mark is not allowed"
        case .invalidUTF8: "a string is not valid UTF-8"
        case .controlCharacter(let byte): "unescaped control character 0x\(String(byte, radix: 16)) in a string"
        case .invalidEscape: "invalid escape sequence"
        case .loneSurrogate: "an escaped surrogate without its other half"
        case .invalidNumber: "invalid number"
        case .tooDeep: "nested too deeply"
        case .tooLarge: "the text is too large"
        }
    }
}
