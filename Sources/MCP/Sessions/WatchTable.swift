internal import Synchronization

/// Who watches what in a store.
package final class WatchTable: Sendable {
    /// Something that is watched.
    package struct Subject: Sendable {
        /// The digest of the session's handle.
        package var session: [UInt8]
        /// The stream.
        package var stream: StreamID

        package init(session: [UInt8], stream: StreamID) {
            self.session = session
            self.stream = stream
        }
    }

    private struct Entry {
        var subject: Subject
        var watches: [UInt64: Weak]
    }

    private struct Weak {
        weak var watch: StoreWatch?
    }

    private struct State {
        var next: UInt64 = 0
        var entries: [StreamID: Entry] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Begins a watch, which ends when nobody holds it any more.
    package func watch(_ subject: Subject) -> StoreWatch {
        state.withLock { state in
            state.next += 1
            let number = state.next
            let watch = StoreWatch { [weak self] in self?.remove(number, subject) }
            state.entries[subject.stream, default: Entry(subject: subject, watches: [:])].watches[number] = Weak(
                watch: watch)
            return watch
        }
    }

    private func remove(_ number: UInt64, _ subject: Subject) {
        state.withLock { state in
            state.entries[subject.stream]?.watches[number] = nil
            if state.entries[subject.stream]?.watches.isEmpty == true { state.entries[subject.stream] = nil }
        }
    }

    /// Wakes those who watch a stream.
    package func wake(_ stream: StreamID) {
        // The watches are held until the lock is released: the end of one takes it.
        let watches = state.withLock { $0.entries[stream]?.watches.values.compactMap(\.watch) ?? [] }
        for watch in watches { watch.wake() }
    }

    /// What is being watched now.
    package var subjects: [Subject] { state.withLock { $0.entries.values.map(\.subject) } }
}
