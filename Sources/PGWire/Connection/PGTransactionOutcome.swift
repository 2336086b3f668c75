/// What became of a transaction that did not return.
///
/// A transaction that returned was committed. One that throws anything but a ``PGError`` was rolled back: COMMIT is sent
/// for a body that returned, and for no other.
public enum PGTransactionOutcome: String, Sendable, Equatable {
    /// Nothing of it remains. It may be tried again as far as the database is concerned.
    case rolledBack
    /// COMMIT was sent and its answer never came: the transaction was committed or rolled back, and the server may have
    /// forgotten which. It is never tried again by itself.
    ///
    /// What decides later is a key that the transaction itself wrote, such as a request's identifier in a table with a
    /// unique index. `pg_xact_status` does not: after a crash a number can be given out a second time.
    case unknown
    /// The server has committed it and stopped waiting for the synchronous standby, because the wait was cancelled: it is
    /// lost where the standby takes over before it has received it.
    ///
    /// See [Synchronous Replication](https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION).
    case committedLocally
}

extension PGError {
    /// The error for a commit, of a transaction or of a single statement, that may not have reached the standby.
    init(unreplicated warning: PGServerError) {
        self.init(
            .transaction, "Committed on this server, but it may not have been replicated: \(warning.message)",
            retry: .unknown, server: warning)
        transactionOutcome = .committedLocally
    }

    /// The error, saying that the transaction it ended was rolled back; an outcome that is already known stays.
    func rolledBack() -> PGError {
        guard transactionOutcome == nil else { return self }
        var error = self
        error.transactionOutcome = .rolledBack
        // A statement that may have been carried out was carried out in the transaction.
        if error.retry == .unknown { error.retry = .safe }
        return error
    }
}
