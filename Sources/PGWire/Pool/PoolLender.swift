import Logging
import Synchronization

/// Carries out what ``PoolState`` decides: opens and closes connections, wakes those who wait, watches the clock.
final class PoolLender: DeadlineTarget {
    final class Waiter: Sendable {
        let outcome = OneShot<Result<Lease, PGError>>()
    }

    typealias State = PoolState<PGConnection, Waiter>
    typealias Lease = State.Lease

    struct Shared: Sendable {
        var pool: State
        /// The earliest moment at which the loop will look for deadlines.
        var armed = MonotonicTime.distantFuture
        /// Those who wait for the last lent connection to come back.
        var drained: [OneShot<Void>] = []
    }

    let configuration: PGConfiguration
    let options: PGPool.Options
    let logger: Logger
    let metrics: PoolMetrics
    let shared: Mutex<Shared>
    private let loop = PGEventLoop.any()
    private let typeNames = TypeNames()

    init(configuration: PGConfiguration, options: PGPool.Options, logger: Logger) {
        self.configuration = configuration
        self.options = options
        self.logger = logger
        metrics = PoolMetrics(pool: options.name)
        shared = Mutex(Shared(pool: State(options.limits)))
    }

    var usage: PGPool.Usage { shared.withLock { $0.pool.usage } }

    // MARK: Lending

    /// - Throws: ``PGError``, with ``PGError/Code/cancelled`` where the task was cancelled while it waited.
    func acquire(for site: PoolCallSite) async throws(PGError) -> Lease {
        let start = MonotonicTime.now
        while true {
            switch shared.withLock({ $0.pool.acquire(at: .now, for: site, Waiter.init) }) {
            case .lend(let lease):
                didLend(since: start)
                return lease
            case .check(let lease):
                guard try await isAlive(lease) else { continue }
                didLend(since: start)
                return lease
            case .wait(let waiter, let ticket):
                let lease = try await wait(waiter, ticket)
                didLend(since: start)
                return lease
            case .refuse(let refusal):
                throw describe(refusal)
            }
        }
    }

    private func wait(
        _ waiter: Waiter, _ ticket: WaitingLine<Waiter>.Ticket
    ) async throws(PGError) -> Lease {
        openMissing()
        report()
        let outcome = await withTaskCancellationHandler {
            await waiter.outcome.wait {}
        } onCancel: {
            let waiter = shared.withLock { $0.pool.cancel(ticket) }
            waiter?.outcome.end(
                .failure(PGError(.cancelled, "Cancelled while waiting for a connection", retry: .safe)))
        }
        return try outcome.get()
    }

    /// Has a connection that was idle for long show that it works. Where it does not, neither will those that were idle
    /// for as long.
    private func isAlive(_ lease: Lease) async throws(PGError) -> Bool {
        do throws(PGError) {
            try await lease.connection.query("", timeout: options.checkTimeout)
            return true
        } catch {
            guard error.code != .cancelled else {
                release(lease, .clean)
                throw error
            }
            logger.debug("a connection that was idle for long does not work any more: \(error)")
            let now = MonotonicTime.now
            let suspects = shared.withLock { shared in
                shared.pool.removeIdle { $0.since + self.options.idleCheckAfter < now }
            }
            close(suspects)
            giveBack(lease, isFit: false)
            return false
        }
    }

    /// Takes back what was lent, at once where the session is as it was, and otherwise once it is again.
    func release(_ lease: Lease, _ use: PoolUse) {
        let connection = lease.connection
        if use == .stoodDown { close(shared.withLock { $0.pool.endGeneration(of: lease) }) }
        guard use != .stoodDown, !connection.isClosed else { return giveBack(lease, isFit: false) }
        let isAtRest = connection.session.isAtRest
        let mustReset = options.reset == .always || options.reset == .automatic && use == .traces
        if isAtRest, !mustReset { return giveBack(lease, isFit: true) }
        Task { giveBack(lease, isFit: await restore(connection)) }
    }

    private func restore(_ connection: PGConnection) async -> Bool {
        let patience = options.connection.cancelPatience
        guard options.reset == .never else { return await connection.resetSession(timeout: patience) }
        _ = try? await connection.query("ROLLBACK", timeout: patience)
        return connection.session.isAtRest
    }

    private func giveBack(_ lease: Lease, isFit: Bool) {
        let now = MonotonicTime.now
        let isFit = isFit && !lease.connection.isClosed
        follow(shared.withLock { $0.pool.release(lease, at: now, isFit: isFit) })
        metrics.held(now.duration(since: lease.since))
        report()
    }

