import Synchronization

/// An answer that is handed on in pieces: rows, or the data of a COPY.
///
/// What has come and was not asked for yet is bounded: beyond ``highWater`` the connection reads no further.
final class PendingStream: SessionLine.Place, AnswerReceiver, @unchecked Sendable {
    // @unchecked Sendable: as a place is; `state` is a lock.

    enum Event: Sendable {
        case opening(StreamOpening)
        case chunk(StreamChunk)
        /// The end, with a result for each statement, but without what was streamed.
        case end([PGResult])
    }

    typealias Next = Result<Event, PGError>

    private struct State: ~Copyable {
        var events = FIFO<Event>()
        var bufferedBytes = 0
        var failure: PGError?
        var hasEnded = false
        var waiter: CheckedContinuation<Next, Never>?
        /// The writer of a COPY that waits until it may send more.
        var writer: CheckedContinuation<Void, Never>?
        var deadline: MonotonicTime
        var abandonedUntil: MonotonicTime?
        /// Whether the sender was told that there is no room.
        var isFull = false
    }

    /// How many bytes wait for the reader before the connection stops reading.
    static let highWater = 256 << 10
    /// How few there must be before it goes on.
    static let lowWater = 64 << 10

    private let state: Mutex<State>

    /// - Parameter deadline: until when the first event has to come.
    init(deadline: MonotonicTime) {
        state = Mutex(State(deadline: deadline))
    }

    // MARK: The reader's side

    /// The next event, if it is there.
    func poll() -> Next? {
        state.withLock { Self.take(&$0) }
    }

    /// Whether there is room again after there was none, which is told once.
    func hasRoomAgain() -> Bool {
        state.withLock { state in
            guard state.isFull, state.bufferedBytes < Self.lowWater else { return false }
            state.isFull = false
            return true
        }
    }

    /// Waits for the next event until `deadline`. Only one task may wait at a time.
    func wait(until deadline: MonotonicTime, _ start: () -> Void) async -> Next {
        await withCheckedContinuation { continuation in
            let early: Next? = state.withLock { state in
                if let next = Self.take(&state) { return next }
                guard state.waiter == nil else {
                    return .failure(PGError(.usage, "Two tasks read one stream at once", retry: .pointless))
                }
                state.waiter = continuation
                state.deadline = deadline
                return nil
            }
            if let early { continuation.resume(returning: early) } else { start() }
        }
    }

    private static func take(_ state: inout State) -> Next? {
        if let event = state.events.popFirst() {
            if case .chunk(let chunk) = event { state.bufferedBytes -= chunk.byteCount }
            return .success(event)
        }
        return state.failure.map { .failure($0) }
    }

    /// Waits until there may be room to send more, the server has ended the COPY, or it was abandoned.
    ///
    /// - Parameter hasRoom: Looked at once more after the wait has begun.
    func waitForRoom(until deadline: MonotonicTime, _ hasRoom: () -> Bool) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let mustWait = state.withLock { state in
                guard !state.hasEnded, state.abandonedUntil == nil, state.writer == nil else { return false }
                state.writer = continuation
                state.deadline = deadline
                return true
            }
            if !mustWait { continuation.resume() } else if hasRoom() { makeRoom() }
        }
    }

    /// Lets the writer go on.
    func makeRoom() {
        state.withLock { $0.writer.take() }?.resume()
    }

    /// Whether the server has not ended it yet.
    var isOpen: Bool { state.withLock { !$0.hasEnded && $0.abandonedUntil == nil } }

    // MARK: The connection's side

    func begin(_ opening: StreamOpening) { add(.opening(opening)) }

    func take(_ chunk: StreamChunk) -> Bool {
        add(.chunk(chunk))
        return state.withLock { state in
            // Nobody reads what was abandoned, so that it must not stop anything.
            guard state.abandonedUntil == nil else { return true }
            if state.bufferedBytes >= Self.highWater { state.isFull = true }
            return !state.isFull
        }
    }

    func complete(_ machine: inout QueryMachine) {
        switch machine.takeOutcomes() {
        case .success(let results): add(.end(results))
        case .failure(let error): fail(error)
        }
    }

    private func add(_ event: Event) {
        let waiter: CheckedContinuation<Next, Never>? = state.withLock { state in
            if case .end = event { state.hasEnded = true }
            guard state.abandonedUntil == nil else { return nil }
            if let waiter = state.waiter.take() { return waiter }
            if case .chunk(let chunk) = event { state.bufferedBytes += chunk.byteCount }
            state.events.append(event)
            return nil
        }
        waiter?.resume(returning: .success(event))
    }

    /// What came before the failure is still read.
    func fail(_ error: PGError) {
        let waiter: CheckedContinuation<Next, Never>? = state.withLock { state in
            state.hasEnded = true
            state.failure = state.failure ?? error
            return state.waiter.take()
        }
        waiter?.resume(returning: .failure(error))
        makeRoom()
    }

    func abandon(_ error: PGError, patience: Duration) -> Bool {
        let (waiter, wasOpen) = state.withLock { state in
            let wasOpen = !state.hasEnded && state.abandonedUntil == nil
            if wasOpen { state.abandonedUntil = .now + patience }
            state.failure = state.failure ?? error
            _ = state.events.removeAll()
            state.bufferedBytes = 0
            return (state.waiter.take(), wasOpen)
        }
        waiter?.resume(returning: .failure(error))
        makeRoom()
        return wasOpen
    }

    var isAwaited: Bool { isOpen }

    var isAbandoned: Bool { state.withLock { !$0.hasEnded && $0.abandonedUntil != nil } }

    func due(at now: MonotonicTime) -> AnswerDue {
        state.withLock { state in
            if state.hasEnded { return .nothing(until: .distantFuture) }
            if let until = state.abandonedUntil { return until <= now ? .giveUp : .nothing(until: until) }
            // Between its questions it is the reader who takes the time.
            guard state.waiter != nil || state.writer != nil else { return .nothing(until: .distantFuture) }
            return state.deadline <= now ? .timeout : .nothing(until: state.deadline)
        }
    }
}
