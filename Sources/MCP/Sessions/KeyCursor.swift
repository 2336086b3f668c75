internal import Digests

/// The place between two pages of keys: behind a key, whether or not it still has a value.
public struct KeyCursor: Sendable {
    /// The cursor as clients pass it, base64url; they are not to look into it.
    public let text: String
    let key: String

    // What a cursor means may change; one of another meaning is not to be misread.
    private static let form: UInt8 = 1
    private static let maximumCharacters = 1400

    /// The place behind a key.
    public init(after key: String) {
        self.key = key
        text = Base64.encodeURL([Self.form] + key.utf8)
    }

    /// Reads a cursor; nil unless it has the form that cursors are given out in.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumCharacters, let bytes = Base64.decodeURL(text), bytes.first == Self.form,
            let key = String(validating: bytes.dropFirst(), as: UTF8.self), !key.isEmpty, !key.utf8.contains(0)
        else { return nil }
        self.key = key
        self.text = text
    }
}

extension KeyCursor: Equatable {
    /// Whether both are the same place.
    public static func == (left: KeyCursor, right: KeyCursor) -> Bool { left.key.hasSameBytes(as: right.key) }
}

/// The keys of one page lie in it: those that begin with a prefix and come behind a cursor.
package struct KeyRange: Sendable {
    /// The first text that belongs to it.
    package let lowerBound: String
    /// The first text behind it that does not.
    package let upperBound: String

    /// No key is as long as this, and none has a greater scalar.
    private static let beyondAll = String(repeating: "\u{10FFFF}", count: 257)

    /// The range of a page.
    package init(prefix: String, after cursor: KeyCursor?) {
        // As keys have no U+0000, nothing comes between one and the same with U+0001 behind it.
        let resumed = cursor.map { $0.key + "\u{1}" } ?? ""
        lowerBound = resumed.utf8.lexicographicallyPrecedes(prefix.utf8) ? prefix : resumed
        upperBound = Self.successor(of: prefix) ?? Self.beyondAll
    }

    /// The first text behind all that begin with a prefix; nil where they are the last of all.
    private static func successor(of prefix: String) -> String? {
        var scalars = Array(prefix.unicodeScalars)
        while let last = scalars.popLast() {
            // The order of UTF-8 is that of the scalars, among which the surrogates are missing.
            let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
            guard let scalar = Unicode.Scalar(next) else { continue }
            scalars.append(scalar)
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            return text
        }
        return nil
    }

    /// Whether a key lies in the range.
    package func contains(_ key: String) -> Bool {
        !key.utf8.lexicographicallyPrecedes(lowerBound.utf8) && key.utf8.lexicographicallyPrecedes(upperBound.utf8)
    }
}