    /// Carries out what becomes of a connection that nobody has.
    private func follow(_ fate: State.Return) {
        switch fate {
        case .lend(let lease, let place):
            place.waiter.outcome.end(.success(lease))
        case .close(let connection):
            close([connection])
            openMissing()
            reportDrained()
        case .keep(let lease):
            // It may have ended just before it came to lie there.
            if lease.connection.isClosed { forgetIdle(lease.slot, lease.connection) }
        }
    }

    private func forgetIdle(_ slot: Int, _ connection: PGConnection) {
        guard shared.withLock({ $0.pool.removeIdle(slot, connection) }) else { return }
        metrics.closed()
        openMissing()
        report()
    }

    private func close(_ connections: [PGConnection]) {
        for connection in connections {
            connection.close()
            metrics.closed()
        }
    }

    // MARK: Opening

    /// Opens as many connections as there are tasks without one, or as the minimum asks for.
    func openMissing() {
        for slot in shared.withLock({ $0.pool.openings(at: .now) }) {
            Task { await open(slot) }
        }
        arm()
    }

    private func open(_ slot: Int) async {
        do throws(PGError) {
            let connection = try await PGConnection.connect(
                configuration, options: options.connection, typeNames: typeNames, logger: logger)
            connection.onClose { [weak self, weak connection] in
                if let connection { self?.forgetIdle(slot, connection) }
            }
            metrics.opened()
            // Each one's life is of another length, so that they do not end together.
            let lifetime = options.maximumLifetime.map { $0 * (1 - Double.random(in: 0..<0.2)) }
            follow(shared.withLock { $0.pool.opened(slot, connection, at: .now, lifetime: lifetime) })
            // An outage has ended, and with it the restraint in opening more.
            openMissing()
        } catch {
            logger.debug("no connection could be opened: \(error)")
            metrics.failedToOpen()
            let error = error
            let failed = shared.withLock { shared in
                shared.pool.failedToOpen(slot, error, at: .now, random: .random(in: 0..<1))
            }
            for place in failed { place.waiter.outcome.end(.failure(error)) }
            reportDrained()
            arm()
        }
        report()
    }

    /// A connection that does not belong to the pool.
    func connectApart() async throws(PGError) -> PGConnection {
        try await PGConnection.connect(configuration, options: options.connection, logger: logger)
    }

    // MARK: Time

    /// Has the loop look for deadlines when the next one comes, unless it does so earlier anyway.
    private func arm() {
        let next: MonotonicTime? = shared.withLock { shared in
            let next = shared.pool.nextTick
            guard next < shared.armed else { return nil }
            shared.armed = next
            return next
        }
        if let next { loop.schedule(next, self) }
    }

    func deadlineReached(_ now: MonotonicTime) {
        let (chores, timeout) = shared.withLock { shared in
            // An earlier entry of the heap may still be under way; the one that has come is not.
            if shared.armed <= now { shared.armed = .distantFuture }
            let chores = shared.pool.tick(at: now)
            return (chores, chores.expired.isEmpty ? nil : PoolWaitTimeout(shared.pool, at: now))
        }
        close(chores.close)
        if let timeout {
            let error = timeout.error(options.waitTimeout, options.maximumConnections, configuration.addressDescription)
            for place in chores.expired { place.waiter.outcome.end(.failure(error)) }
            metrics.timedOut(chores.expired.count)
        }
        for leak in chores.leaks {
            logger.warning("a connection has been lent to \(leak.site) for \(leak.duration.inMilliseconds)")
        }
        if let undrained = chores.undrained {
            for connection in undrained { connection.close() }
            endDrain()
        }
        openMissing()
        report()
    }

    // MARK: Closing

    /// Closes at once what nobody uses; what is lent is closed when it comes back.
    func abandon() {
        let (idle, waiting) = shared.withLock { $0.pool.close() }
        for place in waiting { place.waiter.outcome.end(.failure(describe(.closed))) }
        close(idle)
        report()
    }

    func close(within limit: Duration?) async {
        abandon()
        let deadline = MonotonicTime.now + (limit ?? options.drainTimeout)
        let drained = OneShot<Void>()
        let mustWait = shared.withLock { shared in
            guard !shared.pool.isDrained else { return false }
            shared.drained.append(drained)
            shared.pool.drainDeadline = min(shared.pool.drainDeadline, deadline)
            return true
        }
        guard mustWait else { return }
        arm()
        await drained.wait {}
    }

    private func reportDrained() {
        if shared.withLock({ $0.pool.isDrained }) { endDrain() }
    }

    private func endDrain() {
        let drained: [OneShot<Void>] = shared.withLock { shared in
            defer { shared.drained = [] }
            return shared.drained
        }
        for waiter in drained { waiter.end(()) }
    }
}
