extension String {
    /// The text with another character of ASCII in front of some of them.
    ///
    /// Byte by byte: to `String.replacing` a quote is no quote where an accent follows it.
    func escaping(_ escapes: KeyValuePairs<Unicode.Scalar, Unicode.Scalar>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count + 8)
        for byte in utf8 {
            for (character, escape) in escapes where byte == UInt8(ascii: character) {
                bytes.append(UInt8(ascii: escape))
            }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
