/// A statement whose rows are fetched in portions, in an open transaction.
///
/// The server keeps its place between two portions, and other statements may run meanwhile. It ends with the transaction.
/// See [Extended Query](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY).
public struct PGPortal: Sendable {
    /// The columns, in order.
    public let columns: [PGColumn]
    private let name: String
    private let connection: PGConnection

    fileprivate init(_ connection: PGConnection, name: String, columns: [PGColumn]) {
        self.connection = connection
        self.name = name
        self.columns = columns
    }

    /// The next rows.
    ///
    /// - Parameters:
    ///   - count: How many at most, at least one.
    ///   - timeout: How long to wait for them; nil is ``PGConnection/Options/queryTimeout``.
    /// - Returns: The rows; ``PGResult/isSuspended`` says whether there may be more.
    /// - Throws: ``PGError``; with ``PGError/sqlState`` 34000 where the portal has ended with its transaction.
    public func fetch(_ count: Int, timeout: Duration? = nil) async throws(PGError) -> PGResult {
        guard let maxRows = Int32(exactly: count), maxRows > 0 else {
            throw PGError(.usage, "A portion has at least one row and at most \(Int32.max)", retry: .pointless)
        }
        return try await connection.answer(
            to: .fetch(name, columns: columns, maxRows: maxRows),
            until: connection.deadline(after: timeout))
    }

    /// Gives up what was not fetched.
    ///
    /// - Throws: ``PGError`` where the connection or the transaction has failed.
    public func close() async throws(PGError) {
        _ = try await connection.answer(
            to: .closePortal(name), until: connection.deadline(after: nil))
    }
}

extension PGConnection {
    /// Begins a statement whose rows are fetched in portions. A transaction has to be open.
    ///
    /// - Throws: ``PGError``, as ``query(_:timeout:)``; with ``PGError/Code/usage`` outside of a transaction, where the
    ///   server would forget the portal at once.
    public func portal(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> PGPortal {
        guard transactionStatus == .inTransaction else {
            throw PGError(.usage, "A portal needs an open transaction", retry: .pointless)
        }
        let name = session.nextPortalName()
        let described = try await answer(
            to: .openPortal(name, query), until: deadline(after: timeout))
        return PGPortal(self, name: name, columns: await naming(described).columns)
    }
}
