public import PGWire

/// Why the tables could not be created, upgraded or dropped. Nothing was changed then.
public enum SchemaError: Error, Sendable, Equatable {
    /// The tables were made by a newer program, and this one cannot work with them.
    case newer(found: Int)
    /// The version is recorded, yet tables of it are gone.
    case incomplete(missing: [String])
    /// A table of one of our names is there that setup did not create.
    case foreignTable
    /// The database refused or could not be asked.
    case database(PGError)
}

extension SchemaError: CustomStringConvertible {
    /// One line that says what is wrong and what to do.
    public var description: String {
        switch self {
        case .newer(let found):
            "the session tables have version \(found), this program knows \(Schema.currentVersion): use the newer program"
        case .incomplete(let missing):
            "tables are missing that setup created once (\(missing.joined(separator: ", "))): "
                + "run postgres-teardown, which drops the others, and then postgres-setup"
        case .foreignTable:
            "a table that setup did not create has one of the names \(Schema.tables.joined(separator: ", ")): "
                + "rename it, or use a database or schema of its own"
        case .database(let error): error.description
        }
    }
}
