import Synchronization

/// One wait for a descriptor to become ready, with a deadline, for the few steps that come before a connection runs by
/// itself: connecting, handshakes, cancel requests.
final class ReadinessWait: EventHandler, DeadlineTarget {
    /// How a wait ended.
    enum Outcome: Sendable {
        case ready
        case deadline
        case cancelled
        case failed(SystemError)
    }

    private let outcome = OneShot<Outcome>()
    private let registration = Mutex<PGEventLoop.Registration?>(nil)
    private let wanted: Readiness

    private init(_ wanted: Readiness) {
        self.wanted = wanted
    }

    /// Waits until `socket` is readable or writable, as `wanted` says.
    static func wait(
        for wanted: Readiness, of socket: Socket, on loop: PGEventLoop, until deadline: MonotonicTime
    ) async -> Outcome {
        let wait = ReadinessWait(wanted)
        let outcome = await withTaskCancellationHandler {
            await wait.outcome.wait { loop.execute { wait.register(socket, loop, deadline) } }
        } onCancel: {
            wait.outcome.end(.cancelled)
        }
        // The next wait, or the connection, registers the same descriptor.
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute {
                if let registration = wait.registration.withLock({ $0.take() }) {
                    loop.deregister(registration, socket.descriptor)
                }
                continuation.resume()
            }
        }
        return outcome
    }

    private func register(_ socket: Socket, _ loop: PGEventLoop, _ deadline: MonotonicTime) {
        do {
            let new = try loop.register(socket.descriptor, self, writable: wanted.contains(.writable))
            registration.withLock { $0 = new }
            loop.schedule(deadline, self)
        } catch {
            outcome.end(.failed(error))
        }
    }

    func ready(_ readiness: Readiness) {
        let isWanted =
            wanted.contains(.writable) && readiness.allowsWriting
            || wanted.contains(.readable) && readiness.allowsReading
        if isWanted { outcome.end(.ready) }
    }

    func deadlineReached(_ now: MonotonicTime) {
        outcome.end(.deadline)
    }
}
