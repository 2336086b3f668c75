/// The form of a field in the manual's
/// [Message Formats](https://www.postgresql.org/docs/current/protocol-message-formats.html), which says how its bytes are
/// written in a transcript and how they are made of it again.
indirect enum FieldForm: Sendable {
    case int8
    case int16
    case int32
    /// An object id.
    case oid
    /// One byte that stands for a character.
    case character
    /// A string that a zero byte ends.
    case string
    /// All that the message still has.
    case rest
    /// A length of four bytes and so many bytes; -1 is NULL.
    case value
    /// A count of two bytes and so many elements.
    case list([FieldForm])
    /// A count of four bytes and so many elements.
    case longList([FieldForm])
    /// Elements up to a zero byte, each of which begins with another byte.
    case terminatedList([FieldForm])

    /// Elements nest no deeper than this in any message.
    private static let maximumElements = 65_535

    /// Takes the field from the front of `bytes` and returns it as text; nil where it is not of this form.
    func text(_ bytes: inout ArraySlice<UInt8>) -> String? {
        switch self {
        case .int8: return bytes.takeInteger(1).map { String(Int8(truncatingIfNeeded: $0)) }
        case .int16: return bytes.takeInteger(2).map { String(Int16(truncatingIfNeeded: $0)) }
        case .int32: return bytes.takeInteger(4).map { String(Int32(truncatingIfNeeded: $0)) }
        case .oid: return bytes.takeInteger(4).map { String($0) }
        case .character: return bytes.popFirst().map(FieldText.character)
        case .string:
            guard let end = bytes.firstIndex(of: 0) else { return nil }
            defer { bytes = bytes[(end + 1)...] }
            return FieldText.literal(bytes[..<end])
        case .rest:
            defer { bytes = [] }
            return FieldText.literal(bytes)
        case .value:
            guard let length = bytes.takeInteger(4).map({ Int(Int32(truncatingIfNeeded: $0)) }) else { return nil }
            if length == -1 { return FieldText.null }
            return bytes.take(length).map(FieldText.literal)
        case .list(let element):
            return bytes.takeInteger(2).flatMap { Self.elements(Int($0), of: element, &bytes) }
        case .longList(let element):
            return bytes.takeInteger(4).flatMap { Self.elements(Int($0), of: element, &bytes) }
        case .terminatedList(let element):
            var texts: [String] = []
            while let first = bytes.first, first != 0 {
                guard let text = Self.element(element, &bytes) else { return nil }
                texts.append(text)
            }
            return bytes.popFirst() == 0 ? "(" + texts.joined(separator: " ") + ")" : nil
        }
    }

    private static func elements(_ count: Int, of element: [FieldForm], _ bytes: inout ArraySlice<UInt8>) -> String? {
        guard count <= maximumElements else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = self.element(element, &bytes) else { return nil }
            texts.append(text)
        }
        return "(" + texts.joined(separator: " ") + ")"
    }

    /// An element of several fields stands in brackets of its own.
    private static func element(_ forms: [FieldForm], _ bytes: inout ArraySlice<UInt8>) -> String? {
        var texts: [String] = []
        for form in forms {
            guard let text = form.text(&bytes) else { return nil }
            texts.append(text)
        }
        let text = texts.joined(separator: " ")
        return forms.count == 1 ? text : "(" + text + ")"
    }

    /// Reads the field's text and appends its bytes.
    func append(_ fields: inout FieldReader, to bytes: inout [UInt8]) throws(FieldReader.Failure) {
        switch self {
        case .int8: bytes.append(UInt8(bitPattern: try fields.integer(Int8.self)))
        case .int16: bytes.append(integer: UInt16(bitPattern: try fields.integer(Int16.self)))
        case .int32: bytes.append(integer: UInt32(bitPattern: try fields.integer(Int32.self)))
        case .oid: bytes.append(integer: try fields.integer(UInt32.self))
        case .character: bytes.append(try fields.character())
        case .string:
            let string = try fields.literal()
            guard !string.contains(0) else { throw fields.failure("a string with a zero byte") }
            bytes += string
            bytes.append(0)
        case .rest: bytes += try fields.literal()
        case .value:
            guard let value = try fields.literalOrNull() else { return bytes.append(integer: UInt32.max) }
            bytes.append(integer: UInt32(truncatingIfNeeded: value.count))
            bytes += value
        case .list(let element):
            let (count, encoded) = try Self.list(of: element, &fields)
            bytes.append(integer: UInt16(truncatingIfNeeded: count))
            bytes += encoded
        case .longList(let element):
            let (count, encoded) = try Self.list(of: element, &fields)
            bytes.append(integer: UInt32(truncatingIfNeeded: count))
            bytes += encoded
        case .terminatedList(let element):
            bytes += try Self.list(of: element, &fields).encoded
            bytes.append(0)
        }
    }

    private static func list(
        of element: [FieldForm], _ fields: inout FieldReader
    ) throws(FieldReader.Failure) -> (count: Int, encoded: [UInt8]) {
        var count = 0
        var encoded: [UInt8] = []
        try fields.open()
        while try !fields.close() {
            count += 1
            guard count <= maximumElements else { throw fields.failure("more than \(maximumElements) elements") }
            if element.count > 1 { try fields.open() }
            for form in element { try form.append(&fields, to: &encoded) }
            if element.count > 1, try !fields.close() { throw fields.failure("an element with too many fields") }
        }
        return (count, encoded)
    }
}

extension ArraySlice<UInt8> {
    /// Takes an integer in network byte order from the front; nil where there are too few bytes.
    mutating func takeInteger(_ size: Int) -> UInt32? {
        take(size).map { $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    /// Takes so many bytes from the front; nil where there are fewer, or the count is negative.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= self.count else { return nil }
        defer { self = dropFirst(count) }
        return prefix(count)
    }
}

extension [UInt8] {
    /// Appends an integer in network byte order.
    mutating func append<T: FixedWidthInteger & UnsignedInteger>(integer value: T) {
        for shift in stride(from: T.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> T(shift)))
        }
    }
}
