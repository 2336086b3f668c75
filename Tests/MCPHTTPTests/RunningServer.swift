#if Servers
import Logging
import MCP
import MCPHTTP
import ServiceLifecycle
import Synchronization
import TestSupport

/// A server that listens on a port of its own while a test runs.
struct RunningServer: Sendable {
    let port: Int
    private let group: ServiceGroup
    private let ended: Ended

    private final class Ended: Sendable {
        let flag = Mutex(false)
    }

    /// Runs a server for the length of the body.
    ///
    /// - Parameters:
    ///   - configure: Changes the server's limits.
    ///   - endpoint: Changes the endpoint's limits.
    ///   - readiness: What `/ready` asks.
    static func with(
        tools: [any ToolProtocol] = [EchoTool()], configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        endpoint configureEndpoint: (inout Endpoint.Configuration) -> Void = { _ in },
        readiness: @escaping @Sendable () async throws -> Void = {},
        _ body: (RunningServer) async throws -> Void
    ) async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configure(&configuration)
        var endpointConfiguration = Endpoint.Configuration()
        configureEndpoint(&endpointConfiguration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let endpoint = Endpoint(
            server: try MCPServer(name: "test", version: "1", tools: tools), sessions: InMemorySessionStore(),
            configuration: endpointConfiguration)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let service = HTTPServer(
            endpoint: endpoint, configuration: configuration, readiness: readiness, logger: logger,
            onListening: { continuation.yield($1) })
        let group = ServiceGroup(configuration: .init(services: [service], logger: logger))
        let ended = Ended()
        let running = Task {
            defer {
                ended.flag.withLock { $0 = true }
                continuation.finish()
            }
            try await group.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await running.value
            throw CancellationError()
        }
        do {
            try await body(RunningServer(port: port, group: group, ended: ended))
        } catch {
            running.cancel()
            _ = try? await running.value
            throw error
        }
        running.cancel()
        _ = try? await running.value
    }

    /// Begins a graceful shutdown.
    func shutDown() async { await group.triggerGracefulShutdown() }

    /// Waits for the server's end; false when it takes longer.
    func ends(within limit: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if ended.flag.withLock({ $0 }) { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    /// A new connection.
    func connect(receiveBuffer: Int32? = nil) async throws -> RawHTTPClient {
        try await RawHTTPClient.connect(port: port, receiveBuffer: receiveBuffer)
    }

    /// Opens a legacy session and returns its id.
    func openSession() async throws -> String {
        let client = try await connect()
        try await client.send("POST", "/mcp", fields: Requests.fields, body: Requests.initialize)
        let response = try await client.checkedResponse()
        guard let id = response.head["mcp-session-id"] else { throw RawHTTPClient.Failure.malformed(response.text) }
        return id
    }
}
#endif
