internal import Logging
internal import MCP
internal import PGWire

/// Hears what other instances tell, on a connection of its own.
struct SignalListener: Sendable {
    let pool: PGPool
    let watches: WatchTable
    let changes: LocalChangeFeed
    let poll: WatchPoll
    /// What this instance told has been heard here already.
    let ownNumber: Int32
    let logger: Logger

    /// Listens until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do throws(PGError) {
                for try await event in pool.notifications(on: SessionSignals.channel) {
                    switch event {
                    case .gap: poll.runSoon()
                    case .message(let notification): hear(notification.payload)
                    }
                }
            } catch {
                if Task.isCancelled { return }
                logger.warning("notifications are not heard now", metadata: ["error": "\(error)"])
            }
            guard (try? await Task.sleep(for: .seconds(2))) != nil else { return }
        }
    }

    private func hear(_ payload: String) {
        guard let message = SignalMessage(payload), message.instance != ownNumber else { return }
        for signal in message.signals { watches.wake(signal) }
        for change in message.changes { changes.publish(change) }
    }
}
