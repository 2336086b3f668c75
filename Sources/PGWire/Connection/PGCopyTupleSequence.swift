/// The rows of a binary COPY … TO STDOUT, each as a tuple; see ``PGCopySequence/decode(as:)``.
///
/// See [Binary Format](https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4).
public struct PGCopyTupleSequence<each Value: PGDecodable & PGEncodable>: AsyncSequence, Sendable {
    public typealias Element = (repeat each Value)
    public typealias Failure = PGError

    let data: PGCopySequence

    /// An iterator over the rows; a second one has none.
    public func makeAsyncIterator() -> Iterator {
        Iterator(data: data.makeAsyncIterator(), parser: PGCopyParser(format: data.format))
    }

    /// Reads the rows of a ``PGCopyTupleSequence``.
    public struct Iterator: AsyncIteratorProtocol {
        var data: PGCopySequence.Iterator
        var parser: PGCopyParser

        /// The next row, or nil after the last.
        ///
        /// - Throws: ``PGError`` as ``PGRowSequence/Iterator/next(isolation:)``; with ``PGError/Code/unexpectedResult`` where
        ///   the COPY is not binary or has another number of columns, with ``PGError/Code/conversion`` where a value cannot
        ///   be read as its type.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(PGError) -> (repeat each Value)? {
            while true {
                if let row = try parser.next((repeat each Value).self) { return row }
                guard let bytes = try await data.next(isolation: actor) else {
                    try parser.finish()
                    return nil
                }
                parser.append(bytes)
            }
        }
    }
}

/// Takes the data of a binary COPY apart, wherever it was cut.
///
/// See [Binary Format](https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4).
struct PGCopyParser: Sendable {
    private enum Place { case header, rows, end }

    private let format: PGFormat
    private var place = Place.header
    private var bytes: [UInt8] = []
    private var offset = 0

    init(format: PGFormat) {
        self.format = format
    }

    mutating func append(_ more: [UInt8]) {
        if offset == bytes.count {
            bytes = more
        } else {
            bytes.removeFirst(offset)
            bytes += more
        }
        offset = 0
    }

    /// Checks that the data had an end.
    func finish() throws(PGError) {
        guard place == .end else { throw Self.malformed("it ends in the middle") }
    }

    /// The next row, or nil where more data is needed, or none is left.
    mutating func next<each Value: PGDecodable & PGEncodable>(
        _ types: (repeat each Value).Type
    ) throws(PGError) -> (repeat each Value)? {
        guard format == .binary else {
            throw PGError(.unexpectedResult, "Rows of values need COPY … WITH (FORMAT binary)", retry: .pointless)
        }
        if place == .header { try skipHeader() }
        guard place == .rows, let row = try rowLength() else { return nil }
        var wanted = 0
        for _ in repeat (each Value).self { wanted += 1 }
        guard row.columns == wanted else {
            throw PGError(
                .unexpectedResult, "The COPY has \(row.columns) columns and is read as \(wanted) values",
                retry: .pointless)
        }
        var cell = offset + 2
        let values = (repeat try self.value((each Value).self, &cell))
        offset += row.length
        return values
    }

    private func value<Value: PGDecodable & PGEncodable>(_ type: Value.Type, _ cell: inout Int) throws(PGError) -> Value
    {
        let length = integer(at: cell)
        let start = cell + 4
        cell = start + max(0, length)
        guard length >= 0 else { return try Value.decodeNull() }
        let span = unsafe bytes.span.bytes.extracting(start..<start + length)
        return try Value.decode(span, type: Value.postgresType, format: .binary)
    }

    private mutating func skipHeader() throws(PGError) {
        let fixed = PGCopyBinary.signature.count + 8
        guard bytes.count - offset >= fixed else { return }
        guard bytes[offset...].starts(with: PGCopyBinary.signature) else { throw Self.malformed("it has no signature") }
        let flags = integer(at: offset + fixed - 8)
        let extra = integer(at: offset + fixed - 4)
        guard flags & ~0xFFFF == 0 else { throw Self.malformed("it has flags that are not known") }
        guard extra >= 0 else { throw Self.malformed("its header has a negative length") }
        guard bytes.count - offset - fixed >= extra else { return }
        offset += fixed + extra
        place = .rows
    }

    /// The size of the row at the front, once it is there as a whole.
    private mutating func rowLength() throws(PGError) -> (columns: Int, length: Int)? {
        guard bytes.count - offset >= 2 else { return nil }
        let columns = Int(Int16(truncatingIfNeeded: Int(bytes[offset]) << 8 | Int(bytes[offset + 1])))
        guard columns != -1 else {
            place = .end
            return nil
        }
        guard columns >= 0 else { throw Self.malformed("a row has a negative number of columns") }
        var end = offset + 2
        for _ in 0..<columns {
            guard bytes.count - end >= 4 else { return nil }
            let length = integer(at: end)
            guard length >= -1 else { throw Self.malformed("a value has a negative length") }
            end += 4
            guard bytes.count - end >= length else { return nil }
            end += max(0, length)
        }
        return (columns, end - offset)
    }

    private func integer(at index: Int) -> Int {
        let word =
            UInt32(bytes[index]) << 24 | UInt32(bytes[index + 1]) << 16 | UInt32(bytes[index + 2]) << 8
            | UInt32(bytes[index + 3])
        return Int(Int32(bitPattern: word))
    }

    private static func malformed(_ what: String) -> PGError {
        PGError(.protocolViolation, "The data of the COPY is malformed: \(what)", retry: .unknown)
    }
}
