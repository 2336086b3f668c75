extension Statement {
    /// Sets the level `$3` from which on log messages are sent.
    static let setLogLevel = """
        WITH \(session), changed AS (
            UPDATE mcp_sessions SET log_level = $3, last_activity = now()
            WHERE session = $1 AND (SELECT alive FROM session))
        SELECT alive, true FROM session
        """

    /// Adds the resource `$3` to those that are watched, where there are fewer than `$4` or it is among them.
    static let subscribe = """
        WITH \(session), changed AS (
            UPDATE mcp_sessions SET last_activity = now(), subscriptions =
                CASE WHEN $3 = ANY (subscriptions) THEN subscriptions ELSE array_append(subscriptions, $3) END
            WHERE session = $1 AND (SELECT alive FROM session)
                AND ($3 = ANY (subscriptions) OR cardinality(subscriptions) < $4::bigint)
            RETURNING true)
        SELECT alive, EXISTS (SELECT FROM changed) FROM session
        """

    /// Removes the resource `$3` from those that are watched.
    static let unsubscribe = """
        WITH \(session), changed AS (
            UPDATE mcp_sessions SET last_activity = now(), subscriptions = array_remove(subscriptions, $3)
            WHERE session = $1 AND (SELECT alive FROM session))
        SELECT alive, true FROM session
        """

    /// Leaves the message `$4` at the address `$3` for `$5` microseconds, where none is there and fewer than `$6` wait.
    /// Whether it was left, and whether that was so for want of room.
    static let post = """
        WITH \(lockedSession), \(touched), expired AS (
            DELETE FROM mcp_session_messages
            WHERE session = $1 AND address <> $3 AND expires_at <= now() AND (SELECT alive FROM session)
        ), held AS (
            SELECT count(*) AS messages, coalesce(bool_or(address = $3), false) AS taken
            FROM mcp_session_messages WHERE session = $1 AND expires_at > now()
        ), posted AS (
            INSERT INTO mcp_session_messages AS m (session, address, message, expires_at)
            SELECT $1, $3, $4, now() + $5::bigint * interval '1 microsecond' FROM session
            WHERE alive AND (SELECT messages < $6::bigint AND NOT taken FROM held)
            ON CONFLICT (session, address) DO UPDATE SET message = excluded.message, expires_at = excluded.expires_at
                WHERE m.expires_at <= now()
            RETURNING true)
        SELECT s.alive, EXISTS (SELECT FROM posted), NOT h.taken AND h.messages >= $6::bigint
        FROM session s CROSS JOIN held h
        """

    /// Takes the message at the address `$3`.
    static let take = """
        WITH \(session), \(touched), taken AS (
            DELETE FROM mcp_session_messages
            WHERE session = $1 AND address = $3 AND (SELECT alive FROM session)
            RETURNING message, expires_at > now() AS fresh)
        SELECT s.alive, t.message FROM session s LEFT JOIN taken t ON t.fresh
        """
}
