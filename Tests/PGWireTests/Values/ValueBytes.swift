import PGWire

/// The binary form of a value.
func encoded(_ value: some PGEncodable) throws(PGError) -> [UInt8] {
    var buffer = ByteBuffer()
    try value.encode(into: &buffer)
    return buffer.copyBytes()
}

/// The value that bytes form.
func decoded<T: PGDecodable>(
    _ bytes: [UInt8], as _: T.Type, _ type: PGType, _ format: PGFormat = .binary
) throws(PGError) -> T {
    var buffer = ByteBuffer()
    buffer.append(bytes)
    return try T.decode(buffer.bytes, type: type, format: format)
}

/// The value that a text forms.
func decoded<T: PGDecodable>(text: String, as _: T.Type, _ type: PGType) throws(PGError) -> T {
    try decoded(Array(text.utf8), as: T.self, type, .text)
}
