/// Whether, how often and for how long a transaction that the server could not fit in is tried again.
///
/// Tried again is what failed with 40001 (serialization failure) or 40P01 (deadlock detected), whether a statement did or
/// COMMIT, as the manual asks for in
/// [Serialization Failure Handling](https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html);
/// and nothing else, above all no transaction whose outcome is not known. The closure runs again from BEGIN, so that it
/// must be able to: what it did outside of the database, it does twice.
public struct PGTransactionRetry: Sendable, Hashable {
    /// How often the transaction runs at most, the first time included. Values below 1 count as 1.
    public var maximumAttempts: Int
    /// The time from the first BEGIN after which no other attempt begins. Defaults to 30 seconds.
    public var maximumTime: Duration = .seconds(30)
    /// About how long to pause before the second attempt; before each further one, twice as long as before the last. Each
    /// pause is shortened at random by up to a half, so that those who collided do not meet again. Defaults to 10
    /// milliseconds.
    public var initialPause: Duration = .milliseconds(10)
    /// How long a pause gets at most. Defaults to one second.
    public var maximumPause: Duration = .seconds(1)

    /// No second attempt.
    public static let never = PGTransactionRetry(maximumAttempts: 1)

    /// Up to so many attempts, the first one included.
    public static func attempts(_ count: Int) -> PGTransactionRetry {
        PGTransactionRetry(maximumAttempts: count)
    }

    /// A policy with the default times.
    public init(maximumAttempts: Int) {
        self.maximumAttempts = maximumAttempts
    }

    /// The pause after an attempt, counted from 1.
    ///
    /// - Parameter random: from 0 up to 1.
    func pause(after attempt: Int, random: Double) -> Duration {
        let longest = min(maximumPause, .seconds(3600))
        var pause = max(initialPause, .nanoseconds(1))
        var doublings = attempt - 1
        while doublings > 0, pause < longest {
            pause = pause < longest / 2 ? pause * 2 : longest
            doublings -= 1
        }
        return max(.zero, min(pause, longest)) * (1 - random / 2)
    }

    /// Makes attempts until one returns, or fails with what is not worth another.
    ///
    /// - Parameter attempt: is given a scope of its own each time.
    nonisolated(nonsending) func run<R>(
        _ attempt: nonisolated(nonsending) (TransactionScope) async throws -> R
    ) async throws -> R {
        let end = MonotonicTime.now + maximumTime
        var count = 1
        while true {
            let scope = TransactionScope()
            do {
                return try await attempt(scope)
            } catch {
                let pause = pause(after: count, random: .random(in: 0..<1))
                guard scope.isWorthRepeating, count < maximumAttempts, .now + pause < end else { throw error }
                guard !Task.isCancelled, (try? await Task.sleep(for: pause)) != nil else {
                    throw Self.cancelled(instead: error)
                }
                count += 1
            }
        }
    }

    private static func cancelled(instead error: any Error) -> PGError {
        var cancelled = PGError(
            .cancelled, "Cancelled before the transaction was tried again", retry: .safe,
            server: (error as? PGError)?.server)
        cancelled.transactionOutcome = .rolledBack
        return cancelled
    }
}
