extension PGConnection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// It returns only when the server has confirmed the commit. Commit and rollback are not interrupted by the
    /// cancellation of the task. Nobody else may use the connection meanwhile. Statements that are still under way when
    /// `body` ends, in tasks that it did not wait for, belong to the transaction and are waited for.
    ///
    /// - Parameters:
    ///   - isolation: How much it sees of other transactions; nil is the database's default.
    ///   - access: Whether tables may be changed; nil is the database's default.
    ///   - deferrable: Whether a transaction that is serializable and read only waits at its first statement until it can
    ///     run without the risk of a serialization failure; nil is the database's default.
    ///   - retry: Whether `body` runs again, in a new transaction, when the server could not fit it in.
    ///   - body: What the transaction does.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` throws, or ``PGError``. ``PGError/transactionOutcome`` tells what became of the transaction:
    ///   it is ``PGTransactionOutcome/rolledBack`` but for a COMMIT whose outcome is not known, or which was not
    ///   replicated; those have ``PGError/Code/transaction``, as has a commit that became a rollback because `body`
    ///   swallowed the error of a statement.
    @discardableResult
    nonisolated(nonsending) public func withTransaction<R>(
        isolation: PGIsolation? = nil, access: PGAccessMode? = nil, deferrable: Bool? = nil,
        retry: PGTransactionRetry = .never, _ body: nonisolated(nonsending) (PGTransaction) async throws -> R
    ) async throws -> R {
        let modes = TransactionModes(isolation: isolation, access: access, deferrable: deferrable)
        return try await retry.run { scope in
            try await attemptTransaction(modes, scope, body)
        }
    }

    /// Runs `body` once.
    nonisolated(nonsending) func attemptTransaction<R>(
        _ modes: TransactionModes, _ scope: TransactionScope,
        _ body: nonisolated(nonsending) (PGTransaction) async throws -> R
    ) async throws -> R {
        try await begin(modes)
        let result: R
        do {
            result = try await body(PGTransaction(connection: self, scope: scope))
        } catch {
            let isOrderly = await scope.end()
            // Once the server has failed the transaction for it, whatever the body throws follows from it.
            let cause = transactionStatus == .failed ? scope.failure : nil
            await rollBack(isOrderly)
            let error = (error as? PGError)?.rolledBack() ?? error
            if (error as? PGError).map({ $0.isConflict && $0.transactionOutcome == .rolledBack })
                ?? (cause?.isConflict == true)
            {
                scope.noteWorthRepeating()
            }
            throw error
        }
        guard await scope.end() else {
            await rollBack(false)
            throw PGError(
                .usage, "A savepoint was still open when the transaction's closure returned", retry: .pointless
            ).rolledBack()
        }
        do throws(PGError) {
            try await commit(scope)
        } catch {
            if error.isConflict, error.transactionOutcome == .rolledBack { scope.noteWorthRepeating() }
            throw error
        }
        return result
    }

    private func begin(_ modes: TransactionModes) async throws(PGError) {
        guard transactionStatus == .idle else {
            throw PGError(.usage, "A transaction is open on this connection already", retry: .pointless)
        }
        do throws(PGError) {
            try await query(modes.begin)
        } catch {
            // Where nobody waited for the answer, the transaction may have been opened.
            if error.server == nil { await rollBack(true) }
            throw error.rolledBack()
        }
    }

    private func commit(_ scope: TransactionScope) async throws(PGError) {
        switch await uninterrupted("COMMIT") {
        case .success(let result): try check(result, scope)
        case .failure(let error) where error.transactionOutcome != nil:
            throw error
        case .failure(let error) where error.code == .server && error.server?.isFatal == false:
            // The server refused the commit and rolled back, unless it came to no commit, as where the statement could not
            // be bound.
            if transactionStatus != .idle { await rollBack(true) }
            throw error.rolledBack()
        case .failure(let error):
            close()
            var unknown = PGError(
                .transaction, "Whether the transaction was committed is not known: \(error.message)", retry: .unknown,
                address: error.address, server: error.server)
            unknown.transactionOutcome = .unknown
            throw unknown
        }
    }

    /// Accepts nothing but a commit.
    private func check(_ result: PGResult, _ scope: TransactionScope) throws(PGError) {
        guard result.commandTag == "COMMIT" else {
            throw PGError(
                .transaction,
                "The transaction was rolled back at COMMIT, since one of its statements had failed"
                    + (scope.failure.map { ": \($0.message)" } ?? ""),
                retry: .safe, server: scope.failure?.server
            ).rolledBack()
        }
        guard !result.notices.contains(where: { $0.sqlState == "25P01" }) else {
            var error = PGError(
                .usage, "The closure ended its transaction itself, by a statement of its own", retry: .unknown)
            error.transactionOutcome = .unknown
            throw error
        }
    }

    /// Rolls back by a statement where the connection is in order, and by closing it otherwise.
    private func rollBack(_ isOrderly: Bool) async {
        guard !isClosed else { return }
        guard isOrderly, case .success = await uninterrupted("ROLLBACK") else { return close() }
    }

    /// Runs a statement in a task of its own, so that the caller's cancellation does not reach it.
    func uninterrupted(_ query: PGQuery) async -> Result<PGResult, PGError> {
        await Task { () async -> Result<PGResult, PGError> in
            do throws(PGError) {
                return .success(try await self.query(query))
            } catch {
                return .failure(error)
            }
        }.value
    }
}

extension PGError {
    /// Whether transactions that ran at the same time were in each other's way: 40001 or 40P01.
    var isConflict: Bool {
        guard let sqlState else { return false }
        return sqlState == "40001" || sqlState == "40P01"
    }
}
