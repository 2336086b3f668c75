/// How much a transaction sees of those that run at the same time.
///
/// See [Transaction Isolation](https://www.postgresql.org/docs/current/transaction-iso.html).
public enum PGIsolation: String, Sendable, Hashable, CaseIterable {
    /// PostgreSQL treats it as ``readCommitted``: nothing uncommitted is ever seen.
    case readUncommitted = "READ UNCOMMITTED"
    /// Each statement sees what was committed before it began.
    case readCommitted = "READ COMMITTED"
    /// All statements see what was committed before the first one began; a conflicting change fails with 40001.
    case repeatableRead = "REPEATABLE READ"
    /// As if the transactions ran one after the other; one that cannot be fitted in fails with 40001.
    case serializable = "SERIALIZABLE"
}

/// Whether a transaction may change tables.
///
/// See [SET TRANSACTION](https://www.postgresql.org/docs/current/sql-set-transaction.html).
public enum PGAccessMode: String, Sendable, Hashable, CaseIterable {
    /// Changes are allowed.
    case readWrite = "READ WRITE"
    /// A change of any table but a temporary one fails with 25006.
    case readOnly = "READ ONLY"
}

/// What BEGIN says of a transaction; what it leaves out is the database's default.
struct TransactionModes: Sendable, Hashable {
    var isolation: PGIsolation?
    var access: PGAccessMode?
    var deferrable: Bool?

    /// The statement that opens the transaction.
    ///
    /// See [BEGIN](https://www.postgresql.org/docs/current/sql-begin.html).
    var begin: PGQuery {
        var modes: [String] = []
        if let isolation { modes.append("ISOLATION LEVEL \(isolation.rawValue)") }
        if let access { modes.append(access.rawValue) }
        if let deferrable { modes.append(deferrable ? "DEFERRABLE" : "NOT DEFERRABLE") }
        return PGQuery(unsafeSQL: modes.isEmpty ? "BEGIN" : "BEGIN \(modes.joined(separator: ", "))")
    }
}
