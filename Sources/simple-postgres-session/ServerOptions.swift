#if Servers
import ArgumentParser
import Logging
import PostgresSessions

/// The program's flags.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database. Without it: the environment's DATABASE_URL, else \(DatabaseURL.fallback).",
            valueName: "url"))
    var databaseUrl: String?

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes any that is free.")
    var port = 8060

    @Option(help: "The path of the MCP endpoint.")
    var path = "/mcp"

    @Flag(inversion: .prefixedNo, help: "Create or upgrade the tables at start.")
    var createTablesIfMissing = true

    @Option(
        help: ArgumentHelp(
            "How long a session lives after its last use: seconds, or a number with s, m, h or d.",
            valueName: "duration"),
        transform: DurationArgument.parse)
    var sessionTtl: Duration = .seconds(24 * 60 * 60)

    @Option(help: "How many connections to the database there are at most.")
    var maxConnections = 10

    @Option(
        help: ArgumentHelp(
            "A web origin, such as https://app.example, that may send requests besides the local ones. Repeatable.",
            valueName: "origin"))
    var allowedOrigin: [String] = []

    @Option(
        help: ArgumentHelp(
            "A host name, such as mcp.example, that requests may name besides the local ones. Repeatable.",
            valueName: "host"))
    var allowedHost: [String] = []

    @Option(
        help: ArgumentHelp(
            "What is logged, to standard error: trace, debug, info, notice, warning, error or critical.",
            valueName: "level"),
        transform: { text in
            guard let level = Logger.Level(rawValue: text.lowercased()) else {
                throw ValidationError("'\(text)' is none of \(Logger.Level.allCases.map(\.rawValue))")
            }
            return level
        })
    var logLevel: Logger.Level = .info

    @Flag(help: "Speak over standard input and output instead of HTTP.")
    var stdio = false

    @Flag(help: "Keep the sessions in memory, without a database: they die with the process.")
    var inMemory = false

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535, not \(port)") }
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3F && $0 != 0x23 })
        else {
            throw ValidationError("--path begins with a slash and has no spaces, '?' or '#'")
        }
        guard path != "/health", path != "/ready" else { throw ValidationError("--path \(path) is taken") }
        guard (1...1000).contains(maxConnections) else {
            throw ValidationError("--max-connections is 1 to 1000, not \(maxConnections)")
        }
        if inMemory, databaseUrl != nil {
            throw ValidationError("--in-memory and --database-url exclude each other")
        }
    }
}
#endif
