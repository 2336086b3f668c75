#if Servers
internal import Synchronization

/// Which streams of an endpoint are open, and whether it is shutting down.
final class EndpointActivity: Sendable {
    private struct State {
        var isStopping = false
        var streams = 0
    }

    /// The longest time in which a pause does not notice a shutdown.
    private static let slice: Duration = .milliseconds(250)
    private let state = Mutex(State())

    /// Whether ``stop()`` was called.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Makes all pauses end soon.
    func stop() { state.withLock { $0.isStopping = true } }

    /// Whether one more stream could be opened now.
    func hasPlace(limit: Int) -> Bool { state.withLock { !$0.isStopping && $0.streams < limit } }

    /// A place for one more stream, which is free again when the value is released; nil when all are taken.
    func openStream(limit: Int) -> StreamPlace? {
        let isFree = state.withLock { state in
            guard !state.isStopping, state.streams < limit else { return false }
            state.streams += 1
            return true
        }
        return isFree ? StreamPlace(self) : nil
    }

    fileprivate func closeStream() { state.withLock { $0.streams -= 1 } }

    /// What ended a wait for a ``StoreWatch``.
    enum Wake { case signal, time, shutdown }

    /// Waits until the watch wakes, or the time is over.
    func wait(for watch: StoreWatch, atMost duration: Duration) async -> Wake {
        let end = ContinuousClock.now + duration
        while !isStopping, !Task.isCancelled {
            let rest = end - ContinuousClock.now
            if rest <= .zero { return .time }
            if await watch.wait(atMost: min(rest, Self.slice)) { return .signal }
        }
        return .shutdown
    }

    /// Waits; false when the task was cancelled or the endpoint is shutting down.
    ///
    /// Waking a few times a second costs next to nothing and needs no list of those who wait.
    func pause(for duration: Duration) async -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + duration
        while !isStopping {
            let rest = end - clock.now
            if rest <= .zero { return true }
            guard (try? await Task.sleep(for: min(rest, Self.slice))) != nil else { return false }
        }
        return false
    }
}

/// Counts one open stream as long as it lives.
final class StreamPlace: Sendable {
    private let activity: EndpointActivity
    private let isTaken = Mutex(true)

    fileprivate init(_ activity: EndpointActivity) { self.activity = activity }

    deinit { release() }

    /// Makes the place free before the value is released.
    func release() {
        let wasTaken = isTaken.withLock { isTaken in
            defer { isTaken = false }
            return isTaken
        }
        if wasTaken { activity.closeStream() }
    }
}
#endif
