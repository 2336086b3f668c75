import Logging
import Synchronization

/// The bookkeeping of a pool: who has which connection, who waits, who opens one.
///
/// Whoever takes a waiter out of the line, under the lock, is the one who answers it; so a connection is never handed to
/// a task that has stopped waiting.
final class PoolLender: DeadlineTarget {
    private final class Waiter: Sendable {
        let deadline: MonotonicTime
        let outcome = OneShot<Result<PGConnection, PGError>>()
        init(deadline: MonotonicTime) { self.deadline = deadline }
    }

    private struct State {
        var idle: [PGConnection] = []
        var waiters = FIFO<Waiter>()
        var lent: [ObjectIdentifier: PGConnection] = [:]
        var opening = 0
        var isClosed = false
        /// Whether opening has failed and is tried again after a pause only.
        var isPausing = false
        var armed = MonotonicTime.distantFuture
        /// Those who wait for the last lent connection to come back.
        var drained: [OneShot<Void>] = []
        var drainDeadline = MonotonicTime.distantFuture

        var total: Int { idle.count + lent.count + opening }

        /// Those who wait for the pool to be drained, and what is still lent.
        mutating func takeDrained() -> (waiters: [OneShot<Void>], lent: [PGConnection]) {
            defer { drained = [] }
            return (drained, Array(lent.values))
        }
    }

    /// How long opening pauses after a failure.
    private static let pause: Duration = .milliseconds(250)

    private let configuration: PGConfiguration
    private let options: PGPool.Options
    private let logger: Logger
    private let loop = PGEventLoop.any()
    private let state = Mutex(State())

    init(configuration: PGConfiguration, options: PGPool.Options, logger: Logger) {
        self.configuration = configuration
        self.options = options
        self.logger = logger
    }

    var usage: PGPool.Usage {
        state.withLock { state in
            PGPool.Usage(
                idle: state.idle.count, lent: state.lent.count, opening: state.opening, waiting: state.waiters.count)
        }
    }

    // MARK: Lending

    func acquire() async throws(PGError) -> PGConnection {
        let waiter = Waiter(deadline: .now + options.waitTimeout)
        if let connection = try takeOrWait(waiter) { return connection }
        arm(waiter.deadline)
        openMissing()
        let outcome = await withTaskCancellationHandler {
            await waiter.outcome.wait {}
        } onCancel: {
            answer(PGError(.cancelled, "Cancelled while waiting for a connection", retry: .safe)) { $0 === waiter }
        }
        return try outcome.get()
    }

    private func takeOrWait(_ waiter: Waiter) throws(PGError) -> PGConnection? {
        try state.withLock { (state) throws(PGError) -> PGConnection? in
            guard !state.isClosed else { throw PGError(.pool, "The pool is closed", retry: .pointless) }
            if state.waiters.isEmpty, let connection = state.idle.popLast() {
                state.lent[ObjectIdentifier(connection)] = connection
                return connection
            }
            guard state.waiters.count < options.maximumWaiters else {
                throw PGError(
                    .pool, "\(state.waiters.count) tasks wait for a connection already", retry: .safe,
                    address: configuration.addressDescription)
            }
            state.waiters.append(waiter)
            return nil
        }
    }

    func release(_ connection: PGConnection) {
        if connection.isClosed {
            discard(connection)
        } else if connection.transactionStatus == .idle, connection.pendingQueries == 0 {
            takeBack(connection, isLent: true)
        } else {
            Task { await settle(connection) }
        }
    }

    /// Brings back to an idle state what a task left in a transaction or with an answer yet to come.
    private func settle(_ connection: PGConnection) async {
        _ = try? await connection.query("ROLLBACK", timeout: options.connection.cancelPatience)
        let isSettled =
            !connection.isClosed && connection.transactionStatus == .idle && connection.pendingQueries == 0
        if isSettled { takeBack(connection, isLent: true) } else { discard(connection) }
    }

    /// Takes a connection that is in order, and gives it to whoever waits the longest.
    private func takeBack(_ connection: PGConnection, isLent: Bool) {
        enum Fate {
            case lend(Waiter)
            case keep
            case close
        }
        let fate: Fate = state.withLock { state in
            if isLent {
                state.lent[ObjectIdentifier(connection)] = nil
            } else {
                state.opening -= 1
            }
            if state.isClosed { return .close }
            if let waiter = state.waiters.popFirst() {
                state.lent[ObjectIdentifier(connection)] = connection
                return .lend(waiter)
            }
            state.idle.append(connection)
            return .keep
        }
        switch fate {
        case .lend(let waiter): waiter.outcome.end(.success(connection))
        case .close: connection.close()
        case .keep:
            // It may have ended just before it came to lie there.
            if connection.isClosed { forgetIdle(connection) }
        }
        reportDrained()
    }

    private func discard(_ connection: PGConnection) {
        connection.close()
        state.withLock { $0.lent[ObjectIdentifier(connection)] = nil }
        reportDrained()
        openMissing()
    }

