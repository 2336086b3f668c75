public import PGWire

/// Which database the programs use: the one that their `--database-url` names, else `DATABASE_URL`, else ``fallback``.
public enum DatabaseURL {
    /// The database that `scripts/run` sets up.
    public static let fallback = "postgres://mcp:mcp_pass@localhost:5432/mcp_sessions"

    /// The environment variable that is read where no option names the database.
    public static let environmentVariable = "DATABASE_URL"

    /// The configuration that the option or the environment names. What is empty counts as absent.
    public static func configuration(
        option: String?, environment: [String: String], applicationName: String
    ) throws(PGError) -> PGConfiguration {
        let named = [option, environment[environmentVariable]].compactMap { $0 }.first { !$0.isEmpty }
        var configuration = try PGConfiguration(url: named ?? fallback)
        if configuration.applicationName == nil { configuration.applicationName = applicationName }
        return configuration
    }
}
