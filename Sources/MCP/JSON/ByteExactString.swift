/// A string that equals another only when their UTF-8 bytes are the same.
///
/// Swift's `String` compares by canonical equivalence, under which JSON's `"é"` and `"e\u0301"` would be one key. The
/// hash is taken from the bytes too: hashes of normalized text would let a peer send any number of colliding keys.
struct ByteExactString: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }

    func hash(into hasher: inout Hasher) {
        var word: UInt64 = 0
        var filled = 0
        for byte in text.utf8 {
            word = word << 8 | UInt64(byte)
            filled += 1
            if filled == 8 {
                hasher.combine(word)
                word = 0
                filled = 0
            }
        }
        hasher.combine(word)
        hasher.combine(filled)
    }
}

extension String {
    /// Whether both strings are the same UTF-8 bytes, which `==` does not ask.
    func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
