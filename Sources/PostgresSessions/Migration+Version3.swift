extension Migration {
    /// What sessions are called, how many a principal has, and which instance a stream comes from. It only adds: programs
    /// of earlier versions go on working beside it, though they do not heed the number, and their streams have no owner.
    static let version3 = Migration(
        version: 3, compatibleFrom: 1, statements: [sessionLabel, principalIndex, streamOwner])

    private static let sessionLabel = "ALTER TABLE mcp_sessions ADD COLUMN label text"

    // For the one question that is asked about a principal, when one of its sessions is opened. Anonymous has no limit
    // and no entries. Neither column ever changes, so that updates stay on their page (HOT).
    private static let principalIndex = """
        CREATE INDEX mcp_sessions_principal ON mcp_sessions (principal) WHERE principal <> ''
        """

    // `owner` is the number of the instance that writes the stream and holds the lock of that number; `last_words` is
    // the payload with which another instance ends it when that lock is free.
    private static let streamOwner = """
        ALTER TABLE mcp_session_streams ADD COLUMN owner integer, ADD COLUMN last_words bytea
        """
}
