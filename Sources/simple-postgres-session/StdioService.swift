#if Servers
import MCP
import ServiceLifecycle

/// Serves one client on standard input and output, until the input ends or the program is told to stop.
struct StdioService: Service {
    let transport: StdioTransport

    func run() async throws {
        await cancelWhenGracefulShutdown { await transport.run() }
    }
}
#endif
