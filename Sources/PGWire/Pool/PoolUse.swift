/// What a connection was used for, as far as it matters to whoever has it next.
enum PoolUse: Sendable {
    /// The session is as it was.
    case clean
    /// Something may have been left in the session.
    case traces
    /// The server is not, or no longer, one that takes changes.
    case stoodDown

    init(of query: PGQuery, _ result: PGResult) {
        let hasTraces =
            SessionTraces.areLeft(by: result.commandTag, of: query.sql) || SessionTraces.areWritten(in: query.sql)
        self = hasTraces ? .traces : .clean
    }

    init(of query: PGQuery, failedWith error: PGError, _ connection: PGConnection) {
        if Self.hasStoodDown(error, connection) {
            self = .stoodDown
        } else if error.server == nil {
            // The server may have carried it out.
            self = SessionTraces.mayBeLeft(by: query.sql) ? .traces : .clean
        } else {
            self = SessionTraces.areWritten(in: query.sql) ? .traces : .clean
        }
    }

    /// Whether the server refused a change because it takes none (25006), though nobody asked it to.
    ///
    /// See [Hot Standby](https://www.postgresql.org/docs/current/hot-standby.html).
    static func hasStoodDown(_ error: any Error, _ connection: PGConnection) -> Bool {
        guard let error = error as? PGError, error.sqlState == "25006" else { return false }
        return connection.parameter("default_transaction_read_only") != "on"
    }
}
