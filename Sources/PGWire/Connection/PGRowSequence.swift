import Synchronization

/// The rows of a statement as they come from the server.
///
/// They are read once, by one task. A reader that takes its time makes the server wait: about 256 KiB of rows are kept at
/// most. Whoever stops reading before the end has the server cancel the statement. A statement that fails on its way
/// throws from the loop, after the rows that came before.
///
/// See [Extended Query](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY).
public struct PGRowSequence: AsyncSequence, Sendable {
    public typealias Element = PGRow
    public typealias Failure = PGError

    /// The columns, in order.
    public let columns: [PGColumn]
    /// The same with the names of their types, where there are types that somebody created.
    private let named: [PGColumn]?
    private let reader: ReaderSlot

    init(columns: [PGColumn], naming named: [PGColumn]?, reader: StreamReader) {
        self.columns = named ?? columns
        self.named = named
        self.reader = ReaderSlot(reader)
    }

    /// An iterator over the rows; a second one has none.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: reader.take(), named: named) }

    /// The rows, each as a tuple of the given types, as `PGRow.decode(as:)` reads them.
    public func decode<each Value: PGDecodable>(
        as types: (repeat each Value).Type
    ) -> PGTupleSequence<repeat each Value> {
        PGTupleSequence(rows: self)
    }

    /// Reads the rows of a ``PGRowSequence``.
    public struct Iterator: AsyncIteratorProtocol {
        private var reader: StreamReader?
        private var storage: PGResult.Storage?
        private var position = 0
        private let named: [PGColumn]?

        init(reader: StreamReader?, named: [PGColumn]?) {
            self.reader = reader
            self.named = named
        }

        /// The next row, or nil after the last.
        ///
        /// - Throws: ``PGError``: what the statement failed with; ``PGError/Code/timeout`` where the server sent nothing for
        ///   the time that the call allowed; ``PGError/Code/cancelled``.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws(PGError) -> PGRow? {
            if let row = nextRow() { return row }
            while let reader {
                do throws(PGError) {
                    switch try await reader.next() {
                    case .chunk(.rows(let storage)):
                        self.storage = named.map(storage.with) ?? storage
                        position = 0
                        if let row = nextRow() { return row }
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

        @usableFromInline
        mutating func nextRow() -> PGRow? {
            guard let storage, position < storage.rows.count else { return nil }
            defer { position += 1 }
            return PGRow(storage: storage, start: storage.rows.start(of: position))
        }
    }
}

/// The rows of a statement as they come from the server, each as a tuple; see ``PGRowSequence``.
public struct PGTupleSequence<each Value: PGDecodable>: AsyncSequence, Sendable {
    public typealias Element = (repeat each Value)
    public typealias Failure = PGError

    let rows: PGRowSequence

    /// The columns, in order.
    public var columns: [PGColumn] { rows.columns }

    /// An iterator over the rows; a second one has none.
    public func makeAsyncIterator() -> Iterator { Iterator(rows: rows.makeAsyncIterator()) }

    /// Reads the rows of a ``PGTupleSequence``.
    public struct Iterator: AsyncIteratorProtocol {
        @usableFromInline var rows: PGRowSequence.Iterator

        init(rows: PGRowSequence.Iterator) {
            self.rows = rows
        }

        /// The next row, or nil after the last.
        ///
        /// - Throws: as ``PGRowSequence/Iterator/next(isolation:)``, and what `PGRow.decode(as:)` throws.
        @inlinable
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(PGError) -> (repeat each Value)? {
            // A row that is there needs no wait, and an asynchronous call costs as much as a row.
            if let row = rows.nextRow() { return try row.decode(as: (repeat each Value).self) }
            guard let row = try await rows.next(isolation: actor) else { return nil }
            return try row.decode(as: (repeat each Value).self)
        }
    }
}

/// The reader of a stream until it is taken: who iterates has it alone, so that the stream ends with the loop.
final class ReaderSlot: Sendable {
    private let reader: Mutex<StreamReader?>

    init(_ reader: StreamReader) {
        self.reader = Mutex(reader)
    }

    func take() -> StreamReader? { reader.withLock { $0.take() } }
}
