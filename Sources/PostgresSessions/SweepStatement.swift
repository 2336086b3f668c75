extension Statement {
    /// Looks at no more than `$2` sessions whose time has come, fewer where they hold more than `$3` values together,
    /// unless another instance (who holds the lock `$1`) is doing so or someone is using them.
    ///
    /// An expired session goes, and with it what belongs to it. One that was used since is rid of expired values and
    /// of streams that ended `$4` microseconds ago, and its next time is set. What was added after the statement's
    /// snapshot may be missing from that; it goes at the session's next time. The cost depends on what has come due,
    /// not on what is kept: a session that is used comes due once in its lifetime.
    static let sweep = """
        WITH leader AS MATERIALIZED (
            SELECT pg_try_advisory_xact_lock($1::bigint) AS held
        ), candidates AS (
            SELECT c.session, sum(c.key_count) OVER (ORDER BY c.sweep_at, c.session) - c.key_count AS keys_before
            FROM (
                SELECT session, sweep_at, key_count FROM mcp_sessions
                WHERE (SELECT held FROM leader) AND sweep_at <= now()
                ORDER BY sweep_at LIMIT $2::bigint) c
        ), due AS MATERIALIZED (
            SELECT s.session, s.last_activity + s.lifetime <= now() AS expired
            FROM mcp_sessions s JOIN candidates c ON c.session = s.session
            WHERE c.keys_before < $3::bigint AND s.sweep_at <= now()
            FOR UPDATE OF s SKIP LOCKED
        ), removed AS (
            DELETE FROM mcp_sessions s USING due d WHERE s.session = d.session AND d.expired
            RETURNING s.session
        ), purged AS (
            DELETE FROM mcp_session_values v USING due d
            WHERE v.session = d.session AND NOT d.expired AND v.expires_at <= now()
            RETURNING v.session, v.bytes, v.version
        ), ended AS (
            DELETE FROM mcp_session_streams t USING due d
            WHERE t.session = d.session AND NOT d.expired
                AND t.ended_at <= now() - $4::bigint * interval '1 microsecond'
        ), rescheduled AS (
            UPDATE mcp_sessions s SET
                key_count = s.key_count - coalesce(p.keys, 0), byte_count = s.byte_count - coalesce(p.bytes, 0),
                removed_version = greatest(s.removed_version, p.version),
                sweep_at = least(
                    s.last_activity + s.lifetime,
                    (SELECT min(v.expires_at) FROM mcp_session_values v
                        WHERE v.session = s.session AND v.expires_at > now()),
                    (SELECT min(t.ended_at) + $4::bigint * interval '1 microsecond' FROM mcp_session_streams t
                        WHERE t.session = s.session AND t.ended_at > now() - $4::bigint * interval '1 microsecond'))
            FROM due d LEFT JOIN (
                SELECT session, count(*) AS keys, sum(bytes) AS bytes, max(version) AS version
                FROM purged GROUP BY session) p ON p.session = d.session
            WHERE s.session = d.session AND NOT d.expired
        )
        SELECT (SELECT count(*) FROM removed) AS removed, (SELECT count(*) FROM due) AS due
        """
}
