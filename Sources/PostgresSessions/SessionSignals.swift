internal import Logging
internal import MCP
internal import PGWire
internal import Synchronization

/// How the instances that share a database tell each other that something has come, and that they are alive.
///
/// What is told may get lost, and nothing depends on it but how soon it is noticed. Nothing runs before the first stream
/// is opened or watched.
final class SessionSignals: Sendable {
    /// How long this instance waits for others.
    struct Patience: Sendable {
        /// The mean time between two looks at the streams that are watched.
        var pollInterval: Duration = .milliseconds(1500)
        /// How long an instance's lock may be free before the instance counts as dead. After a restart of the database
        /// all locks are free until their owners have connected again.
        var absence: Duration = .seconds(8)
    }

    /// The channel on which all instances listen.
    static let channel = "mcp_sessions"

    private let pool: PGPool
    private let retention: Duration
    private let patience: Patience
    private let logger: Logger
    private let watches = WatchTable()
    /// What was published here and elsewhere.
    let changes = LocalChangeFeed()
    private let tasks = Mutex<(presence: Task<Void, Never>?, watching: [Task<Void, Never>])>((nil, []))
    /// This instance, as the others know it.
    let instance: InstancePresence

    init(_ pool: PGPool, retention: Duration, patience: Patience, logger: Logger) {
        self.pool = pool
        self.retention = retention
        self.patience = patience
        self.logger = logger
        instance = InstancePresence(pool, logger: logger)
    }

    deinit {
        tasks.withLock { tasks in
            tasks.presence?.cancel()
            for task in tasks.watching { task.cancel() }
        }
    }

    /// Makes this instance known to the others, if that was not done before.
    func appear() {
        tasks.withLock { tasks in
            guard tasks.presence == nil else { return }
            tasks.presence = Task { [instance] in await instance.run() }
        }
    }

    /// Wakes those whom a signal concerns, here at once and on other instances soon.
    func tell(of signal: WatchSignal) {
        watches.wake(signal)
        appear()
        instance.tell(of: signal)
    }

    /// Tells other instances of a change.
    func tell(of change: PublishedChange) {
        appear()
        instance.tell(of: change)
    }

    /// Begins a watch.
    func watch(_ subject: WatchTable.Subject) -> StoreWatch {
        // The watch is there before anything listens for it.
        let watch = watches.watch(subject)
        listen()
        return watch
    }

    /// Begins to hear what other instances tell, if that was not done before.
    func listen() {
        tasks.withLock { tasks in
            guard tasks.watching.isEmpty else { return }
            let poll = WatchPoll(pool, watches, retention: retention, patience: patience, logger: logger)
            let listener = SignalListener(
                pool: pool, watches: watches, changes: changes, poll: poll, ownNumber: instance.number, logger: logger)
            tasks.watching = [Task { await poll.run() }, Task { await listener.run() }]
        }
    }
}
