/// The data of a COPY … TO STDOUT as it comes from the server.
///
/// It is read once, by one task, with the same bounds as a ``PGRowSequence``. An element is one or more whole rows as the
/// server sent them.
///
/// See [COPY Operations](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY).
public struct PGCopySequence: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = PGError

    /// The form of the data, as the statement asked for it.
    public let format: PGFormat
    /// How many columns the data has.
    public let columnCount: Int
    private let reader: ReaderSlot

    init(_ response: CopyResponse, reader: StreamReader) {
        format = response.format
        columnCount = response.columnFormats.count
        self.reader = ReaderSlot(reader)
    }

    /// An iterator over the data; a second one has none.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: reader.take()) }

    /// The rows of a binary COPY, each as a tuple of the columns' very types.
    public func decode<each Value: PGDecodable & PGEncodable>(
        as types: (repeat each Value).Type
    ) -> PGCopyTupleSequence<repeat each Value> {
        PGCopyTupleSequence(data: self)
    }

    /// Reads the data of a ``PGCopySequence``.
    public struct Iterator: AsyncIteratorProtocol {
        private var reader: StreamReader?

        init(reader: StreamReader?) {
            self.reader = reader
        }

        /// The next piece, or nil after the last.
        ///
        /// - Throws: ``PGError``, as ``PGRowSequence/Iterator/next(isolation:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(PGError) -> [UInt8]? {
            while let reader {
                do throws(PGError) {
                    switch try await reader.next() {
                    case .chunk(.bytes(let bytes)): return bytes
                    case .end: self.reader = nil
                    case .opening, .chunk: break
                    }
                } catch {
                    self.reader = nil
                    throw error
                }
            }
            return nil
        }
    }
}

extension PGConnection {
    /// Runs a COPY … TO STDOUT and reads its data as it comes.
    /// ```swift
    /// let copy = try await connection.copyOut("COPY users TO STDOUT WITH (FORMAT csv)")
    /// for try await bytes in copy { try file.write(contentsOf: bytes) }
    /// ```
    /// Nothing else is sent on the connection until it has ended. See
    /// [COPY](https://www.postgresql.org/docs/current/sql-copy.html).
    ///
    /// - Parameters:
    ///   - query: Its text; a COPY has no parameters.
    ///   - timeout: How long the server may let the reader wait, each time; nil is ``Options/queryTimeout``.
    /// - Throws: ``PGError`` as ``query(_:timeout:)``, also where the statement is no COPY of this kind, with the connection
    ///   still in order.
    public func copyOut(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> PGCopySequence {
        try await copyOut(query, timeout: timeout, lease: nil)
    }

    func copyOut(
        _ query: PGQuery, timeout: Duration?, lease: (any Sendable & AnyObject)?
    ) async throws(PGError) -> PGCopySequence {
        let reader = submitStream(.copy(try query.textAlone(), .output), timeout: timeout, lease: lease)
        guard case .opening(.copy(let response)) = try await reader.next() else {
            throw PGError(.protocolViolation, "The server did not begin the COPY", retry: .unknown)
        }
        return PGCopySequence(response, reader: reader)
    }
}
