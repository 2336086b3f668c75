extension UInt8 {
    /// Whether it is a space as libpq has it: C's `isspace`.
    var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension ArraySlice<UInt8> {
    /// What is between the spaces at both ends.
    var trimmingSpaces: ArraySlice<UInt8> {
        let front = drop(while: \.isSpace)
        return front.prefix(front.reversed().drop(while: \.isSpace).count)
    }
}

extension String {
    /// What is between the spaces at both ends.
    var trimmingSpaces: String { String(decoding: Array(utf8)[...].trimmingSpaces, as: UTF8.self) }
}
