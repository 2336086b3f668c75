#if Servers
import HummingbirdCore
public import Logging
public import MCP
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// Serves an MCP endpoint over HTTP/1.1, with `GET /health` (the process answers) and `GET /ready` (it can serve).
///
/// A graceful shutdown of the service closes the listening socket, ends the streams of events, lets requests finish
/// for ``HTTPServerConfiguration/shutdownTimeout``, and cancels what is left.
public struct HTTPServer: Service {
    private let endpoint: Endpoint
    private let configuration: HTTPServerConfiguration
    private let readiness: @Sendable () async throws -> Void
    private let onListening: @Sendable (_ host: String, _ port: Int) async -> Void
    private let logger: Logger

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - endpoint: What answers the requests to ``HTTPServerConfiguration/path``.
    ///   - configuration: Where to listen and what to put up with.
    ///   - readiness: Throws where the server cannot serve now; `/ready` is 503 then. It must return within seconds.
    ///   - logger: Where the server logs.
    ///   - onListening: Called once, when connections are accepted, with the host as configured and the real port.
    public init(
        endpoint: Endpoint, configuration: HTTPServerConfiguration = .init(),
        readiness: @escaping @Sendable () async throws -> Void = {}, logger: Logger,
        onListening: @escaping @Sendable (_ host: String, _ port: Int) async -> Void = { _, _ in }
    ) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.readiness = readiness
        self.logger = logger
        self.onListening = onListening
    }

    /// A server of these features on a port of this machine, for clients on this machine.
    ///
    /// - Parameters:
    ///   - server: What is offered.
    ///   - sessions: Where legacy sessions live.
    ///   - configuration: Where to listen and what to put up with.
    ///   - logger: Where the server and its tools log.
    public init(
        _ server: MCPServer, sessions: any SessionStore, configuration: HTTPServerConfiguration = .init(),
        logger: Logger
    ) {
        var endpoint = Endpoint.Configuration()
        endpoint.logger = logger
        self.init(
            endpoint: Endpoint(server: server, sessions: sessions, configuration: endpoint),
            configuration: configuration, readiness: { try await sessions.checkReadiness() }, logger: logger,
            onListening: { host, port in
                logger.notice("listening", metadata: ["url": "http://\(host):\(port)\(configuration.path)"])
            })
    }

    /// Serves until the task is cancelled or shut down gracefully.
    ///
    /// - Throws: ``HTTPServerError`` where the server cannot listen.
    public func run() async throws {
        let server = try makeServer()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await server.run()
                } catch {
                    throw HTTPServerError(error, host: configuration.host, port: configuration.port)
                }
            }
            group.addTask {
                // Returns without waiting where the group is cancelled because the server ended.
                guard (try? await gracefulShutdown()) != nil else { return }
                await endpoint.shutdown()
                try? await Task.sleep(for: configuration.shutdownTimeout)
            }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func makeServer() throws -> any Service {
        let responder = RequestResponder(
            endpoint: endpoint, path: configuration.path, readiness: readiness, logger: logger)
        let limits = RequestGuard.Limits(
            bodyTimeout: TimeAmount(configuration.bodyTimeout),
            writeTimeout: TimeAmount(configuration.writeTimeout),
            shutdownTimeout: TimeAmount(configuration.shutdownTimeout))
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestGuard(limits: limits)],
            idleTimeout: TimeAmount(configuration.idleTimeout),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: configuration.maximumHeaderBytes,
                maxHeaderListSize: configuration.maximumHeaderBytes, maxHeaderFieldCount: 100))
        return try HTTPServerBuilder.http1(configuration: channel).buildServer(
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    configuration.maximumConnections, logger: logger)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            responder: { request, writer, _ in try await responder.respond(to: request, writer: writer) },
            onServerRunning: { channel in
                await onListening(configuration.host, channel.localAddress?.port ?? configuration.port)
            })
    }
}
#endif
