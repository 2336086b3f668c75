#if Servers
import ArgumentParser
import FoundationEssentials
import MCP
import PGWire
import PostgresSessions

/// Drops the session tables, after confirmation.
@main
struct PostgresTeardown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "postgres-teardown",
        abstract: "Drops the tables that postgres-setup created, with all sessions, and nothing else.",
        discussion: """
            It does so only where the environment has CONFIRM_DELETE=yes. Otherwise it says what it would delete \
            and exits with 1.
            """,
        version: Release.version)

    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp(
            "The database.",
            discussion: "Without it DATABASE_URL is used, else postgres://mcp:…@localhost:5432/mcp_sessions.",
            valueName: "url"))
    var databaseURL: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let confirmed = environment["CONFIRM_DELETE"] == "yes"
        let database = try AdministeredDatabase(
            option: databaseURL, environment: environment, applicationName: "postgres-teardown")
        let tables = try await database.use { (pool) async throws(SchemaError) in
            confirmed ? try await Schema.drop(in: pool) : try await Schema.contents(in: pool)
        }
        print(
            json
                ? report(tables, on: database, confirmed).description : text(tables, on: database, confirmed))
        if !confirmed { throw ExitCode.failure }
    }

    private func report(
        _ tables: [Schema.TableContents], on database: AdministeredDatabase, _ confirmed: Bool
    ) -> JSONValue {
        [
            "database": .string(database.name),
            "confirmed": .bool(confirmed),
            "dropped": .bool(confirmed && !tables.isEmpty),
            "tables": .array(tables.map { ["name": .string($0.name), "rows": JSONValue($0.rows)] }),
        ]
    }

    private func text(
        _ tables: [Schema.TableContents], on database: AdministeredDatabase, _ confirmed: Bool
    ) -> String {
        guard !tables.isEmpty else { return "there are no session tables in \(database.name)" }
        let list = tables.map { "  \($0.name): \($0.rows) \($0.rows == 1 ? "row" : "rows")\n" }.joined()
        return confirmed
            ? "dropped from \(database.name):\n\(list.dropLast())"
            : "would delete from \(database.name):\n\(list)nothing was deleted; set CONFIRM_DELETE=yes to delete"
    }
}
#else
import Glibc

@main
enum PostgresTeardown {
    static func main() {
        print("This program was built without the package trait Servers, which it needs.")
        exit(1)
    }
}
#endif
