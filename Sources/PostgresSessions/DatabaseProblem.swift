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
        let problem = "database \(configuration.addressDescription): \(Self.oneLine(error.message))"
        description = Self.cure(error).map { "\(problem); \($0)" } ?? problem
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

    /// What to do about it, where the error's own message does not say so.
    private static func cure(_ error: PGError) -> String? {
        switch error.sqlState ?? "" {
        case "42501": return "let the database user create and use tables, for example GRANT CREATE ON SCHEMA public"
        case "2BP01": return "drop what depends on the tables first"
        case let state where state.hasPrefix("57P"): return "wait until the server is up, then try again"
        default: break
        }
        switch error.code {
        case .hostNotFound: return "check the host's name in the database URL"
        case .connectFailed, .connectionClosed: return "start PostgreSQL there, or name another server in DATABASE_URL"
        case .timeout, .pool: return "check that the server is up and that no firewall is in between"
        case .server: return "see the server's log"
        default: return nil
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
