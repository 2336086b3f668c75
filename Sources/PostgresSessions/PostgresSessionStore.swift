public import Logging
public import MCP
public import PGWire

/// Sessions in PostgreSQL, shared by every instance that uses the same database, and outliving all of them.
///
/// Each call is one statement in a transaction of its own. What one instance adds to a stream wakes the others that watch
/// it by a notification, which is sent after the commit and together with others, on a connection beside the pool's; a
/// second one listens. What a notification did not tell is found by a query every one to two seconds. Behind a pooler
/// that lends a connection for one transaction only neither notifications nor the lock work by which an instance is known
/// to be alive: give the pool the server's own address.
/// The tables are those of ``Schema``; see
/// ``Schema/install(in:)``.
public final class PostgresSessionStore: SessionStore {
    private let pool: PGPool
    let limits: SessionLimits
    private let logger: Logger
    let signals: SessionSignals

    /// A store on the database that the pool connects to.
    ///
    /// - Parameters:
    ///   - pool: Where the store's connections come from.
    ///   - limits: What a session may hold; instances that share a database should agree on it.
    ///   - logger: Where the causes of `SessionStoreError.unavailable(_:)` are told.
    public convenience init(
        _ pool: PGPool, limits: SessionLimits = SessionLimits(), logger: Logger = Logger(label: "mcp.sessions")
    ) {
        self.init(pool, limits: limits, logger: logger, patience: SessionSignals.Patience())
    }

    init(_ pool: PGPool, limits: SessionLimits, logger: Logger, patience: SessionSignals.Patience) {
        signals = SessionSignals(
            pool, retention: limits.endedStreamRetention, patience: patience, logger: logger)
        self.pool = pool
        self.limits = limits
        self.logger = logger
    }

    /// `postgresql`.
    public var backend: String { "postgresql" }

    /// See `SessionStore.checkReadiness()`.
    public func checkReadiness() async throws(SessionStoreError) {
        let found: Schema.Version?
        do {
            found = try await Schema.version(in: pool)
        } catch {
            throw unavailable(error)
        }
        guard let found else { throw .unavailable("the session tables are missing: run postgres-setup") }
        guard found.isUsable else {
            throw .unavailable(
                "the session tables have version \(found.version), this program needs \(Schema.currentVersion)")
        }
    }

    /// Runs a statement that begins with the session's digest and principal.
    ///
    /// - Parameter repeatable: Whether the statement may be carried out twice.
    func run(_ query: PGQuery, repeatable: Bool = false) async throws(SessionStoreError) -> PGResult {
        try await run(repeatable: repeatable) { (pool) throws(PGError) in try await pool.query(query) }
    }

    /// Runs a statement under a lock that is held until its transaction ends.
    func run(_ query: PGQuery, under lock: PGQuery) async throws(SessionStoreError) -> PGResult {
        try await run(repeatable: false) { (pool) throws(PGError) in
            do {
                return try await pool.withConnection { connection in
                    try await connection.withPipeline { pipeline in
                        pipeline.query(lock)
                        return try await pipeline.query(query).result
                    }
                }
            } catch let error as PGError {
                throw error
            } catch {
                throw PGError(.usage, "the statements could not be sent", retry: .unknown)
            }
        }
    }

    private func run(
        repeatable: Bool, _ attempt: (PGPool) async throws(PGError) -> PGResult
    ) async throws(SessionStoreError) -> PGResult {
        do throws(PGError) {
            return try await attempt(pool)
        } catch {
            // A pooled connection may have died unnoticed, with a restart of the server: the next one is a new one.
            guard Self.lostConnection(error), error.retry == .safe || repeatable else { throw unavailable(error) }
        }
        do throws(PGError) {
            return try await attempt(pool)
        } catch {
            throw unavailable(error)
        }
    }

    private static func lostConnection(_ error: PGError) -> Bool {
        error.code == .connectionClosed || error.sqlState?.hasPrefix("57P") == true
    }

    /// Reads what a statement returned.
    func reading<Result>(_ body: () throws(PGError) -> Result) throws(SessionStoreError) -> Result {
        do {
            return try body()
        } catch {
            throw unavailable(error)
        }
    }

    private func unavailable(_ error: PGError) -> SessionStoreError {
        let translated = SessionStoreError(error, limits: limits)
        if case .unavailable = translated {
            logger.warning("the session store failed", metadata: ["error": "\(error)"])
        }
        return translated
    }

    /// The first row, whose first column says whether the session is alive.
    func firstRow(_ result: PGResult) throws(SessionStoreError) -> PGRow {
        guard let row = result.first else { throw .sessionUnknown }
        guard try reading({ () throws(PGError) in try row.decode(Bool.self, at: 0) }) else { throw .sessionExpired }
        return row
    }
}
