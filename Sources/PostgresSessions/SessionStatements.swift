/// The statements of ``PostgresSessionStore``: one for each call.
///
/// In all of them `$1` is the digest of the session's handle and `$2` its principal; whether the session is alive is
/// looked up in the same statement, whose rows are none where there is no such session of this principal, and begin
/// with a boolean, whether it is alive.
///
/// Who changes a session's values locks the session's row first: writers of one session queue there, and its counts
/// are exact. Everything else takes that row only where nobody holds it (SKIP LOCKED), so that reads never wait and no
/// two statements wait for each other. The times are the server's, one clock for all instances.
enum Statement {
    /// The session, where it is alive and its last activity is a tenth of its lifetime ago.
    static let touched = """
        touched AS (
            UPDATE mcp_sessions SET last_activity = now()
            WHERE session = $1 AND session = (
                SELECT session FROM mcp_sessions
                WHERE session = $1 AND principal = $2
                    AND last_activity + lifetime > now() AND last_activity + lifetime / 10 <= now()
                FOR NO KEY UPDATE SKIP LOCKED)
            RETURNING last_activity)
        """

    /// Whether the session is alive.
    static let session = """
        session AS (
            SELECT last_activity + lifetime > now() AS alive FROM mcp_sessions WHERE session = $1 AND principal = $2)
        """

    /// Whether the session is alive, and the right to change its values until the transaction ends.
    static let lockedSession = """
        session AS (
            SELECT last_activity + lifetime > now() AS alive, removed_version
            FROM mcp_sessions WHERE session = $1 AND principal = $2
            FOR NO KEY UPDATE)
        """

    /// The columns of a session, `s`, that may have been `touched`.
    static let recordColumns = """
        s.last_activity + s.lifetime > now() AS alive, s.era, s.protocol_version, s.client_info,
            s.client_capabilities, s.created_at, coalesce(t.last_activity, s.last_activity) AS last_activity,
            coalesce(t.last_activity, s.last_activity) + s.lifetime AS expires_at,
            s.log_level, s.subscriptions, s.label
        """

    /// Opens the session where its principal, if it has a name, has fewer than `$9`: `$3` era, `$4` protocol version,
    /// `$5` client info, `$6` capabilities, `$7` lifetime in microseconds, `$8` label.
    ///
    /// It runs under ``lockPrincipal``, so that sessions opened at once are counted one after the other.
    static let open = """
        WITH held AS (
            SELECT count(*) < $9::bigint AS fits FROM (
                SELECT FROM mcp_sessions
                WHERE principal = $2 AND principal <> '' AND last_activity + lifetime > now() LIMIT $9::bigint) s
        ), opened AS (
            INSERT INTO mcp_sessions (
                session, principal, era, protocol_version, client_info, client_capabilities,
                created_at, last_activity, lifetime, sweep_at, label)
            SELECT $1, $2, $3, $4, $5, $6, now(), now(), l.lifetime, now() + l.lifetime, $8
            FROM (SELECT $7::bigint * interval '1 microsecond' AS lifetime) l
            WHERE (SELECT fits FROM held)
            ON CONFLICT (session) DO NOTHING
            RETURNING created_at, last_activity, last_activity + lifetime AS expires_at)
        SELECT h.fits, o.created_at, o.last_activity, o.expires_at FROM held h LEFT JOIN opened o ON true
        """

    /// The right to open sessions of one named principal until the transaction ends.
    static let lockPrincipal = "SELECT pg_advisory_xact_lock($1::integer, $2::integer)"

    /// The session.
    static let read = """
        WITH \(touched)
        SELECT \(recordColumns)
        FROM mcp_sessions s LEFT JOIN touched t ON true
        WHERE s.session = $1 AND s.principal = $2
        """

    /// The session with the number and size of its values: those counted without those that have expired since.
    static let summary = """
        WITH \(touched)
        SELECT \(recordColumns), s.key_count - e.keys AS keys, s.byte_count - e.bytes AS bytes
        FROM mcp_sessions s LEFT JOIN touched t ON true CROSS JOIN (
            SELECT count(*) AS keys, coalesce(sum(bytes), 0) AS bytes
            FROM mcp_session_values WHERE session = $1 AND expires_at <= now()) e
        WHERE s.session = $1 AND s.principal = $2
        """

    /// How many values the session had; the references remove what belonged to it, also what a writer adds while this
    /// statement waits for it.
    static let close = """
        WITH \(session), closed AS (
            DELETE FROM mcp_sessions
            WHERE session = $1 AND principal = $2 AND last_activity + lifetime > now()
            RETURNING key_count)
        SELECT s.alive, c.key_count - (
            SELECT count(*) FROM mcp_session_values WHERE session = $1 AND expires_at <= now()) AS keys
        FROM session s LEFT JOIN closed c ON true
        """

    /// Removes the values and says how many there were.
    static let clear = """
        WITH \(lockedSession), removed AS (
            DELETE FROM mcp_session_values WHERE session = $1 AND (SELECT alive FROM session)
            RETURNING version, bytes, expires_at IS NULL OR expires_at > now() AS counts
        ), \(accountedRemoval)
        SELECT s.alive, (SELECT count(*) FROM removed WHERE counts) AS keys FROM session s
        """
}
