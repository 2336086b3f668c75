extension PoolLender {
    func didLend(since start: MonotonicTime) {
        #if Metrics
        metrics.waited(MonotonicTime.now.duration(since: start))
        #endif
        report()
    }

    /// Has the metrics show how the pool stands.
    func report() {
        #if Metrics
        metrics.stands(usage)
        #endif
    }

    func describe(_ refusal: PoolRefusal) -> PGError {
        switch refusal {
        case .closed:
            PGError(.pool, "The pool is closed", retry: .pointless)
        case .tooManyWaiters(let count):
            PGError(
                .pool, "\(count) tasks wait for a connection already", retry: .safe,
                address: configuration.addressDescription)
        case .outage(let cause):
            cause
        }
    }
}

extension PGPool.Options {
    /// What the options ask of the pool's state.
    var limits: PoolLender.State.Limits {
        var limits = PoolLender.State.Limits()
        limits.minimum = minimumConnections
        limits.maximum = max(1, maximumConnections)
        limits.maximumWaiters = maximumWaiters
        limits.waitTimeout = waitTimeout
        limits.idleTimeout = idleTimeout
        limits.idleCheckAfter = idleCheckAfter
        limits.leakThreshold = leakThreshold
        limits.outagePatience = outagePatience
        // Often enough that each limit is passed by a quarter at most.
        let shortest = [idleTimeout, maximumLifetime, leakThreshold].compactMap { $0 }.min() ?? .seconds(60)
        limits.roundInterval = min(max(shortest / 4, .milliseconds(10)), .seconds(15))
        return limits
    }
}

/// Why a wait for a connection took too long: how the pool stands, and who has the connections.
struct PoolWaitTimeout: Sendable {
    /// How many of those who have a connection are named.
    private static let maximumNamed = 5

    private let usage: PGPool.Usage
    private let holdings: [PoolHolding]
    private let cause: PGError?

    init(_ pool: PoolLender.State, at now: MonotonicTime) {
        usage = pool.usage
        holdings = Array(pool.holdings(at: now).prefix(Self.maximumNamed))
        cause = pool.outage.cause
    }

    /// The error for who waited: the cause where there is no connection because none can be opened, since then it is not
    /// the pool that is too small.
    func error(_ timeout: Duration, _ maximum: Int, _ address: String) -> PGError {
        var message =
            "No connection became free within \(timeout): \(usage.lent) of at most \(maximum) are in use, "
            + "\(usage.opening) are being opened, \(usage.waiting) other tasks wait"
        if !holdings.isEmpty {
            message += "; held the longest: " + holdings.map(\.description).joined(separator: ", ")
        }
        guard let cause else { return PGError(.pool, message, retry: .safe, address: address) }
        message += "; none can be opened: \(cause.message)"
        let code = usage.lent == 0 ? cause.code : .pool
        return PGError(code, message, retry: .safe, address: address, server: cause.server)
    }
}
