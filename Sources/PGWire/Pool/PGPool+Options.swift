extension PGPool {
    /// Bounds on what a pool does.
    public struct Options: Sendable {
        /// How many connections are kept open though nobody uses them. Defaults to 0.
        public var minimumConnections = 0
        /// How many connections there may be, at least 1. Defaults to 10.
        public var maximumConnections = 10
        /// How long a task waits for a connection. Defaults to 5 seconds.
        public var waitTimeout: Duration = .seconds(5)
        /// How many tasks may wait for a connection. Defaults to 10,000.
        public var maximumWaiters = 10_000
        /// How long a connection beyond ``minimumConnections`` lies idle before it is closed; nil is for ever. Defaults
        /// to 10 minutes.
        public var idleTimeout: Duration? = .seconds(600)
        /// How old a connection becomes before another takes its place, once nobody uses it; nil is without limit. Each
        /// connection's life is shorter than this by up to a fifth at random, so that those opened together do not end
        /// together. Defaults to one hour.
        public var maximumLifetime: Duration? = .seconds(3600)
        /// A connection that lay idle for longer than this has to answer an empty query before it is lent. Defaults to
        /// 30 seconds.
        public var idleCheckAfter: Duration = .seconds(30)
        /// How long the answer to that query may take. Defaults to one second.
        public var checkTimeout: Duration = .seconds(1)
        /// How long tasks go on waiting for a connection, within their ``waitTimeout``, while none can be opened for a
        /// reason that may pass: the server says that it starts, stops or has no connection left, or cannot be reached at
        /// an address which has worked before. After that, and for any other reason at once, they are told the cause.
        ///
        /// So the restart of a server is noticed by nobody, and a longer outage by everybody without a wait. Defaults to 3
        /// seconds.
        public var outagePatience: Duration = .seconds(3)
        /// How long a connection may be lent before the log has a warning of it, once; nil is for ever. Defaults to one
        /// minute.
        public var leakThreshold: Duration? = .seconds(60)
        /// What is done about what a user of a connection may have left in its session. Defaults to ``Reset/automatic``.
        public var reset = Reset.automatic
        /// How long ``PGPool/close(within:)`` waits for connections that are lent. Defaults to 10 seconds.
        public var drainTimeout: Duration = .seconds(10)
        /// What the pool's metrics call it, in the dimension `pool`. Defaults to `default`.
        public var name = "default"
        /// What holds for each connection.
        public var connection = PGConnection.Options()

        /// How long a query may take when the call does not say; the same as in ``connection``.
        public var queryTimeout: Duration {
            get { connection.queryTimeout }
            set { connection.queryTimeout = newValue }
        }

        /// The defaults.
        public init() {}
    }

    /// When a connection is brought back to what it was after its login, before it is lent again.
    ///
    /// An open transaction is rolled back, and an answer that is still to come awaited, in any case. A reset ends settings
    /// (`SET`), roles, temporary tables, `LISTEN`, advisory locks, cursors, sequences' last values and what was prepared by
    /// `PREPARE`. It is what `DISCARD ALL` does without dropping the driver's own prepared statements, which are used
    /// again. The task that gave the connection back does not wait for it.
    public enum Reset: String, Sendable, Hashable, CaseIterable {
        /// After ``PGPool/withConnection(file:line:_:)``, and after statements that may have left something by their
        /// command tag or by a name in their text: `SET`, `CREATE TABLE`, `DO`, `CALL`, `set_config`, `pg_advisory_lock`
        /// and the like. An ordinary query, or a transaction of such, costs nothing.
        ///
        /// What a function of the database's own makers leaves behind when a plain `SELECT` calls it goes unnoticed;
        /// ``always`` is for those who have such functions.
        case automatic
        /// After every use: one round trip more, during which the connection is not lent.
        case always
        /// Never: whoever borrows a connection cleans up himself. For servers that do not know the statements.
        case never
    }
}
