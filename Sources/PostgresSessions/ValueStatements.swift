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
            FROM \(newVersion)
            ON CONFLICT (session, key) DO UPDATE SET
                value = excluded.value, bytes = excluded.bytes, expires_at = excluded.expires_at,
                replaced_bytes = v.bytes, \(nextVersion)
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

    /// Adds `$4` to the integer under `$3`, or stores it where there is none; within `$5` keys and `$6` bytes.
    ///
    /// Whether the value is an integer and the sum fits is judged on the row as it is when it is locked. `seen` is the
    /// beginning of the value in the statement's snapshot, for the reason where nothing was written.
    static let incrementValue = """
        \(writing(
            """
            INSERT INTO mcp_session_values AS v (session, key, value, version, first_version, bytes)
                SELECT $1, $3, a.amount, n.version, n.version, octet_length($3) + octet_length(a.amount)
                FROM \(newVersion), (SELECT $4::bigint::text AS amount) a
                ON CONFLICT (session, key) DO UPDATE SET
                    value = \(sum), bytes = octet_length(v.key) + octet_length(\(sum)), replaced_bytes = v.bytes,
                    expires_at = CASE WHEN v.expires_at > now() THEN v.expires_at END, \(nextVersion)
                WHERE v.expires_at <= now() OR CASE
                    WHEN v.value ~ '^-?[0-9]{1,19}$' THEN v.value::numeric BETWEEN \(integers)
                        AND v.value::numeric + $4::bigint BETWEEN \(integers)
                    ELSE false END
            """, keyLimit: "$5::bigint", byteLimit: "$6::bigint"))
        SELECT s.alive, w.version, w.value, (
            SELECT left(value, 21) FROM mcp_session_values
            WHERE session = $1 AND key = $3 AND (expires_at IS NULL OR expires_at > now())) AS seen
        FROM session s LEFT JOIN written w ON true
        """

    private static let sum = """
        CASE WHEN v.expires_at <= now() THEN excluded.value ELSE (v.value::numeric + $4::bigint)::text END
        """
    private static let integers = "-9223372036854775808 AND 9223372036854775807"

    /// Removes the value of `$3`, which has the version `$4` unless that is null. `seen` is as in ``storeValue``.
    static let deleteValue = """
        WITH \(lockedSession), purged AS (
            DELETE FROM mcp_session_values
            WHERE (SELECT alive FROM session) AND session = $1 AND expires_at <= now()
            RETURNING version, bytes
        ), deleted AS (
            DELETE FROM mcp_session_values
            WHERE (SELECT alive FROM session) AND session = $1 AND key = $3
                AND (expires_at IS NULL OR expires_at > now()) AND ($4::bigint IS NULL OR version = $4::bigint)
            RETURNING version, bytes
        ), removed AS (
            SELECT * FROM purged UNION ALL SELECT * FROM deleted
        ), \(accountedRemoval)
        SELECT s.alive, EXISTS (SELECT FROM deleted) AS deleted, \(seenVersion) AS seen FROM session s
        """

    /// The session's counts without what was `removed`.
    static let accountedRemoval = """
        accounted AS (
            UPDATE mcp_sessions SET
                key_count = key_count - (SELECT count(*) FROM removed),
                byte_count = byte_count - (SELECT coalesce(sum(bytes), 0) FROM removed),
                removed_version = greatest(removed_version, (SELECT max(version) FROM removed)),
                last_activity = CASE WHEN last_activity + lifetime / 10 <= now() THEN now() ELSE last_activity END
            WHERE session = $1 AND (SELECT alive FROM session))
        """

    /// At most `$5` keys from `$3` on that come before `$4`, in rows that begin with whether the session is alive.
    static let keys = """
        WITH \(session), \(touched)
        SELECT s.alive, v.key, v.version, v.bytes - octet_length(v.key) AS size, v.expires_at
        FROM session s LEFT JOIN LATERAL (
            SELECT key, version, bytes, expires_at FROM mcp_session_values
            WHERE session = $1 AND key >= $3 AND key < $4 AND s.alive AND (expires_at IS NULL OR expires_at > now())
            ORDER BY key LIMIT $5::bigint) v ON true
        ORDER BY v.key
        """

    /// The version that a key has which is written for the first time.
    private static let newVersion = """
        (SELECT greatest(s.removed_version, (SELECT max(version) FROM purged)) + 1 AS version
            FROM session s WHERE s.alive) n
        """

    /// The versions of a row, `v`, that is written over.
    private static let nextVersion = """
        version = CASE WHEN v.expires_at <= now() THEN greatest(v.version + 1, excluded.version)
            ELSE v.version + 1 END,
        first_version = CASE WHEN v.expires_at <= now() THEN greatest(v.version + 1, excluded.version)
            ELSE v.first_version END
        """

    private static let seenVersion = """
        coalesce((
            SELECT CASE WHEN expires_at <= now() THEN 0 ELSE version END
            FROM mcp_session_values WHERE session = $1 AND key = $3), 0)
        """

    /// A write that says which version it led to.
    ///
    /// `seen` is the key's version in the statement's snapshot, 0 where it has no value. It is there to name the
    /// version in a conflict. The snapshot is taken before the wait for the session's row, so it may show what was
    /// before: then it does not differ from the version that was expected, and the caller asks again.
    private static func storing(_ write: String) -> String {
        """
        \(writing(write, keyLimit: "$8::bigint", byteLimit: "$9::bigint"))
        SELECT s.alive, w.version, w.created, w.expires_at, \(seenVersion) AS seen
        FROM session s LEFT JOIN written w ON true
        """
    }

    /// Around the write: the session is locked and rid of what has expired, and what changed is accounted for.
    private static func writing(_ write: String, keyLimit: String, byteLimit: String) -> String {
        """
        WITH \(lockedSession), purged AS (
            DELETE FROM mcp_session_values
            WHERE (SELECT alive FROM session) AND session = $1 AND key <> $3 AND expires_at <= now()
            RETURNING version, bytes
        ), written AS (
            \(write)
            RETURNING v.value, v.version, v.version = v.first_version AS created, v.bytes, v.replaced_bytes,
                v.expires_at
        ), accounted AS (
            UPDATE mcp_sessions SET
                key_count = key_count + (SELECT count(*) FROM written WHERE replaced_bytes = 0)
                    - (SELECT count(*) FROM purged),
                byte_count = byte_count + (SELECT coalesce(sum(bytes - replaced_bytes), 0) FROM written)
                    - (SELECT coalesce(sum(bytes), 0) FROM purged),
                key_limit = \(keyLimit), byte_limit = \(byteLimit),
                removed_version = greatest(removed_version, (SELECT max(version) FROM purged)),
                last_activity = CASE WHEN last_activity + lifetime / 10 <= now() THEN now() ELSE last_activity END,
                sweep_at = least(sweep_at, (SELECT expires_at FROM written))
            WHERE session = $1 AND (SELECT alive FROM session)
        )
        """
    }
}
