public import PGWire

extension Schema {
    /// What the database has recorded about its tables.
    public struct Version: Sendable, Equatable {
        /// The version of the tables.
        public var version: Int
        /// The oldest version whose programs can work with them.
        public var compatibleFrom: Int
        /// Tables of ``Schema/currentVersion`` that are not there.
        public var missingTables: [String]

        /// Whether this code can work with the tables. They may be newer, where what is new only adds.
        public var isUsable: Bool {
            version >= currentVersion && compatibleFrom <= currentVersion && missingTables.isEmpty
        }

        /// Whether this code is too old to work with the tables.
        public var isTooNew: Bool { compatibleFrom > currentVersion }
    }

    /// The version of the tables, or nil where there are none.
    public static func version(in pool: PGPool) async throws(PGError) -> Version? {
        do throws(PGError) {
            return try version(from: try await pool.query(versionQuery))
        } catch  where error.sqlState == "42P01" {
            return nil
        }
    }

    /// One row for each of ``tables``; the recorded version is NULL where nothing is recorded.
    static let versionQuery = PGQuery(
        unsafeSQL: """
            SELECT t.name, to_regclass(t.name) IS NOT NULL AS present, v.version, v.compatible_from
            FROM (VALUES \(tables.map { "('\($0)')" }.joined(separator: ", "))) AS t (name) LEFT JOIN (
                SELECT version, compatible_from FROM \(versionTable) ORDER BY version DESC LIMIT 1) v ON true
            """)

    /// Reads the answer to ``versionQuery``.
    static func version(from result: PGResult) throws(PGError) -> Version? {
        let rows = try result.decode(as: (String, Bool, Int32?, Int32?).self)
        guard let first = rows.first, let version = first.2, let compatibleFrom = first.3 else { return nil }
        return Version(
            version: Int(version), compatibleFrom: Int(compatibleFrom),
            missingTables: rows.filter { !$0.1 }.map(\.0))
    }
}
