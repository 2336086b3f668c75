/// How much a transaction sees of those that run at the same time.
///
/// See [Transaction Isolation](https://www.postgresql.org/docs/current/transaction-iso.html).
public enum PGIsolation: String, Sendable, Hashable {
    /// Each statement sees what was committed before it began.
    case readCommitted = "READ COMMITTED"
    /// All statements see what was committed before the first one began; a conflicting change fails with 40001.
    case repeatableRead = "REPEATABLE READ"
    /// As if the transactions ran one after the other; one that cannot be fitted in fails with 40001.
    case serializable = "SERIALIZABLE"
}

/// A transaction that is open for as long as the closure that was given it runs.
public struct PGTransaction: Sendable {
    private let connection: PGConnection

    fileprivate init(connection: PGConnection) {
        self.connection = connection
    }

    /// Runs a statement in the transaction, as ``PGConnection/query(_:timeout:)`` does.
    @discardableResult
    public func query(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> PGResult {
        try await connection.query(query, timeout: timeout)
    }
}

extension PGConnection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// It returns only when the server has confirmed the commit. Commit and rollback are not interrupted by the
    /// cancellation of the task. Nobody else may use the connection meanwhile.
    ///
    /// - Parameter isolation: nil is the database's default.
    /// - Throws: What `body` throws; ``PGError`` with ``PGError/Code/transaction`` where the commit became a rollback
    ///   (``PGError/RetrySafety/safe``) or its outcome is not known (``PGError/RetrySafety/unknown``).
    nonisolated(nonsending) public func withTransaction<R>(
        isolation: PGIsolation? = nil, _ body: nonisolated(nonsending) (PGTransaction) async throws -> R
    ) async throws -> R {
        guard transactionStatus == .idle else {
            throw PGError(.usage, "A transaction is open on this connection already", retry: .pointless)
        }
        do {
            try await query(PGQuery(unsafeSQL: isolation.map { "BEGIN ISOLATION LEVEL \($0.rawValue)" } ?? "BEGIN"))
        } catch {
            // Where nobody waited for the answer, the transaction may have been opened.
            if error.server == nil { await rollBack() }
            throw error
        }
        let result: R
        do {
            result = try await body(PGTransaction(connection: self))
        } catch {
            await rollBack()
            throw error
        }
        try await commit()
        return result
    }

    private func commit() async throws(PGError) {
        let outcome = await uninterrupted("COMMIT")
        switch outcome {
        case .success(let result) where result.commandTag == "COMMIT":
            return
        case .success:
            throw PGError(
                .transaction, "The transaction was rolled back at COMMIT, since one of its statements had failed",
                retry: .safe)
        case .failure(let error) where error.server?.isFatal == false:
            // The server refused the commit and rolled back; after that there is no transaction left to end.
            throw error
        case .failure(let error):
            close()
            throw PGError(
                .transaction, "Whether the transaction was committed is not known: \(error.message)", retry: .unknown,
                address: error.address, server: error.server)
        }
    }

    private func rollBack() async {
        guard !isClosed else { return }
        if case .failure = await uninterrupted("ROLLBACK") { close() }
    }

    /// Runs a statement in a task of its own, so that the caller's cancellation does not reach it.
    private func uninterrupted(_ query: PGQuery) async -> Result<PGResult, PGError> {
        await Task { () async -> Result<PGResult, PGError> in
            do throws(PGError) {
                return .success(try await self.query(query))
            } catch {
                return .failure(error)
            }
        }.value
    }
}
