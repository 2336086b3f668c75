/// The tables that sessions live in.
///
/// They are found by the connection's `search_path`, so that a schema of one's own is a matter of the connection URL.
public enum Schema {
    /// The version of the tables that this code works with.
    public static let currentVersion = 4

    /// Every table that setup creates and teardown drops, dependants first.
    public static let tables = [
        "mcp_session_events", "mcp_session_streams", "mcp_session_values", "mcp_session_messages", "mcp_sessions",
        "mcp_shared_keys", versionTable,
    ]

    /// Where the version of the tables is recorded.
    static let versionTable = "mcp_schema_version"

    /// Held by whoever changes the tables, until its transaction ends: of many instances that start at once, one
    /// creates the tables and the others find them.
    static let changeLock: Int64 = 0x6D63_705F_7363_686D  // "mcp_schm"

    /// The class of the locks, one for each principal, under which sessions of a named principal are opened.
    static let principalLocks: Int32 = 0x6D63_705F  // "mcp_"

    /// The class of the locks, one for each instance, that the instances hold as long as they live.
    static let instanceLocks: Int32 = 0x6D63_7069  // "mcpi"

    /// Held by the instance that sweeps.
    static let sweepLock: Int64 = 0x6D63_705F_7377_6565  // "mcp_swee"

    /// The steps that lead from an empty database to ``currentVersion``, in order.
    static let migrations = [Migration.version1, .version2, .version3, .version4]
}
