#if Metrics
import Metrics

/// What a pool reports by [swift-metrics](https://github.com/apple/swift-metrics), under `pgwire.pool.`, with the pool's
/// name as the dimension `pool`.
struct PoolMetrics: Sendable {
    private let idle: Gauge
    private let lent: Gauge
    private let opening: Gauge
    private let waiting: Gauge
    private let waitTime: Metrics.Timer
    private let holdTime: Metrics.Timer
    private let opens: Counter
    private let closes: Counter
    private let failures: Counter
    private let timeouts: Counter

    init(pool: String) {
        let dimensions = [("pool", pool)]
        idle = Gauge(label: "pgwire.pool.idle", dimensions: dimensions)
        lent = Gauge(label: "pgwire.pool.lent", dimensions: dimensions)
        opening = Gauge(label: "pgwire.pool.opening", dimensions: dimensions)
        waiting = Gauge(label: "pgwire.pool.waiting", dimensions: dimensions)
        waitTime = Timer(label: "pgwire.pool.wait", dimensions: dimensions)
        holdTime = Timer(label: "pgwire.pool.hold", dimensions: dimensions)
        opens = Counter(label: "pgwire.pool.opened", dimensions: dimensions)
        closes = Counter(label: "pgwire.pool.closed", dimensions: dimensions)
        failures = Counter(label: "pgwire.pool.failed", dimensions: dimensions)
        timeouts = Counter(label: "pgwire.pool.timeouts", dimensions: dimensions)
    }

    /// How the pool stands now.
    func stands(_ usage: PGPool.Usage) {
        idle.record(usage.idle)
        lent.record(usage.lent)
        opening.record(usage.opening)
        waiting.record(usage.waiting)
    }

    /// Somebody got a connection after so long.
    func waited(_ duration: Duration) { waitTime.record(duration: duration) }
    /// Somebody gave one back after so long.
    func held(_ duration: Duration) { holdTime.record(duration: duration) }
    func opened() { opens.increment() }
    func closed() { closes.increment() }
    func failedToOpen() { failures.increment() }
    /// So many did not get one in time.
    func timedOut(_ count: Int) { timeouts.increment(by: count) }
}
#else
/// Nothing is reported without the trait `Metrics`.
struct PoolMetrics: Sendable {
    init(pool: String) {}
    func held(_ duration: Duration) {}
    func opened() {}
    func closed() {}
    func failedToOpen() {}
    func timedOut(_ count: Int) {}
}
#endif
