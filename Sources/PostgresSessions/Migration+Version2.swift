extension Migration {
    /// What sessions want to be told, the messages that instances leave for each other in a session, and the key that
    /// they share. It only adds: programs of version 1 go on working beside it.
    static let version2 = Migration(
        version: 2, compatibleFrom: 1, statements: [sessionSettings, messages, sharedKeys])

    private static let sessionSettings = """
        ALTER TABLE mcp_sessions
            ADD COLUMN log_level text COLLATE "C",
            ADD COLUMN subscriptions text[] COLLATE "C" NOT NULL DEFAULT '{}'
        """

    // A message whose time is over counts as none; it goes when the next one is left in its session, or with it.
    private static let messages = """
        CREATE TABLE mcp_session_messages (
            session bytea NOT NULL REFERENCES mcp_sessions ON DELETE CASCADE,
            address text COLLATE "C" NOT NULL,
            message bytea NOT NULL,
            expires_at timestamptz NOT NULL,
            PRIMARY KEY (session, address)
        )
        """

    private static let sharedKeys = """
        CREATE TABLE mcp_shared_keys (
            name text COLLATE "C" PRIMARY KEY,
            key bytea NOT NULL CHECK (octet_length(key) = 32)
        )
        """
}
