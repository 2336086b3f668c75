import Synchronization

/// How late a task of this process is woken at the worst, since it shares its machine.
final class Lateness: Sendable {
    private struct Beats {
        var last = ContinuousClock.now
        var largest = Duration.zero
    }

    private static let interval: Duration = .milliseconds(20)
    private let beats = Mutex(Beats())

    /// Measures for as long as somebody holds it.
    init() {
        Task { [weak self] in
            while let self {
                try? await Task.sleep(for: Self.interval)
                beat()
            }
        }
    }

    /// The largest delay so far, the one that is under way included.
    var largest: Duration {
        beats.withLock { max($0.largest, ContinuousClock.now - $0.last - Self.interval) }
    }

    private func beat() {
        beats.withLock { beats in
            let now = ContinuousClock.now
            beats.largest = max(beats.largest, now - beats.last - Self.interval)
            beats.last = now
        }
    }
}
