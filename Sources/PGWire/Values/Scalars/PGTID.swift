/// A value of type `tid`: where a version of a row stands in its table.
///
/// See [System Columns](https://www.postgresql.org/docs/current/ddl-system-columns.html), `ctid`.
public struct PGTID: Hashable, Sendable {
    /// The number of the block.
    public var block: UInt32
    /// The number of the row in it.
    public var offset: UInt16

    /// The place of this number in a block.
    public init(block: UInt32, offset: UInt16) {
        self.block = block
        self.offset = offset
    }
}

extension PGTID: PGTextConvertible {
    /// The place that a text in the form `(0,1)` names; nil otherwise.
    public init?(_ text: String) {
        var scanner = TextScanner(text)
        guard scanner.skip("("), let block = scanner.digits(1...10).flatMap(UInt32.init(exactly:)), scanner.skip(","),
            let offset = scanner.digits(1...5).flatMap(UInt16.init(exactly:)), scanner.skip(")"), scanner.isAtEnd
        else { return nil }
        self.init(block: block, offset: offset)
    }

    /// The place as the server shows it.
    public var description: String { "(\(block),\(offset))" }
}

extension PGTID: PGEncodable, PGDecodable, PGArrayElement {
    public static var postgresType: PGType { .tid }
    public static var postgresArrayType: PGType { .tidArray }

    public func encode(into buffer: inout ByteBuffer) throws(PGError) {
        buffer.append(block)
        buffer.append(offset)
    }

    public static func decode(_ bytes: RawSpan, type: PGType, format: PGFormat) throws(PGError) -> PGTID {
        guard type == .tid else { throw .mismatch(type, as: Self.self) }
        guard format == .binary else { return try decode(text: bytes, type: type) }
        guard bytes.byteCount == 6, let block = bytes.extracting(first: 4).integer(UInt32.self),
            let offset = bytes.extracting(last: 2).integer(UInt16.self)
        else { throw .malformed(type, format) }
        return PGTID(block: block, offset: offset)
    }
}
