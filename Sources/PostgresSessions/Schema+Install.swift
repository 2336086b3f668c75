public import PGWire

extension Schema {
    /// What an installation did, or would do.
    public struct Change: Sendable, Equatable {
        /// The version that the tables had; 0 where there were none.
        public var from: Int
        /// The version that they have now.
        public var to: Int
        /// The statements in between, for one transaction; empty where there was nothing to do.
        public var statements: [String]
    }

    /// Creates the tables, or upgrades them, in one transaction. Does nothing where they are up to date.
    ///
    /// Safe where any number of programs call it at once: one of them does the work while the others wait.
    public static func install(in pool: PGPool) async throws(SchemaError) -> Change {
        // Most starts find all in order; they take no lock and need no right to create tables.
        let planned = try await plan(in: pool)
        guard !planned.statements.isEmpty else { return planned }
        for _ in 1..<lockAttempts {
            do throws(SchemaError) {
                return try await change(in: pool)
            } catch .database(let error) where ["55P03", "40P01"].contains(error.sqlState) {
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        return try await change(in: pool)
    }

    /// How often a change is tried that has to wait for someone's transaction.
    private static var lockAttempts: Int { 60 }

    private static func change(in pool: PGPool) async throws(SchemaError) -> Change {
        try await rethrowing {
            try await pool.withTransaction { transaction in
                _ = try await transaction.query("SELECT pg_advisory_xact_lock(\(changeLock))")
                _ = try await transaction.query(PGQuery(unsafeSQL: createVersionTable))
                let found = try version(from: try await transaction.query(versionQuery))
                let change = try change(from: found)
                if !change.statements.isEmpty { try await lockTables(of: found, in: transaction) }
                for statement in change.statements {
                    _ = try await transaction.query(PGQuery(unsafeSQL: statement))
                }
                return change
            }
        }
    }

    /// Locks the tables that are to be changed, all of them before the first change.
    ///
    /// A change that waits for a long transaction keeps everybody else waiting behind it, and one that has some of the
    /// tables may be what another statement waits for that has the others. Whoever waits for this one sees that after a
    /// second (`deadlock_timeout`) and fails; so this one gives up before, and is tried again.
    private static func lockTables(of found: Version?, in transaction: PGTransaction) async throws {
        guard let found else { return }
        let present = tables.filter { !found.missingTables.contains($0) }.joined(separator: ", ")
        _ = try await transaction.query("SET LOCAL lock_timeout = '100ms'")
        _ = try await transaction.query(PGQuery(unsafeSQL: "LOCK TABLE \(present) IN ACCESS EXCLUSIVE MODE"))
    }

    /// What ``install(in:)`` would do now.
    public static func plan(in pool: PGPool) async throws(SchemaError) -> Change {
        do {
            return try change(from: try await version(in: pool))
        } catch let error as SchemaError {
            throw error
        } catch let error as PGError {
            throw .database(error)
        } catch {
            throw .database(PGError(.usage, "the tables' version could not be read", retry: .unknown))
        }
    }

    private static func change(from found: Version?) throws(SchemaError) -> Change {
        let from = found?.version ?? 0
        if let found {
            guard !found.isTooNew else { throw .newer(found: from) }
            guard from < currentVersion || found.missingTables.isEmpty else {
                throw .incomplete(missing: found.missingTables)
            }
        }
        let pending = migrations.filter { $0.version > from }
        var statements = found == nil ? [createVersionTable] : []
        for migration in pending {
            statements += migration.statements
            statements.append(
                """
                INSERT INTO \(versionTable) (version, compatible_from)
                VALUES (\(migration.version), \(migration.compatibleFrom))
                """)
        }
        return Change(
            from: from, to: max(from, currentVersion), statements: pending.isEmpty ? [] : statements)
    }

    /// One row for each version that the tables went through.
    private static let createVersionTable = """
        CREATE TABLE IF NOT EXISTS \(versionTable) (
            version integer PRIMARY KEY,
            compatible_from integer NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """

    /// Runs work on the database and names its failures.
    static func rethrowing<Result: Sendable>(
        _ body: () async throws -> Result
    ) async throws(SchemaError) -> Result {
        do {
            return try await body()
        } catch let error as SchemaError {
            throw error
        } catch let error as PGError {
            throw error.sqlState == "42P07" ? .foreignTable : .database(error)
        } catch {
            throw .database(PGError(.usage, "the tables could not be changed", retry: .unknown))
        }
    }
}
