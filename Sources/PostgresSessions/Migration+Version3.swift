extension Migration {
    /// What sessions are called, and how many a principal has. It only adds: programs of earlier versions go on working
    /// beside it, though they do not heed the number.
    static let version3 = Migration(version: 3, compatibleFrom: 1, statements: [sessionLabel, principalIndex])

    private static let sessionLabel = "ALTER TABLE mcp_sessions ADD COLUMN label text"

    // For the one question that is asked about a principal, when one of its sessions is opened. Anonymous has no limit
    // and no entries. Neither column ever changes, so that updates stay on their page (HOT).
    private static let principalIndex = """
        CREATE INDEX mcp_sessions_principal ON mcp_sessions (principal) WHERE principal <> ''
        """
}
