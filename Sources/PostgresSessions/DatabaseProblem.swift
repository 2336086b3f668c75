public import PGWire

/// What to tell the person at the terminal when the database cannot be used: one line, with the server, the database
/// and the cure, never with a password.
public struct DatabaseProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line.
    public let description: String

    /// The line for a URL that cannot be used.
    public init(invalidURL error: PGError) {
        description = "the database URL is not valid: \(Self.oneLine(error.message))"
    }

    /// The line for an error that came up while working with a database.
    public init(_ error: PGError, configuration: PGConfiguration) {
        let reason = Self.oneLine(error.message)
        description =
            "database \(configuration.addressDescription): \(reason); \(Self.cure(error, configuration: configuration))"
    }

    /// The line for tables that cannot be worked with.
    public init(_ error: SchemaError, configuration: PGConfiguration) {
        self = Self.problem(error, configuration)
    }

    private static func problem(_ error: SchemaError, _ configuration: PGConfiguration) -> DatabaseProblem {
        if case .database(let error) = error { return DatabaseProblem(error, configuration: configuration) }
        return DatabaseProblem(
            description: "database \(configuration.addressDescription): \(oneLine(error.description))")
    }

    private init(description: String) { self.description = description }

    private static func cure(_ error: PGError, configuration: PGConfiguration) -> String {
        switch error.sqlState ?? "" {
        case "28P01", "28000": return "check the user and the password in the database URL, and pg_hba.conf"
        case "3D000": return "create the database, for example with createdb, or name another one in the URL"
        case "53300": return "raise max_connections there, or lower what the programs use"
        case "42501": return "let the database user create and use tables, for example GRANT CREATE ON SCHEMA public"
        case "2BP01": return "drop what depends on the tables first"
        case let state where state.hasPrefix("57P"): return "wait until the server is up, then try again"
        default: break
        }
        switch error.code {
        case .hostNotFound: return "check the host's name in the database URL"
        case .connectFailed, .connectionClosed: return "start PostgreSQL there, or name another server in DATABASE_URL"
        case .timeout, .pool: return "check that the server is up and that no firewall is in between"
        case .authentication: return "check the user and the password in the database URL"
        case .tls: return "check sslmode and sslrootcert in the database URL"
        default: return "see the server's log"
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
