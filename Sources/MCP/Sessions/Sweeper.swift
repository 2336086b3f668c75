public import Logging

/// Calls a store's ``SessionStore/sweep()`` from time to time.
public struct Sweeper: Sendable {
    private let store: any SessionStore
    private let interval: Duration
    private let logger: Logger

    /// A sweeper that is not running yet.
    ///
    /// - Parameters:
    ///   - store: Whose expired sessions are removed.
    ///   - interval: The mean time between two sweeps; a minute. Each pause is drawn from half to one and a half of it,
    ///     so that instances that were started together do not sweep together.
    ///   - logger: Hears of sweeps that failed.
    public init(
        _ store: any SessionStore, interval: Duration = .seconds(60), logger: Logger = Logger(label: "mcp.sweeper")
    ) {
        self.store = store
        self.interval = interval
        self.logger = logger
    }

    /// Sweeps until the task is cancelled. A sweep that fails is told to the log; the next one may succeed.
    public func run() async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: interval * Double.random(in: 0.5...1.5))
            } catch {
                return
            }
            do throws(SessionStoreError) {
                let removed = try await store.sweep()
                if removed > 0 { logger.debug("expired sessions removed", metadata: ["count": "\(removed)"]) }
            } catch {
                logger.warning("expired sessions could not be removed", metadata: ["error": "\(error)"])
            }
        }
    }
}
