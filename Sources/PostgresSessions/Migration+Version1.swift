extension Migration {
    /// The first version.
    ///
    /// Every key begins with the session, and every reference between the tables carries it: the tables can be
    /// partitioned or spread over servers by it, and what belongs to a session goes with it.
    static let version1 = Migration(
        version: 1, compatibleFrom: 1,
        statements: [sessions, sessionSweepIndex, values, valueExpiryIndex, streams, events])

    // `last_activity` moves with use, so no index holds it and the update stays on its page (HOT), for which the
    // fillfactor leaves room. What the sweeper needs is `sweep_at`: when it has to look at the session next, at the
    // latest when the session would expire if it were not used again. The sweeper moves it on where the session was
    // used, once in a lifetime, instead of every use moving it. A value or an ended stream that goes earlier pulls it
    // forward, so that this index alone finds all that expires.
    //
    // `key_count` and `byte_count` count the rows in mcp_session_values, with the expired ones that are still there;
    // the limits are those of the last writer. As constraints they hold whatever the statement could not foresee.
    //
    // `removed_version` is the highest version of any key that lost its value: new keys start above it.
    private static let sessions = """
        CREATE TABLE mcp_sessions (
            session bytea PRIMARY KEY CHECK (octet_length(session) = 32),
            principal text COLLATE "C" NOT NULL,
            era text COLLATE "C" NOT NULL,
            protocol_version text COLLATE "C" NOT NULL,
            client_info text,
            client_capabilities text,
            created_at timestamptz NOT NULL,
            last_activity timestamptz NOT NULL,
            lifetime interval NOT NULL,
            sweep_at timestamptz NOT NULL,
            key_count bigint NOT NULL DEFAULT 0,
            byte_count bigint NOT NULL DEFAULT 0,
            key_limit bigint,
            byte_limit bigint,
            removed_version bigint NOT NULL DEFAULT 0,
            CONSTRAINT mcp_sessions_key_quota CHECK (key_count <= key_limit),
            CONSTRAINT mcp_sessions_byte_quota CHECK (byte_count <= byte_limit)
        ) WITH (fillfactor = 80)
        """

    private static let sessionSweepIndex = "CREATE INDEX mcp_sessions_sweep ON mcp_sessions (sweep_at)"

    // The value is text: jsonb would refuse \\u0000 and change numbers and the order of keys, json would be parsed once
    // more for nothing.
    // `replaced_bytes` is what the last write replaced, 0 where it inserted: before version 18 of the server,
    // RETURNING cannot see the old row, and a statement's snapshot may be older than it. `first_version` is the
    // version that the key had when it last came into being.
    private static let values = """
        CREATE TABLE mcp_session_values (
            session bytea NOT NULL REFERENCES mcp_sessions ON DELETE CASCADE,
            key text COLLATE "C" NOT NULL,
            value text NOT NULL,
            version bigint NOT NULL,
            first_version bigint NOT NULL,
            bytes integer NOT NULL CHECK (bytes > 0),
            replaced_bytes integer NOT NULL DEFAULT 0,
            expires_at timestamptz,
            PRIMARY KEY (session, key)
        ) WITH (fillfactor = 90)
        """

    private static let valueExpiryIndex = """
        CREATE INDEX mcp_session_values_expiry ON mcp_session_values (session, expires_at) WHERE expires_at IS NOT NULL
        """

    // Events up to `forgotten` are no longer kept.
    private static let streams = """
        CREATE TABLE mcp_session_streams (
            session bytea NOT NULL REFERENCES mcp_sessions ON DELETE CASCADE,
            stream text COLLATE "C" NOT NULL,
            opened_at timestamptz NOT NULL,
            ended_at timestamptz,
            last_sequence bigint NOT NULL DEFAULT 0,
            forgotten bigint NOT NULL DEFAULT 0,
            byte_count bigint NOT NULL DEFAULT 0,
            PRIMARY KEY (session, stream)
        ) WITH (fillfactor = 80)
        """

    // No payload makes a priming event.
    private static let events = """
        CREATE TABLE mcp_session_events (
            session bytea NOT NULL,
            stream text COLLATE "C" NOT NULL,
            sequence bigint NOT NULL,
            payload bytea,
            final boolean NOT NULL,
            created_at timestamptz NOT NULL,
            PRIMARY KEY (session, stream, sequence),
            FOREIGN KEY (session, stream) REFERENCES mcp_session_streams ON DELETE CASCADE
        )
        """
}
