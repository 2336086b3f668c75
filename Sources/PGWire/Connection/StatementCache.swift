/// The prepared statements of one connection: at most ``capacity`` of them, the longest unused making room.
struct StatementCache {
    /// A text together with the parameter types it was prepared for.
    struct Key: Hashable, Sendable {
        let sql: String
        let types: [PGType]
    }

    /// What to do for a query.
    enum Plan: Sendable {
        /// Bind this statement; its columns are not known while the query that prepares it is under way.
        ///
        /// Where that one fails, the server does not know the name, which is met as with any statement gone stale.
        case bind(name: String, columns: [PGColumn]?)
        /// Prepare it under this name and keep it.
        case prepare(name: String)
        /// Prepare it as the unnamed statement.
        case unnamed
    }

    private final class Entry {
        let key: Key
        let name: String
        /// Nil until the server has prepared and described it.
        var columns: [PGColumn]?
        var lastUse: UInt64

        init(key: Key, name: String, lastUse: UInt64) {
            self.key = key
            self.name = name
            self.lastUse = lastUse
        }
    }

    let capacity: Int
    private var entries: [Key: Entry] = [:]
    /// The one that was used last, and likely is next, without having to be looked up.
    private var recent: Entry?
    private var clock: UInt64 = 0
    /// Statements that the server still has and that nobody will use: they are closed with the next query.
    private(set) var abandoned: [String] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func plan(for key: Key) -> Plan {
        guard capacity > 0 else { return .unnamed }
        clock += 1
        if let entry = find(key) {
            entry.lastUse = clock
            return .bind(name: entry.name, columns: entry.columns)
        }
        if entries.count >= capacity { evict() }
        guard entries.count < capacity else { return .unnamed }
        let name = "pgwire_\(clock)"
        entries[key] = Entry(key: key, name: name, lastUse: clock)
        return .prepare(name: name)
    }

    private mutating func find(_ key: Key) -> Entry? {
        if let recent, recent.key == key { return recent }
        guard let entry = entries[key] else { return nil }
        recent = entry
        return entry
    }

    private mutating func remove(_ key: Key) -> Entry? {
        if recent?.key == key { recent = nil }
        return entries.removeValue(forKey: key)
    }

    private mutating func evict() {
        // Linear, since it happens only where a program has more statements than the cache holds.
        let idle = entries.filter { $0.value.columns != nil }
        guard let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
        _ = remove(oldest.key)
        abandoned.append(oldest.value.name)
    }

    /// Takes the names to close.
    mutating func takeAbandoned() -> [String] {
        defer { abandoned.removeAll() }
        return abandoned
    }

    /// Statements that are still to be closed.
    mutating func abandon(_ names: [String]) {
        abandoned.append(contentsOf: names)
    }

    /// The server has prepared the statement, and described it where `columns` are given.
    mutating func didPrepare(_ key: Key, columns: [PGColumn]?) {
        guard let entry = entries[key], entry.columns == nil else { return }
        if let columns {
            entry.columns = columns
        } else {
            // Prepared, and then the query failed before it was described.
            _ = remove(key)
            abandoned.append(entry.name)
        }
    }

    /// The server refused the statement: a failure is never kept.
    mutating func didFailToPrepare(_ key: Key) {
        guard let entry = entries[key], entry.columns == nil else { return }
        _ = remove(key)
    }

    /// The server's statement is gone or of no use any more.
    mutating func forget(_ key: Key) {
        guard let entry = remove(key) else { return }
        abandoned.append(entry.name)
    }

    /// The server has none of them any more, as after DISCARD ALL.
    ///
    /// What is being prepared behind that is given up too: the server has it, and it is closed.
    mutating func forgetAll() {
        for entry in entries.values where entry.columns == nil { abandoned.append(entry.name) }
        entries = [:]
        recent = nil
    }
}
