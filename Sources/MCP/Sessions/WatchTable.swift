internal import Synchronization

/// Who watches what in a store.
package final class WatchTable: Sendable {
    /// Something that is watched.
    package struct Subject: Hashable, Sendable {
        /// The digest of the session's handle.
        package var session: [UInt8]
        /// What is watched in it.
        package var subject: WatchedSubject

        package init(session: [UInt8], subject: WatchedSubject) {
            self.session = session
            self.subject = subject
        }

        /// What tells of it.
        package var signal: WatchSignal { WatchSignal(subject, inSession: session) }
    }

    private struct Listed {
        weak var watch: StoreWatch?
        var subject: Subject
    }

    private struct State {
        var next: UInt64 = 0
        var watches: [UInt64: Listed] = [:]
        var numbers: [WatchSignal: Set<UInt64>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Begins a watch, which ends when nobody holds it any more.
    package func watch(_ subject: Subject) -> StoreWatch {
        let signals = [subject.signal, WatchSignal(endOfSession: subject.session)]
        return state.withLock { state in
            state.next += 1
            let number = state.next
            let watch = StoreWatch { [weak self] in self?.remove(number, signals) }
            state.watches[number] = Listed(watch: watch, subject: subject)
            for signal in signals { state.numbers[signal, default: []].insert(number) }
            return watch
        }
    }

    private func remove(_ number: UInt64, _ signals: [WatchSignal]) {
        state.withLock { state in
            state.watches[number] = nil
            for signal in signals {
                state.numbers[signal]?.remove(number)
                if state.numbers[signal]?.isEmpty == true { state.numbers[signal] = nil }
            }
        }
    }

    /// Wakes those whom a signal concerns.
    package func wake(_ signal: WatchSignal) {
        // The watches are held until the lock is released: the end of one takes it.
        let watches = state.withLock { state in
            (state.numbers[signal] ?? []).compactMap { state.watches[$0]?.watch }
        }
        for watch in watches { watch.wake() }
    }

    /// What is being watched now.
    package var subjects: Set<Subject> { state.withLock { Set($0.watches.values.map(\.subject)) } }
}
