/// A transaction that is open for as long as the closure that was given it runs.
///
/// Used after that, or while a savepoint of it is open, it throws ``PGError/Code/usage`` and sends nothing.
///
/// See [BEGIN](https://www.postgresql.org/docs/current/sql-begin.html).
public struct PGTransaction: Sendable {
    let connection: PGConnection
    let scope: TransactionScope

    /// Runs a statement in the transaction, as ``PGConnection/query(_:timeout:)`` does.
    ///
    /// A statement that fails fails the transaction: the server refuses what follows, and the commit becomes a rollback,
    /// also where the closure swallows the error. ``withSavepoint(_:)`` confines it.
    ///
    /// - Throws: ``PGError``, as on a connection; with ``PGError/Code/usage`` where the transaction is over, or a
    ///   savepoint of it is open.
    @discardableResult
    public func query(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> PGResult {
        try scope.enter()
        defer { scope.leave() }
        if SessionTraces.areWritten(in: query.sql) { scope.noteTraces() }
        do throws(PGError) {
            let result = try await connection.query(query, timeout: timeout)
            if SessionTraces.areLeft(by: result.commandTag, of: query.sql) { scope.noteTraces() }
            return result
        } catch {
            scope.noteFailure(error)
            throw error
        }
    }

    /// Runs `body` in a savepoint: kept when it returns, undone when it throws, after which the transaction goes on as if
    /// it had not been.
    ///
    /// Only the transaction that `body` is given may be used while it runs, and one savepoint at a time; it may have
    /// savepoints in turn. See [SAVEPOINT](https://www.postgresql.org/docs/current/sql-savepoint.html).
    ///
    /// - Throws: What `body` throws; ``PGError`` with ``PGError/Code/transaction`` where the savepoint was undone since
    ///   `body` swallowed the error of a statement; ``PGError/Code/usage`` where another one is open.
    @discardableResult
    nonisolated(nonsending) public func withSavepoint<R>(
        _ body: nonisolated(nonsending) (PGTransaction) async throws -> R
    ) async throws -> R {
        try await scope.suspend()
        let savepoint = Savepoint(connection: connection, scope: TransactionScope(in: scope))
        do {
            try await savepoint.open()
        } catch {
            _ = scope.resume()
            scope.noteFailure(error)
            throw error
        }
        let result: R
        do {
            result = try await body(PGTransaction(connection: connection, scope: savepoint.scope))
        } catch {
            await savepoint.undo()
            _ = scope.resume()
            throw error
        }
        do {
            try await savepoint.keep()
        } catch {
            _ = scope.resume()
            throw error
        }
        guard scope.resume() else {
            throw PGError(.usage, "The savepoint outlived its transaction, which was rolled back", retry: .pointless)
        }
        return result
    }
}
