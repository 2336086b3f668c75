#if Servers
import ArgumentParser
import Glibc
import Logging
import MCP
import MCPHTTP
import PGWire
import PostgresSessions
import ServiceLifecycle
import UnixSignals

/// A server of fixed tools, resources and prompts by which MCP's conformance suite and this package's own tests see
/// what the library does. For testing alone.
@main
struct ConformanceServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp-conformance-server", abstract: "The fixtures of MCP conformance testing.")

    @Option(help: "The port to listen on, on 127.0.0.1; 0 takes any that is free.")
    var port = 0

    @Option(help: "Keep the sessions in this database, whose tables are created; otherwise in memory.")
    var databaseUrl: String?

    @Option(help: "How many seconds a client has to answer what it is asked.")
    var inputTimeout = 600

    func run() async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "mcp-conformance-server")
        logger.logLevel = .warning
        let store: any SessionStore
        var changes: any ChangeFeed = LocalChangeFeed()
        if let databaseUrl {
            let pool = PGPool(try PGConfiguration(url: databaseUrl), logger: logger)
            _ = try await Schema.install(in: pool)
            let shared = PostgresSessionStore(pool, logger: logger)
            (store, changes) = (shared, shared.changes)
        } else {
            store = InMemorySessionStore()
        }
        var endpoint = Endpoint.Configuration()
        // Tests wait for what comes with the next sign of life.
        endpoint.keepAliveInterval = .seconds(1)
        let server = HTTPServer(
            endpoint: Endpoint(
                server: try Self.server(changes, inputTimeout: .seconds(inputTimeout)), sessions: store,
                configuration: endpoint),
            configuration: HTTPServerConfiguration(port: port), logger: logger,
            onListening: { _, port in Self.writeOutput("listening on http://127.0.0.1:\(port)/mcp\n") })
        try await ServiceGroup(
            services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
        ).run()
    }

    /// Writes a line at once, whatever standard output is connected to.
    private static func writeOutput(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    /// The server with all fixtures.
    static func server(_ changes: any ChangeFeed, inputTimeout: Duration) throws -> MCPServer {
        var options = MCPServer.Options()
        options.inputTimeout = inputTimeout
        options.changes = changes
        options.announcesListChanges = true
        options.resourceSubscriptions = true
        options.logging = true
        return try MCPServer(
            name: "mcp-conformance-server", version: "1.0.0", title: "Conformance fixtures",
            instructions: "For testing.", options: options
        ) {
            // The suite's check of headers calls the first tool, without arguments.
            ContentFixtures.all
            ClientFixtures.all
            InputRequiredFixtures.all
            ChangeFixtures.all
            TaskFixtures.all
            try ResourceFixtures.all
            PromptFixtures.all
        }
    }
}
#else
@main
enum ConformanceServer {
    static func main() { fatalError("mcp-conformance-server was built without the package's trait Servers") }
}
#endif
