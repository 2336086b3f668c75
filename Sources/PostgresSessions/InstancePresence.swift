internal import Digests
internal import Logging
internal import MCP
internal import PGWire
internal import Synchronization

/// This instance as the others know it: a connection that holds the lock of its number as long as it lives, and on which
/// it tells the others what has come.
///
/// NOTIFY takes a lock of the whole database until its transaction has ended. That is why no transaction that changes
/// something notifies: what comes within 10 ms is told together, afterwards, in a transaction of its own.
final class InstancePresence: Sendable {
    private static let gathering: Duration = .milliseconds(10)
    private static let heartbeat: Duration = .seconds(2)
    private static let maximumBackoff: Duration = .seconds(2)
    /// What is beyond that is found by the other instances' polls.
    private static let maximumWaiting = 10_000

    private struct Waiting {
        var signals: Set<WatchSignal> = []
        var changes: [PublishedChange] = []
        var isEmpty: Bool { signals.isEmpty && changes.isEmpty }
    }

    /// Random, and with that its own.
    let number: Int32
    private let pool: PGPool
    private let logger: Logger
    private let waiting = Mutex(Waiting())
    private let alarm = StoreWatch(onEnd: {})

    init(_ pool: PGPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
        number = SecureRandom.bytes(4).reduce(Int32(0)) { $0 << 8 | Int32($1) }
    }

    /// Has the others told soon.
    func tell(of signal: WatchSignal) {
        add { waiting in if waiting.signals.count < Self.maximumWaiting { waiting.signals.insert(signal) } }
    }

    /// Has the others told soon.
    func tell(of change: PublishedChange) {
        add { waiting in if waiting.changes.count < Self.maximumWaiting { waiting.changes.append(change) } }
    }

    private func add(_ body: (inout Waiting) -> Void) {
        let isFirst = waiting.withLock { waiting in
            defer { body(&waiting) }
            return waiting.isEmpty
        }
        if isFirst { alarm.wake() }
    }

    /// Holds the lock and tells, until the task is cancelled.
    func run() async {
        var backoff = Duration.milliseconds(50)
        while !Task.isCancelled {
            do throws(PGError) {
                let connection = try await pool.connectApart()
                _ = try await connection.query(
                    PGQuery(
                        unsafeSQL: "SELECT pg_advisory_lock($1::integer, $2::integer)", Schema.instanceLocks, number),
                    timeout: .seconds(5))
                backoff = .milliseconds(50)
                try await serve(connection)
            } catch {
                if Task.isCancelled { return }
                logger.warning(
                    "the connection that tells other instances of events was lost", metadata: ["error": "\(error)"])
            }
            guard (try? await Task.sleep(for: backoff)) != nil else { return }
            backoff = min(backoff * 2, Self.maximumBackoff)
        }
    }

    private func serve(_ connection: PGConnection) async throws(PGError) {
        while !Task.isCancelled {
            if await alarm.wait(atMost: Self.heartbeat), (try? await Task.sleep(for: Self.gathering)) == nil { return }
            let told = waiting.withLock { waiting in
                defer { waiting = Waiting() }
                return waiting
            }
            let messages = SignalMessage.telling(told.signals, told.changes, from: number)
            // Without a message it is the heartbeat, by which a lost connection, and with it the lock, is noticed.
            _ = try await connection.query(
                PGQuery(
                    unsafeSQL: "SELECT count(pg_notify($1, m)) FROM unnest($2::text[]) m", SessionSignals.channel,
                    messages), timeout: .seconds(5))
        }
    }
}
