/// Whether connections can be opened at the moment, and when to try again.
///
/// While they cannot, one attempt is made at a time, after pauses that grow: a pool must not be the storm that keeps a
/// server from coming up again.
struct PoolOutage: Sendable {
    private static let shortestPause: Duration = .milliseconds(100)
    private static let longestPause: Duration = .seconds(2)

    private var failure: PGError?
    private var patienceEnd = MonotonicTime.distantFuture
    private var pause = PoolOutage.shortestPause
    private var hasEverConnected = false
    /// When another attempt may be made.
    private(set) var nextTry = MonotonicTime.distantFuture

    var isOver: Bool { failure == nil }
    /// Why the last attempt failed.
    var cause: PGError? { failure }

    func mayTry(at now: MonotonicTime) -> Bool { nextTry <= now }

    /// - Parameters:
    ///   - patience: How long an outage may last before those who wait are told.
    ///   - random: from 0 up to 1.
    mutating func note(_ error: PGError, at now: MonotonicTime, patience: Duration, random: Double) {
        if failure == nil {
            pause = Self.shortestPause
            patienceEnd = now + patience
        }
        failure = error
        nextTry = now + pause * (1 - random / 2)
        pause = min(pause * 2, Self.longestPause)
    }

    mutating func end() {
        hasEverConnected = true
        failure = nil
        nextTry = .distantFuture
    }

    /// Whether it is better to wait than to be told.
    ///
    /// A server that starts, stops or has no connection left says so, and will be there in a moment. One that cannot be
    /// reached may be restarting; that is assumed of an address which has worked before, since otherwise it is more
    /// likely to be wrong. A wrong password, a database that does not exist and the like do not pass.
    func mayPass(at now: MonotonicTime) -> Bool {
        guard let failure, failure.retry == .safe, now < patienceEnd else { return false }
        return hasEverConnected || failure.server != nil
    }

    /// What to tell those who ask between two attempts, so that they need not wait for the next.
    func refusal(at now: MonotonicTime) -> PGError? {
        mayTry(at: now) || mayPass(at: now) ? nil : failure
    }
}

/// Why a pool has no connection for somebody.
enum PoolRefusal {
    case closed
    case tooManyWaiters(Int)
    case outage(PGError)
}
