extension Statement {
    /// Opens the stream `$3` of the kind `$7` and the instance `$5`, with the last words `$6`, where there are fewer than
    /// `$4`, or an ended one can make room. A stream of changes is kept for `$8` microseconds after it was last read.
    static let openStream = """
        WITH \(lockedSession), touched AS (
            UPDATE mcp_sessions SET
                last_activity = CASE WHEN last_activity + lifetime / 10 <= now() THEN now() ELSE last_activity END,
                sweep_at = CASE WHEN $7 = 'changes'
                    THEN least(sweep_at, now() + $8::bigint * interval '1 microsecond') ELSE sweep_at END
            WHERE session = $1 AND (SELECT alive FROM session) AND (
                last_activity + lifetime / 10 <= now()
                OR $7 = 'changes' AND sweep_at > now() + $8::bigint * interval '1 microsecond')
        ), held AS (
            SELECT count(*) AS streams FROM mcp_session_streams WHERE session = $1
        ), removed AS (
            DELETE FROM mcp_session_streams
            WHERE (SELECT alive FROM session) AND session = $1 AND stream IN (
                SELECT stream FROM mcp_session_streams
                WHERE session = $1 AND ended_at IS NOT NULL
                ORDER BY kind = 'changes', opened_at LIMIT greatest((SELECT streams FROM held) - $4::bigint + 1, 0))
            RETURNING stream
        ), opened AS (
            INSERT INTO mcp_session_streams (session, stream, opened_at, owner, last_words, kind, ended_at)
            SELECT $1, $3, clock_timestamp(), $5::integer, $6::bytea, $7,
                CASE WHEN $7 = 'changes' THEN clock_timestamp() END FROM session
            WHERE alive AND (SELECT streams FROM held) - (SELECT count(*) FROM removed) < $4::bigint
            RETURNING stream)
        SELECT s.alive, EXISTS (SELECT FROM opened) AS opened FROM session s
        """

    /// Appends `$4`, of `$5` bytes, to the stream `$3`, as its last event where `$6`; `$7` events and `$8` bytes are
    /// kept, and the stream for `$9` microseconds after its end.
    ///
    /// The sequence is taken by updating the stream's row, which stays locked until the event is visible: whoever has
    /// seen an event has seen, or can no longer get, all before it. A bigserial would not do: a slow transaction could
    /// show a lower number after a higher one was read.
    static let append = """
        WITH \(session), touched AS (
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
                ended_at = CASE WHEN $6::boolean THEN now() ELSE t.ended_at END
            WHERE t.session = $1 AND t.stream = $3 AND (SELECT alive FROM session) AND (
                t.ended_at IS NULL
                OR t.kind = 'changes' AND t.ended_at + $9::bigint * interval '1 microsecond' > now())
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

    /// At most `$5` events of the stream `$3` after the sequence `$4`, in rows that each begin with the stream, where
    /// it has not ended more than `$6` microseconds ago. That a stream of changes was read is noted.
    static let events = """
        WITH \(session), \(touched), read AS (
            UPDATE mcp_session_streams SET ended_at = clock_timestamp()
            WHERE session = $1 AND stream = (
                SELECT stream FROM mcp_session_streams
                WHERE session = $1 AND stream = $3 AND kind = 'changes' AND (SELECT alive FROM session)
                    AND ended_at + $6::bigint * interval '1 microsecond' > now()
                FOR NO KEY UPDATE SKIP LOCKED)
        ), stream AS (
            SELECT last_sequence, forgotten, kind, kind <> 'changes' AND ended_at IS NOT NULL AS ended
            FROM mcp_session_streams
            WHERE session = $1 AND stream = $3 AND (SELECT alive FROM session)
                AND (ended_at IS NULL OR ended_at + $6::bigint * interval '1 microsecond' > now()))
        SELECT s.alive, t.last_sequence, t.forgotten, t.kind, t.ended, e.sequence, e.payload, e.final
        FROM session s LEFT JOIN stream t ON true LEFT JOIN LATERAL (
            SELECT sequence, payload, final FROM mcp_session_events
            WHERE session = $1 AND stream = $3 AND sequence > $4::bigint AND t.last_sequence IS NOT NULL
            ORDER BY sequence LIMIT $5::bigint) e ON true
        ORDER BY e.sequence
        """

    /// At most `$4` of the sessions after `$1`, in their order, that are to be told of a change, of the resource `$3` unless
    /// that is null: each with its principal and the stream of changes that was read last, no more than `$2`
    /// microseconds ago.
    static let listeners = """
        SELECT DISTINCT ON (t.session) t.session, s.principal, t.stream
        FROM mcp_session_streams t JOIN mcp_sessions s ON s.session = t.session
        WHERE t.session > $1 AND t.kind = 'changes' AND t.ended_at + $2::bigint * interval '1 microsecond' > now()
            AND s.last_activity + s.lifetime > now() AND ($3::text IS NULL OR $3 = ANY (s.subscriptions))
        ORDER BY t.session, t.ended_at DESC LIMIT $4::bigint
        """

    /// How far the streams `$2` of the sessions `$1` have come, one row for each that is there, with its place in the
    /// arrays, its owner, and whether the owner's lock, of the class `$3`, is held; and one row, without a sequence, for
    /// each address `$5` of the sessions `$4` at which a message waits, or whose session is gone.
    static let progress = """
        WITH alive AS MATERIALIZED (
            SELECT DISTINCT objid::bigint AS number FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint = $3::bigint AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        SELECT w.place, t.last_sequence, t.ended_at IS NOT NULL AS ended, t.owner,
            t.owner IS NULL OR t.owner & 4294967295::bigint IN (SELECT number FROM alive) AS owned
        FROM unnest($1::bytea[], $2::text[]) WITH ORDINALITY AS w (session, stream, place)
        JOIN mcp_session_streams t ON t.session = w.session AND t.stream = w.stream
        UNION ALL
        SELECT w.place, NULL, NULL, NULL, NULL
        FROM unnest($4::bytea[], $5::text[]) WITH ORDINALITY AS w (session, address, place)
        LEFT JOIN mcp_session_messages m ON m.session = w.session AND m.address = w.address
        LEFT JOIN mcp_sessions s ON s.session = w.session
        WHERE m.address IS NOT NULL OR s.session IS NULL
        """

    /// Ends the stream `$2` of the session `$1`, whose instance `$3` is gone, with its last words; it is kept for `$4`
    /// microseconds.
    static let endAbandoned = """
        WITH ended AS (
            UPDATE mcp_session_streams SET
                last_sequence = last_sequence + 1, ended_at = now(),
                byte_count = byte_count + coalesce(octet_length(last_words), 0)
            WHERE session = $1 AND stream = $2 AND owner = $3::integer AND ended_at IS NULL
            RETURNING last_sequence, last_words
        ), inserted AS (
            INSERT INTO mcp_session_events (session, stream, sequence, payload, final, created_at)
            SELECT $1, $2, last_sequence, last_words, true, now() FROM ended
        )
        UPDATE mcp_sessions SET sweep_at = now() + $4::bigint * interval '1 microsecond'
        WHERE session = $1 AND sweep_at > now() + $4::bigint * interval '1 microsecond'
            AND EXISTS (SELECT FROM ended)
        """
}
