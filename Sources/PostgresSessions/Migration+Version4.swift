extension Migration {
    /// Streams on which sessions are told of changes. It only adds: programs of earlier versions go on working beside it.
    /// They take such a stream for one that has ended, which clients open anew.
    static let version4 = Migration(version: 4, compatibleFrom: 1, statements: [streamKind, changesIndex])

    // `ended_at` of a stream of changes, which has no final event, is when it was last read: it is kept from then on as
    // a response is from its end, and the sweeper has one rule for both.
    private static let streamKind = """
        ALTER TABLE mcp_session_streams ADD COLUMN kind text COLLATE "C" NOT NULL DEFAULT 'response'
        """

    // For the one question who is to be told of a change. Neither column ever changes, so that updates stay on their
    // page (HOT).
    private static let changesIndex = """
        CREATE INDEX mcp_session_streams_changes ON mcp_session_streams (session) WHERE kind = 'changes'
        """
}
