public import Logging
import Synchronization

/// Connections to one database, lent to one task at a time.
///
/// A connection is opened when one is wanted and none is free, up to a maximum; beyond that, tasks wait in the order in
/// which they came, and not longer than ``Options/waitTimeout``. One that is broken, or that cannot be brought back to
/// the state in which it was after its login, is closed and never lent again; ``Reset`` tells what is brought back.
///
/// A connection on which the server refuses a change as read only (25006) is with a server that is no longer the primary:
/// it is closed, and so are all others that were opened before, when they are free. The exceptions are transactions that
/// asked for read only and databases that are so by their settings.
public final class PGPool: Sendable {
    let lender: PoolLender

    /// A pool that opens its first connection when it is asked for one, or at once where it has a minimum.
    ///
    /// - Parameters:
    ///   - configuration: Which servers to connect to, as whom, and how.
    ///   - options: Bounds on what the pool does.
    ///   - logger: Hears of failures to connect at debug level, and of connections that are lent for long
    ///     (``Options/leakThreshold``) as warnings.
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
    /// - Parameters:
    ///   - query: The statement.
    ///   - timeout: How long to wait for the answer once there is a connection; nil is ``Options/queryTimeout``.
    ///   - file: Where in the program the connection is used, which errors and warnings about others' waits name.
    ///   - line: See `file`.
    /// - Throws: ``PGError``, as ``PGConnection/query(_:timeout:)``; with ``PGError/Code/pool`` where no connection could be
    ///   had in time, or with the cause where none can be made; with ``PGTransactionOutcome/committedLocally`` where the
    ///   server stopped waiting for its synchronous standby.
    @discardableResult
    public func query(
        _ query: PGQuery, timeout: Duration? = nil, file: StaticString = #fileID, line: UInt = #line
    ) async throws(PGError) -> PGResult {
        let lease = try await lender.acquire(for: PoolCallSite(file: file, line: line))
        let result: PGResult
        do throws(PGError) {
            result = try await lease.connection.query(query, timeout: timeout)
        } catch {
            lender.release(lease, PoolUse(of: query, failedWith: error, lease.connection))
            throw error
        }
        lender.release(lease, PoolUse(of: query, result))
        return result
    }

    /// Lends a connection to `body`. What `body` leaves open is rolled back, and what it leaves behind in the session is
    /// cleared away, which keeps the connection, but not the caller, for one more round trip (see ``Options/reset``).
    ///
    /// A connection that is kept when `body` has ended throws ``PGError/Code/usage`` and sends nothing.
    ///
    /// - Throws: As ``query(_:timeout:file:line:)``, and what `body` throws.
    @discardableResult
    nonisolated(nonsending) public func withConnection<R>(
        file: StaticString = #fileID, line: UInt = #line,
        _ body: nonisolated(nonsending) (PGConnection) async throws -> R
    ) async throws -> R {
        let lease = try await lender.acquire(for: PoolCallSite(file: file, line: line))
        let connection = lease.connection.lend()
        do {
            let result = try await body(connection)
            lease.connection.endLease()
            lender.release(lease, .traces)
            return result
        } catch {
            lease.connection.endLease()
            lender.release(lease, PoolUse.hasStoodDown(error, lease.connection) ? .stoodDown : .traces)
            throw error
        }
    }

    /// Runs `body` in a transaction, as ``PGConnection/withTransaction(isolation:access:deferrable:retry:_:)`` does.
    ///
    /// Each attempt has a connection of its own, and none is held between two attempts.
    ///
    /// - Throws: As that, and as ``query(_:timeout:file:line:)`` where there is no connection.
    @discardableResult
    nonisolated(nonsending) public func withTransaction<R>(
        isolation: PGIsolation? = nil, access: PGAccessMode? = nil, deferrable: Bool? = nil,
        retry: PGTransactionRetry = .never, file: StaticString = #fileID, line: UInt = #line,
        _ body: nonisolated(nonsending) (PGTransaction) async throws -> R
    ) async throws -> R {
        let site = PoolCallSite(file: file, line: line)
        let modes = TransactionModes(isolation: isolation, access: access, deferrable: deferrable)
        return try await retry.run { scope in
            let lease = try await lender.acquire(for: site)
            let connection = lease.connection.lend()
            do {
                let result = try await connection.attemptTransaction(modes, scope, body)
                lease.connection.endLease()
                lender.release(lease, scope.leavesTraces ? .traces : .clean)
                return result
            } catch {
                lease.connection.endLease()
                let isStoodDown = access != .readOnly && PoolUse.hasStoodDown(error, lease.connection)
                lender.release(lease, isStoodDown ? .stoodDown : scope.leavesTraces ? .traces : .clean)
                throw error
            }
        }
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

    /// Drains the pool: lends no more, fails those who wait, lets those who have a connection finish, and closes all
    /// connections as they come back.
    ///
    /// - Parameter limit: After this long, what is still lent is closed under whoever has it; nil is
    ///   ``Options/drainTimeout``.
    public func close(within limit: Duration? = nil) async {
        await lender.close(within: limit)
    }
}
