#if Servers
import FoundationEssentials
import Logging
import MCP
import MCPHTTP
import PostgresSessions
import ServiceLifecycle
import UnixSignals

/// Puts the server together from its options and runs it until it is told to stop.
struct Program {
    private let options: ServerOptions
    private let logger: Logger

    init(_ options: ServerOptions) {
        self.options = options
        logger = Logger(label: "simple-postgres-session")
    }

    /// Serves until SIGTERM or SIGINT, or with `--stdio` until the input ends.
    func run() async throws(StartupError) {
        let storage = try await Storage.open(options, logger: logger)
        do {
            try await serve(storage)
        } catch {
            await storage.close()
            throw (error as? StartupError) ?? StartupError("\(error)")
        }
        await storage.close()
    }

    private func serve(_ storage: Storage) async throws {
        let instance = String(UInt64.random(in: 0 ... .max), radix: 36)
        logger.debug("starting", metadata: ["instance": "\(instance)", "backend": "\(storage.store.backend)"])
        let server = try MCPServer(
            name: "simple-postgres-session", version: Release.version, title: "Sessions in PostgreSQL",
            instructions: """
                Stores values by key in a session that outlives this process. open_session opens one, and so does \
                store_value where none is named; pass the handle that they return as `session` to reach the same \
                values again.
                """,
            tools: SessionTools.all(
                store: storage.store, sessionLifetime: options.sessionTtl, instance: instance))
        let transport: any Service = options.stdio ? stdio(server, storage) : http(server, storage)
        let sweeper = SweeperService(sweeper: Sweeper(storage.store, logger: logger))
        // The transport is last: it is shut down first. A client that ends the input of --stdio ends the program.
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: sweeper),
                    .init(service: transport, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    private func http(_ server: MCPServer, _ storage: Storage) -> HTTPServer {
        var endpoint = Endpoint.Configuration()
        endpoint.allowedOrigins = options.allowedOrigin
        endpoint.allowedHosts += options.allowedHost
        if options.host != "0.0.0.0", options.host != "::" { endpoint.allowedHosts.append(authorityHost) }
        endpoint.logger = logger
        let (authority, path, store) = (authorityHost, options.path, storage.store)
        return HTTPServer(
            endpoint: Endpoint(server: server, sessions: storage.store, configuration: endpoint),
            configuration: HTTPServerConfiguration(host: options.host, port: options.port, path: options.path),
            readiness: { try await store.checkReadiness() }, logger: logger,
            onListening: { _, port in
                StandardStreams.writeOutput("listening on http://\(authority):\(port)\(path)\n")
            })
    }

    private func stdio(_ server: MCPServer, _ storage: Storage) -> StdioService {
        var configuration = StdioTransport.Configuration()
        configuration.logger = logger
        return StdioService(
            transport: StdioTransport(server: server, sessions: storage.store, configuration: configuration))
    }

    /// The host as URLs write it: IPv6 addresses in brackets.
    private var authorityHost: String { options.host.contains(":") ? "[\(options.host)]" : options.host }
}
#endif
