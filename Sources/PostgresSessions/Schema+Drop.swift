public import PGWire

extension Schema {
    /// A table and what is in it.
    public struct TableContents: Sendable, Equatable {
        /// The table's name.
        public var name: String
        /// The number of its rows.
        public var rows: Int64
    }

    /// The tables that ``drop(in:)`` would drop, with the number of their rows; none where setup never ran.
    public static func contents(in pool: PGPool) async throws(SchemaError) -> [TableContents] {
        try await rethrowing {
            guard let found = try await version(in: pool) else { return [] }
            return try await contents(of: try ownedTables(found)) { query in
                try await pool.query(query, timeout: countTimeout)
            }
        }
    }

    /// Drops the tables that setup created, in one transaction, and nothing else.
    ///
    /// Something else that depends on one of them, such as a view, makes it fail and keeps all of them.
    /// - Returns: What was dropped, with the number of rows; empty where setup never ran.
    public static func drop(in pool: PGPool) async throws(SchemaError) -> [TableContents] {
        try await rethrowing {
            guard try await version(in: pool) != nil else { return [] }
            return try await pool.withTransaction { transaction in
                _ = try await transaction.query("SELECT pg_advisory_xact_lock(\(changeLock))")
                let present = try await transaction.query(
                    "SELECT to_regclass(\(versionTable)) IS NOT NULL")
                guard try present.first?.decode(Bool.self, at: 0) == true,
                    let found = try version(from: try await transaction.query(versionQuery))
                else { return [] }
                let owned = try ownedTables(found)
                let list = owned.joined(separator: ", ")
                // No one adds rows between the count and the drop.
                _ = try await transaction.query(PGQuery(unsafeSQL: "LOCK TABLE \(list) IN ACCESS EXCLUSIVE MODE"))
                let contents = try await contents(of: owned) { query in
                    try await transaction.query(query, timeout: countTimeout)
                }
                _ = try await transaction.query(PGQuery(unsafeSQL: "DROP TABLE \(list)"))
                return contents
            }
        }
    }

    private static var countTimeout: Duration { .seconds(600) }

    /// Newer tables may have names that this code does not know; to drop the others alone would leave ruins.
    private static func ownedTables(_ found: Version) throws(SchemaError) -> [String] {
        guard found.version <= currentVersion else { throw .newer(found: found.version) }
        return tables.filter { !found.missingTables.contains($0) }
    }

    private static func contents(
        of tables: [String], query: (PGQuery) async throws -> PGResult
    ) async throws -> [TableContents] {
        var contents: [TableContents] = []
        for table in tables {
            let rows = try await query(PGQuery(unsafeSQL: "SELECT count(*) FROM \(table)"))
            contents.append(TableContents(name: table, rows: try rows.first?.decode(Int64.self, at: 0) ?? 0))
        }
        return contents
    }
}
