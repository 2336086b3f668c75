extension Statement {
    /// The value of `$3`.
    static let value = """
        WITH \(session), \(touched)
        SELECT s.alive, v.value, v.version
        FROM session s LEFT JOIN mcp_session_values v
            ON v.session = $1 AND v.key = $3 AND s.alive AND (v.expires_at IS NULL OR v.expires_at > now())
        """

    /// Stores `$4`, of `$5` bytes with its key, under `$3`, whatever it has or, where `$6` is 0, where it has nothing;
    /// for `$7` microseconds or as long as the session; within `$8` keys and `$9` bytes.
    ///
    /// The row, if there is one, is judged as it is when it is locked, not as the snapshot shows it: of several that
    /// insert at once one inserts, and the others see its row. One that has expired is replaced.
    static let storeValue = storing(
        """
        INSERT INTO mcp_session_values AS v (session, key, value, version, first_version, bytes, expires_at)
            SELECT $1, $3, $4, n.version, n.version, $5::integer, now() + $7::bigint * interval '1 microsecond'
            FROM (
                SELECT greatest(s.removed_version, (SELECT max(version) FROM purged)) + 1 AS version
                FROM session s WHERE s.alive) n
            ON CONFLICT (session, key) DO UPDATE SET
                value = excluded.value, bytes = excluded.bytes, expires_at = excluded.expires_at,
                replaced_bytes = v.bytes,
                version = CASE WHEN v.expires_at <= now() THEN greatest(v.version + 1, excluded.version)
                    ELSE v.version + 1 END,
                first_version = CASE WHEN v.expires_at <= now() THEN greatest(v.version + 1, excluded.version)
                    ELSE v.first_version END
            WHERE $6::bigint IS NULL OR v.expires_at <= now()
        """)

    /// As ``storeValue``, where the key has the version `$6`, which is not 0.
    static let replaceValue = storing(
        """
        UPDATE mcp_session_values v SET
                value = $4, bytes = $5::integer, expires_at = now() + $7::bigint * interval '1 microsecond',
                replaced_bytes = v.bytes, version = v.version + 1
            WHERE (SELECT alive FROM session) AND v.session = $1 AND v.key = $3 AND v.version = $6::bigint
                AND (v.expires_at IS NULL OR v.expires_at > now())
        """)

    /// Around the write: the session is locked and rid of what has expired, and what changed is accounted for.
    ///
    /// `seen` is the key's version in the statement's snapshot, 0 where it has no value. It is there to name the
    /// version in a conflict. The snapshot is taken before the wait for the session's row, so it may show what was
    /// before: then it does not differ from the version that was expected, and the caller asks again.
    private static func storing(_ write: String) -> String {
        """
        WITH \(lockedSession), purged AS (
            DELETE FROM mcp_session_values
            WHERE (SELECT alive FROM session) AND session = $1 AND key <> $3 AND expires_at <= now()
            RETURNING version, bytes
        ), written AS (
            \(write)
            RETURNING v.version, v.version = v.first_version AS created, v.bytes, v.replaced_bytes, v.expires_at
        ), accounted AS (
            UPDATE mcp_sessions SET
                key_count = key_count + (SELECT count(*) FROM written WHERE replaced_bytes = 0)
                    - (SELECT count(*) FROM purged),
                byte_count = byte_count + (SELECT coalesce(sum(bytes - replaced_bytes), 0) FROM written)
                    - (SELECT coalesce(sum(bytes), 0) FROM purged),
                key_limit = $8::bigint, byte_limit = $9::bigint,
                removed_version = greatest(removed_version, (SELECT max(version) FROM purged)),
                last_activity = CASE WHEN last_activity + lifetime / 10 <= now() THEN now() ELSE last_activity END,
                sweep_at = least(sweep_at, (SELECT expires_at FROM written))
            WHERE session = $1 AND (SELECT alive FROM session)
        )
        SELECT s.alive, w.version, w.created, w.expires_at, coalesce((
            SELECT CASE WHEN expires_at <= now() THEN 0 ELSE version END
            FROM mcp_session_values WHERE session = $1 AND key = $3), 0) AS seen
        FROM session s LEFT JOIN written w ON true
        """
    }
}
