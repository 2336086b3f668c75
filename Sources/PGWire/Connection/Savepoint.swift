/// The statements around the closure of a savepoint.
struct Savepoint: Sendable {
    let connection: PGConnection
    let scope: TransactionScope

    private var name: String { "pgwire_\(scope.depth)" }

    func open() async throws(PGError) {
        do throws(PGError) {
            try await connection.query(PGQuery(unsafeSQL: "SAVEPOINT \(name)"))
        } catch {
            // Where nobody waited for the answer, the savepoint may have been made.
            if error.server == nil { await undo() }
            throw error
        }
    }

    /// Keeps what was done since, unless a statement of it has failed.
    func keep() async throws(PGError) {
        guard await scope.end() else {
            connection.close()
            throw PGError(.usage, "A savepoint was still open when the closure around it returned", retry: .pointless)
        }
        if connection.transactionStatus != .failed {
            switch await connection.uninterrupted(PGQuery(unsafeSQL: "RELEASE SAVEPOINT \(name)")) {
            case .success: return
            case .failure(let error) where error.server?.sqlState == "25P02": break
            case .failure(let error):
                if error.server == nil { connection.close() }
                throw error
            }
        }
        await rollBack()
        throw PGError(
            .transaction,
            "The savepoint was undone, since one of its statements had failed"
                + (scope.failure.map { ": \($0.message)" } ?? ""),
            retry: .safe, server: scope.failure?.server)
    }

    /// Undoes what was done since.
    func undo() async {
        guard await scope.end() else { return connection.close() }
        await rollBack()
    }

    private func rollBack() async {
        // The savepoint survives its rollback, and many of them would slow down the server.
        for command in ["ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT"] {
            guard !connection.isClosed else { return }
            let outcome = await connection.uninterrupted(PGQuery(unsafeSQL: "\(command) \(name)"))
            guard case .failure(let error) = outcome else { continue }
            // What the server refuses leaves a transaction that failed, or none: neither can be committed. Otherwise
            // nothing is known of it.
            if error.server == nil { connection.close() }
            return
        }
    }
}