    private func forgetIdle(_ connection: PGConnection) {
        let wasIdle = state.withLock { state in
            guard let index = state.idle.firstIndex(where: { $0 === connection }) else { return false }
            state.idle.remove(at: index)
            return true
        }
        if wasIdle { openMissing() }
    }

    // MARK: Opening

    /// Opens as many connections as there are tasks without one, or as the minimum asks for.
    func openMissing() {
        let count = state.withLock { state in
            guard !state.isClosed, !state.isPausing else { return 0 }
            let wanted = max(state.waiters.count - state.opening, options.minimumConnections - state.total)
            let count = max(0, min(wanted, options.maximumConnections - state.total))
            state.opening += count
            return count
        }
        for _ in 0..<count {
            Task { await open() }
        }
    }

    private func open() async {
        do throws(PGError) {
            let connection = try await PGConnection.connect(
                configuration, options: options.connection, logger: logger)
            connection.onClose { [weak self, weak connection] in
                if let connection { self?.forgetIdle(connection) }
            }
            takeBack(connection, isLent: false)
        } catch {
            didFailToOpen(error)
        }
    }

    /// Tells those who wait, unless a connection that exists will serve them; and tries again after a pause where
    /// somebody still needs it.
    private func didFailToOpen(_ error: PGError) {
        let (failed, mustPause) = state.withLock { state in
            state.opening -= 1
            let canWait = error.retry == .safe && !state.lent.isEmpty
            let failed = canWait ? [] : state.waiters.removeAll()
            let isWanted = !state.waiters.isEmpty || state.total < options.minimumConnections
            let mustPause = isWanted && !state.isClosed && !state.isPausing
            if mustPause { state.isPausing = true }
            return (failed, mustPause)
        }
        logger.debug("no connection could be opened: \(error)")
        for waiter in failed { waiter.outcome.end(.failure(error)) }
        reportDrained()
        guard mustPause else { return }
        Task { [weak self] in
            try? await Task.sleep(for: Self.pause)
            self?.state.withLock { $0.isPausing = false }
            self?.openMissing()
        }
    }

    /// A connection that does not belong to the pool.
    func connectApart() async throws(PGError) -> PGConnection {
        try await PGConnection.connect(configuration, options: options.connection, logger: logger)
    }

    // MARK: Deadlines

    /// Has the loop look for deadlines at `time`, unless it does so earlier anyway.
    private func arm(_ time: MonotonicTime) {
        let isEarliest = state.withLock { state in
            guard time < state.armed else { return false }
            state.armed = time
            return true
        }
        if isEarliest { loop.schedule(time, self) }
    }

    func deadlineReached(_ now: MonotonicTime) {
        let (expired, next, drained) = state.withLock { state in
            let expired = state.waiters.removeAll { $0.deadline <= now }
            if state.armed <= now { state.armed = .distantFuture }
            let drained = state.drainDeadline <= now ? state.takeDrained() : nil
            var next = drained == nil ? state.drainDeadline : .distantFuture
            state.waiters.forEach { next = min(next, $0.deadline) }
            return (expired, next, drained)
        }
        arm(next)
        let usage = usage
        let error = PGError(
            .pool,
            "No connection became free within \(options.waitTimeout): \(usage.lent) of at most "
                + "\(options.maximumConnections) are in use, \(usage.opening) are being opened",
            retry: .safe, address: configuration.addressDescription)
        for waiter in expired { waiter.outcome.end(.failure(error)) }
        if let drained { endDrain(drained) }
    }

    private func answer(_ error: PGError, _ condition: @Sendable (Waiter) -> Bool) {
        let waiters = state.withLock { $0.waiters.removeAll(where: condition) }
        for waiter in waiters { waiter.outcome.end(.failure(error)) }
    }

    // MARK: Closing

    /// Closes at once what nobody uses; what is lent is closed when it comes back.
    func abandon() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        answer(PGError(.pool, "The pool is closed", retry: .pointless)) { _ in true }
        for connection in idle { connection.close() }
    }

    func close() async {
        abandon()
        let deadline = MonotonicTime.now + options.drainTimeout
        let drained = OneShot<Void>()
        let mustWait = state.withLock { state in
            guard state.lent.count + state.opening > 0 else { return false }
            state.drained.append(drained)
            state.drainDeadline = min(state.drainDeadline, deadline)
            return true
        }
        guard mustWait else { return }
        arm(deadline)
        await drained.wait {}
    }

    private func reportDrained() {
        let drained: [OneShot<Void>] = state.withLock { state in
            guard state.isClosed, state.lent.isEmpty, state.opening == 0 else { return [] }
            return state.takeDrained().waiters
        }
        for waiter in drained { waiter.end(()) }
    }

    /// Closes what was not given back in time.
    private func endDrain(_ drain: (waiters: [OneShot<Void>], lent: [PGConnection])) {
        for connection in drain.lent { connection.close() }
        for waiter in drain.waiters { waiter.end(()) }
    }
}
