/// The prepared statements of one connection: at most ``capacity`` of them, the longest unused making room.
struct StatementCache {
    /// A text together with the parameter types it was prepared for.
    struct Key: Hashable, Sendable {
        let sql: String
        let types: PGTypeList
    }

    /// What to do for a query.
    enum Plan {
        /// Bind this statement; its columns are not known while the query that prepares it is under way.
        ///
        /// Where that one fails, the server does not know the name, which is met as with any statement gone stale.
        case bind(PreparedStatement)
        /// Prepare it and keep it.
        case prepare(PreparedStatement)
        /// Prepare it as the unnamed statement.
        case unnamed
    }

    let capacity: Int
    private var statements: [Key: PreparedStatement] = [:]
    /// The one that was used last, and likely is next, without having to be looked up.
    private var recent: PreparedStatement?
    private var clock: UInt64 = 0
    /// Statements that the server still has and that nobody will use: they are closed with the next query.
    private(set) var abandoned: [String] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func plan(for key: Key) -> Plan {
        guard capacity > 0 else { return .unnamed }
        clock += 1
        if let statement = find(key) {
            statement.lastUse = clock
            return .bind(statement)
        }
        if statements.count >= capacity { evict() }
        guard statements.count < capacity else { return .unnamed }
        let statement = PreparedStatement(key: key, name: "pgwire_\(clock)", lastUse: clock)
        statements[key] = statement
        return .prepare(statement)
    }

    private mutating func find(_ key: Key) -> PreparedStatement? {
        if let recent, recent.key == key { return recent }
        guard let statement = statements[key] else { return nil }
        recent = statement
        return statement
    }

    private mutating func remove(_ key: Key) -> PreparedStatement? {
        guard let statement = statements.removeValue(forKey: key) else { return nil }
        if recent === statement { recent = nil }
        return statement
    }

    private mutating func evict() {
        // Linear, since it happens only where a program has more statements than the cache holds.
        let idle = statements.values.lazy.filter { $0.columns != nil }
        guard let oldest = idle.min(by: { $0.lastUse < $1.lastUse }) else { return }
        forget(oldest.key)
    }

    /// Takes the names to close.
    mutating func takeAbandoned() -> [String] {
        guard !abandoned.isEmpty else { return [] }
        defer { abandoned = [] }
        return abandoned
    }

    /// Statements that are still to be closed.
    mutating func abandon(_ names: [String]) {
        guard !names.isEmpty else { return }
        abandoned.append(contentsOf: names)
    }

    /// The server has prepared the statement, and described it where `columns` are given.
    mutating func didPrepare(_ statement: PreparedStatement, columns: [PGColumn]?) {
        guard isAwaited(statement) else { return }
        if let columns {
            statement.columns = columns
        } else {
            // Prepared, and then the query failed before it was described.
            forget(statement.key)
        }
    }

    /// The server refused the statement: a failure is never kept.
    mutating func didFailToPrepare(_ statement: PreparedStatement) {
        if isAwaited(statement) { _ = remove(statement.key) }
    }

    /// Whether the statement is here and its preparation was under way until now.
    private func isAwaited(_ statement: PreparedStatement) -> Bool {
        statements[statement.key] === statement && statement.columns == nil
    }

    /// The server's statement is gone or of no use any more.
    mutating func forget(_ key: Key) {
        guard let statement = remove(key) else { return }
        abandoned.append(statement.name)
    }

    /// The server has none of them any more, as after DISCARD ALL.
    ///
    /// What is being prepared behind that is given up too: the server has it, and it is closed.
    mutating func forgetAll() {
        for statement in statements.values where statement.columns == nil { abandoned.append(statement.name) }
        (statements, recent) = ([:], nil)
    }
}

extension PGQuery {
    /// What its statement is found by.
    var statementKey: StatementCache.Key { StatementCache.Key(sql: sql, types: parameters.types) }
}
