#if Servers
import MCP
import ServiceLifecycle

/// Removes expired sessions as long as the program serves.
struct SweeperService: Service {
    let sweeper: Sweeper

    func run() async throws {
        await cancelWhenGracefulShutdown { await sweeper.run() }
    }
}
#endif
