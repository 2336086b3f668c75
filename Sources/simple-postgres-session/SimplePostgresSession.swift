#if Servers
import ArgumentParser
import Glibc
import Logging
import PostgresSessions

/// The program.
@main
struct SimplePostgresSession: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simple-postgres-session",
        abstract: "An MCP server whose sessions live in PostgreSQL.",
        discussion: """
            Serves MCP over HTTP, to clients of every revision from 2025-03-26 to 2026-07-28, and answers GET /health \
            and GET /ready. A session and its values outlive the process: any instance on the same database serves it.
            """,
        version: Release.version)

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let level = options.logLevel
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        // A client of --stdio that no longer reads is an error of write(2), not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        do {
            try await Program(options).run()
        } catch {
            StandardStreams.writeError(error.description + "\n")
            throw ExitCode.failure
        }
    }
}
#else
/// What the trait `Servers` brings in is what this program is made of.
@main
enum SimplePostgresSession {
    static func main() {
        fatalError("simple-postgres-session was built without the package's trait Servers")
    }
}
#endif
