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

    private struct Entry {
        let key: Key
        let name: String
        /// Nil until the server has prepared and described it.
        var columns: [PGColumn]?
        var lastUse: UInt64
    }

    let capacity: Int
    /// The statements, nil where one was removed.
    private var entries: [Entry?] = []
    /// Where each statement stands in `entries`, and where there is room.
    private var positions: [Key: Int] = [:]
    private var free: [Int] = []
    /// The one that was used last, and likely is next, without having to be looked up.
    private var recent: Int?
    private var clock: UInt64 = 0
    /// Statements that the server still has and that nobody will use: they are closed with the next query.
    private(set) var abandoned: [String] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func plan(for key: Key) -> Plan {
        guard capacity > 0 else { return .unnamed }
        clock += 1
        if let position = find(key), let name = entries[position]?.name {
            entries[position]?.lastUse = clock
            return .bind(name: name, columns: entries[position]?.columns)
        }
        if positions.count >= capacity { evict() }
        guard positions.count < capacity else { return .unnamed }
        let name = "pgwire_\(clock)"
        insert(Entry(key: key, name: name, lastUse: clock))
        return .prepare(name: name)
    }

    private mutating func find(_ key: Key) -> Int? {
        if let recent, entries[recent]?.key == key { return recent }
        guard let position = positions[key] else { return nil }
        recent = position
        return position
    }

    private mutating func insert(_ entry: Entry) {
        if let position = free.popLast() {
            entries[position] = entry
            positions[entry.key] = position
        } else {
            positions[entry.key] = entries.count
            entries.append(entry)
        }
    }

    private mutating func remove(_ key: Key) -> Entry? {
        guard let position = positions.removeValue(forKey: key) else { return nil }
        if recent == position { recent = nil }
        free.append(position)
        return entries[position].take()
    }

    private mutating func evict() {
        // Linear, since it happens only where a program has more statements than the cache holds.
        let idle = entries.lazy.compactMap { $0 }.filter { $0.columns != nil }
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
        abandoned.append(contentsOf: names)
    }

    /// The server has prepared the statement, and described it where `columns` are given.
    mutating func didPrepare(_ key: Key, columns: [PGColumn]?) {
        guard let position = positions[key], entries[position]?.columns == nil else { return }
        if let columns {
            entries[position]?.columns = columns
        } else {
            // Prepared, and then the query failed before it was described.
            forget(key)
        }
    }

    /// The server refused the statement: a failure is never kept.
    mutating func didFailToPrepare(_ key: Key) {
        guard let position = positions[key], entries[position]?.columns == nil else { return }
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
        for case let entry? in entries where entry.columns == nil { abandoned.append(entry.name) }
        (entries, positions, free, recent) = ([], [:], [], nil)
    }
}
