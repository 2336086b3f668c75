#if Servers
import ArgumentParser
import FoundationEssentials
import MCP
import PGWire
import PostgresSessions

/// Creates the session tables, or upgrades them.
@main
struct PostgresSetup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "postgres-setup",
        abstract: "Creates the tables in which sessions live, or upgrades them.",
        discussion: """
            It can be run any number of times, also by several programs at once: what is there and up to date is \
            left alone. The tables are created in the first schema of the connection's search_path.
            """,
        version: Release.version)

    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp(
            "The database.",
            discussion: "Without it DATABASE_URL is used, else postgres://mcp:…@localhost:5432/mcp_sessions.",
            valueName: "url"))
    var databaseURL: String?

    @Flag(help: "Print the SQL that would be run, and change nothing.")
    var dryRun = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let database = try AdministeredDatabase(
            option: databaseURL, environment: ProcessInfo.processInfo.environment,
            applicationName: "postgres-setup")
        let change = try await database.use { (pool) async throws(SchemaError) in
            dryRun ? try await Schema.plan(in: pool) : try await Schema.install(in: pool)
        }
        print(json ? report(change, on: database).description : text(change, on: database))
    }

    private func report(_ change: Schema.Change, on database: AdministeredDatabase) -> JSONValue {
        var report: JSONObject = [
            "database": .string(database.name),
            "dry_run": .bool(dryRun),
            "changed": .bool(!dryRun && !change.statements.isEmpty),
            "from_version": JSONValue(change.from),
            "to_version": JSONValue(change.to),
            "tables": .array(Schema.tables.map { .string($0) }),
        ]
        if dryRun { report["statements"] = .array(change.statements.map { .string($0) }) }
        return .object(report)
    }

    private func text(_ change: Schema.Change, on database: AdministeredDatabase) -> String {
        if change.statements.isEmpty {
            let line = "the session tables in \(database.name) are up to date (version \(change.to))"
            return dryRun ? "-- \(line)" : line
        }
        if dryRun {
            return (["BEGIN"] + change.statements + ["COMMIT"]).map { $0 + ";" }.joined(separator: "\n")
        }
        return change.from == 0
            ? "created the session tables in \(database.name) (version \(change.to)): "
                + Schema.tables.joined(separator: ", ")
            : "upgraded the session tables in \(database.name) from version \(change.from) to \(change.to)"
    }
}
#else
import Glibc

@main
enum PostgresSetup {
    static func main() {
        print("This program was built without the package trait Servers, which it needs.")
        exit(1)
    }
}
#endif
