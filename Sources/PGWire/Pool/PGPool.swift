public import Logging
import Synchronization

/// Connections to one database, lent to one task at a time.
///
/// A connection is opened when one is wanted and none is free, up to a maximum; beyond that, tasks wait in the order in
/// which they came, and not longer than ``Options/waitTimeout``. One that is broken, or that cannot be brought back to
/// an idle state, is closed and never lent again.
public final class PGPool: Sendable {
    /// Bounds on what a pool does.
    public struct Options: Sendable {
        /// How many connections are kept open though nobody uses them. Defaults to 0.
        public var minimumConnections = 0
        /// How many connections there may be. Defaults to 10.
        public var maximumConnections = 10
        /// How long a task waits for a connection. Defaults to 5 seconds.
        public var waitTimeout: Duration = .seconds(5)
        /// How many tasks may wait for a connection. Defaults to 10,000.
        public var maximumWaiters = 10_000
        /// How long ``PGPool/close()`` waits for connections that are lent. Defaults to 10 seconds.
        public var drainTimeout: Duration = .seconds(10)
        /// What holds for each connection.
        public var connection = PGConnection.Options()

        /// How long a query may take when the call does not say; the same as in ``connection``.
        public var queryTimeout: Duration {
            get { connection.queryTimeout }
            set { connection.queryTimeout = newValue }
        }

        /// The defaults.
        public init() {}
    }

    let lender: PoolLender

    /// A pool that opens its first connection when it is asked for one, or at once where it has a minimum.
    public init(
        _ configuration: PGConfiguration, options: Options = Options(), logger: Logger = Logger(label: "pgwire")
    ) {
        lender = PoolLender(configuration: configuration, options: options, logger: logger)
        lender.openMissing()
    }

    deinit {
        lender.abandon()
    }

    /// Runs a statement on a connection of its own.
    ///
    /// - Throws: ``PGError``, as ``PGConnection/query(_:timeout:)``; with ``PGError/Code/pool`` where no connection could be
    ///   had in time, or with the cause where none can be made.
    @discardableResult
    public func query(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> PGResult {
        let connection = try await lender.acquire()
        defer { lender.release(connection) }
        return try await connection.query(query, timeout: timeout)
    }

    /// Lends a connection to `body`. What `body` leaves open is rolled back.
    ///
    /// - Throws: As ``query(_:timeout:)``, and what `body` throws.
    nonisolated(nonsending) public func withConnection<R>(
        _ body: nonisolated(nonsending) (PGConnection) async throws -> R
    ) async throws -> R {
        let connection = try await lender.acquire()
        defer { lender.release(connection) }
        return try await body(connection)
    }

    /// Runs `body` in a transaction, as ``PGConnection/withTransaction(isolation:_:)`` does.
    nonisolated(nonsending) public func withTransaction<R>(
        isolation: PGIsolation? = nil, _ body: nonisolated(nonsending) (PGTransaction) async throws -> R
    ) async throws -> R {
        let connection = try await lender.acquire()
        defer { lender.release(connection) }
        return try await connection.withTransaction(isolation: isolation, body)
    }

    /// How many connections there are, and in what state.
    public struct Usage: Sendable, Equatable {
        /// Free to be lent.
        public var idle: Int
        /// Lent, or being brought back to an idle state.
        public var lent: Int
        /// Being opened.
        public var opening: Int
        /// Tasks that wait for a connection.
        public var waiting: Int
    }

    /// How many connections there are now.
    public var usage: Usage { lender.usage }

    /// Lends no more, waits for the connections that are lent, but not longer than ``Options/drainTimeout``, and closes
    /// all of them.
    public func close() async {
        await lender.close()
    }
}
