/// A statement that a connection's server has prepared, or is about to.
final class PreparedStatement: @unchecked Sendable {
    // @unchecked Sendable: what changes is read and written by its cache's owner alone, a session's line under its lock.

    let key: StatementCache.Key
    let name: String
    /// What binds it to the unnamed portal.
    let bindHead: BindHead
    /// Nil until the server has prepared and described it.
    @safe @exclusivity(unchecked) var columns: [PGColumn]?
    @safe @exclusivity(unchecked) var lastUse: UInt64

    init(key: StatementCache.Key, name: String, lastUse: UInt64) {
        self.key = key
        self.name = name
        self.lastUse = lastUse
        bindHead = BindHead(statement: name)
    }
}
