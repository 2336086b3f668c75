import Synchronization

/// How long a ``PGTransaction`` may be used: from its BEGIN or SAVEPOINT until its closure ends, but for the time when a
/// savepoint of its own is open.
///
/// Those who use it are counted, so that what ends the transaction is sent behind all that belongs to it, and nothing
/// behind what ends it.
final class TransactionScope: Sendable {
    private enum Phase {
        case open
        /// A savepoint is open: its own scope is the one to use.
        case suspended
        case ended
    }

    private struct State {
        var phase = Phase.open
        /// How many statements are under way.
        var running = 0
        /// Who waits for them.
        var quiet: OneShot<Void>?
        var leavesTraces = false
        /// The last error with which the server failed the transaction.
        var failure: PGError?
        var isWorthRepeating = false
    }

    private let state = Mutex(State())
    private let parent: TransactionScope?
    /// How many savepoints this one lies in, which its own name tells.
    let depth: Int

    init(in parent: TransactionScope? = nil) {
        self.parent = parent
        depth = parent.map { $0.depth + 1 } ?? 0
    }

    // MARK: Statements

    /// Begins a statement.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/usage`` where the closure has ended or a savepoint is open.
    func enter() throws(PGError) {
        try state.withLock { (state) throws(PGError) in
            try Self.check(state.phase)
            state.running += 1
        }
    }

    /// Ends a statement that was begun.
    func leave() {
        let quiet: OneShot<Void>? = state.withLock { state in
            state.running -= 1
            return state.running == 0 ? state.quiet.take() : nil
        }
        quiet?.end(())
    }

    private static func check(_ phase: Phase) throws(PGError) {
        switch phase {
        case .open: return
        case .suspended:
            throw PGError(
                .usage, "A savepoint of this transaction is open: its closure was given a transaction to use instead",
                retry: .pointless)
        case .ended:
            throw PGError(.usage, "The transaction's closure has ended, and the transaction with it", retry: .pointless)
        }
    }

    // MARK: What the statements did

    /// Notes that a statement may have changed what outlives the transaction.
    func noteTraces() {
        state.withLock { $0.leavesTraces = true }
        parent?.noteTraces()
    }

    /// Whether a statement may have changed what outlives the transaction.
    var leavesTraces: Bool { state.withLock { $0.leavesTraces } }

    /// Notes the server's error for a statement.
    func noteFailure(_ error: PGError) {
        guard error.server != nil else { return }
        state.withLock { $0.failure = error }
    }

    /// The last error that the server reported for a statement.
    var failure: PGError? { state.withLock { $0.failure } }

    /// Notes that the transaction fell victim to others that ran at the same time, and was rolled back.
    func noteWorthRepeating() { state.withLock { $0.isWorthRepeating = true } }

    /// Whether the same again can succeed.
    var isWorthRepeating: Bool { state.withLock { $0.isWorthRepeating } }

    // MARK: Savepoints and the end

    /// Bars the scope while a savepoint is open, once its statements have ended.
    func suspend() async throws(PGError) {
        try state.withLock { (state) throws(PGError) in
            try Self.check(state.phase)
            state.phase = .suspended
        }
        await quiet()
    }

    /// Opens the scope again; false where it has ended meanwhile.
    func resume() -> Bool {
        state.withLock { state in
            guard state.phase == .suspended else { return false }
            state.phase = .open
            return true
        }
    }

    /// Bars the scope for good, once its statements have ended; false where a savepoint is still open, which is the work of
    /// a task that outlives the closure.
    func end() async -> Bool {
        let isOrderly = state.withLock { state in
            defer { state.phase = .ended }
            return state.phase == .open
        }
        guard isOrderly else { return false }
        await quiet()
        return true
    }

    private func quiet() async {
        let quiet = OneShot<Void>()
        let isQuiet = state.withLock { state in
            if state.running > 0 { state.quiet = quiet }
            return state.running == 0
        }
        if !isQuiet { await quiet.wait {} }
    }
}
