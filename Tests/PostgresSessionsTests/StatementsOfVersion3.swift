@testable import PostgresSessions

/// Statements that programs of version 3 of the tables use, as they were released, where they have changed since. Those
/// programs go on running while the tables become newer.
enum StatementsOfVersion3 {
    static let openStream = """
        WITH \(Statement.lockedSession), \(Statement.touched), held AS (
            SELECT count(*) AS streams FROM mcp_session_streams WHERE session = $1
        ), removed AS (
            DELETE FROM mcp_session_streams
            WHERE (SELECT alive FROM session) AND session = $1 AND stream IN (
                SELECT stream FROM mcp_session_streams
                WHERE session = $1 AND ended_at IS NOT NULL
                ORDER BY opened_at LIMIT greatest((SELECT streams FROM held) - $4::bigint + 1, 0))
            RETURNING stream
        ), opened AS (
            INSERT INTO mcp_session_streams (session, stream, opened_at, owner, last_words)
            SELECT $1, $3, clock_timestamp(), $5::integer, $6::bytea FROM session
            WHERE alive AND (SELECT streams FROM held) - (SELECT count(*) FROM removed) < $4::bigint
            RETURNING stream)
        SELECT s.alive, EXISTS (SELECT FROM opened) AS opened FROM session s
        """

    static let append = """
        WITH \(Statement.session), touched AS (
            UPDATE mcp_sessions SET
                last_activity = CASE WHEN last_activity + lifetime / 10 <= now() THEN now() ELSE last_activity END,
                sweep_at = CASE WHEN $6::boolean
                    THEN least(sweep_at, now() + $9::bigint * interval '1 microsecond') ELSE sweep_at END
            WHERE session = $1 AND session = (
                SELECT session FROM mcp_sessions
                WHERE session = $1 AND principal = $2 AND last_activity + lifetime > now() AND (
                    last_activity + lifetime / 10 <= now()
                    OR $6::boolean AND sweep_at > now() + $9::bigint * interval '1 microsecond')
                FOR NO KEY UPDATE SKIP LOCKED)
        ), advanced AS (
            UPDATE mcp_session_streams t SET
                last_sequence = t.last_sequence + 1,
                forgotten = CASE WHEN t.byte_count + $5::bigint > $8::bigint THEN t.last_sequence
                    ELSE greatest(t.forgotten, t.last_sequence + 1 - $7::bigint) END,
                byte_count = CASE WHEN t.byte_count + $5::bigint > $8::bigint THEN $5::bigint
                    ELSE t.byte_count + $5::bigint - (
                        SELECT coalesce(sum(octet_length(e.payload)), 0) FROM mcp_session_events e
                        WHERE e.session = $1 AND e.stream = $3
                            AND e.sequence > t.forgotten AND e.sequence <= t.last_sequence + 1 - $7::bigint) END,
                ended_at = CASE WHEN $6::boolean THEN now() END
            WHERE t.session = $1 AND t.stream = $3 AND t.ended_at IS NULL AND (SELECT alive FROM session)
            RETURNING t.last_sequence, t.forgotten
        ), inserted AS (
            INSERT INTO mcp_session_events (session, stream, sequence, payload, final, created_at)
            SELECT $1, $3, last_sequence, $4::bytea, $6::boolean, now() FROM advanced
        ), forgotten AS (
            DELETE FROM mcp_session_events e USING advanced a
            WHERE e.session = $1 AND e.stream = $3
                AND e.sequence > a.forgotten - $7::bigint AND e.sequence <= a.forgotten
        )
        SELECT s.alive, a.last_sequence FROM session s LEFT JOIN advanced a ON true
        """

    static let events = """
        WITH \(Statement.session), \(Statement.touched), stream AS (
            SELECT last_sequence, forgotten, ended_at IS NOT NULL AS ended FROM mcp_session_streams
            WHERE session = $1 AND stream = $3 AND (SELECT alive FROM session)
                AND (ended_at IS NULL OR ended_at + $6::bigint * interval '1 microsecond' > now()))
        SELECT s.alive, t.last_sequence, t.forgotten, t.ended, e.sequence, e.payload, e.final
        FROM session s LEFT JOIN stream t ON true LEFT JOIN LATERAL (
            SELECT sequence, payload, final FROM mcp_session_events
            WHERE session = $1 AND stream = $3 AND sequence > $4::bigint AND t.last_sequence IS NOT NULL
            ORDER BY sequence LIMIT $5::bigint) e ON true
        ORDER BY e.sequence
        """
}
