internal import Logging
internal import MCP
internal import PGWire

/// Looks, in one query for all that is watched on this instance, for what no notification told, and for
/// instances that died.
final class WatchPoll: Sendable {
    private let pool: PGPool
    private let watches: WatchTable
    private let retention: Duration
    private let patience: SessionSignals.Patience
    private let logger: Logger
    private let alarm = StoreWatch(onEnd: {})

    init(
        _ pool: PGPool, _ watches: WatchTable, retention: Duration, patience: SessionSignals.Patience, logger: Logger
    ) {
        self.pool = pool
        self.watches = watches
        self.retention = retention
        self.patience = patience
        self.logger = logger
    }

    /// Has the next look come at once.
    func runSoon() { alarm.wake() }

    /// Looks until the task is cancelled.
    func run() async {
        var known = KnownStreams()
        while !Task.isCancelled {
            _ = await alarm.wait(atMost: patience.pollInterval * Double.random(in: 0.7...1.3))
            let subjects = WatchedSubjects(watches.subjects)
            guard !subjects.isEmpty else {
                known = KnownStreams()
                continue
            }
            do throws(PGError) {
                let (found, messages) = try await look(at: subjects)
                let changed = known.changed(found, among: subjects.streams)
                for signal in changed.map(\.signal) + messages { watches.wake(signal) }
                for lost in known.abandoned(found, after: patience.absence) { try await end(lost) }
            } catch {
                // Who cannot see the locks cannot tell who is dead.
                known.forgetAbsences()
                if Task.isCancelled { return }
                logger.warning("what is watched could not be looked at", metadata: ["error": "\(error)"])
            }
        }
    }

    private func look(
        at subjects: WatchedSubjects
    ) async throws(PGError) -> (streams: [StreamProgress], messages: [WatchSignal]) {
        let (streams, messages) = (subjects.streams, subjects.messages)
        let query = PGQuery(
            unsafeSQL: Statement.progress, streams.map(\.session), streams.map(\.stream.rawValue),
            Int64(Schema.instanceLocks), messages.map(\.session), messages.map(\.address))
        let rows = try await pool.query(query).decode(as: (Int64, Int64?, Bool?, Int32?, Bool?).self)
        var found: [StreamProgress] = []
        var waiting: [WatchSignal] = []
        for (place, sequence, ended, owner, isOwned) in rows {
            if let sequence, let ended, let isOwned {
                found.append(
                    StreamProgress(
                        subject: streams[Int(place) - 1], sequence: sequence, ended: ended, owner: owner,
                        isOwned: isOwned))
            } else {
                let message = messages[Int(place) - 1]
                waiting.append(WatchSignal(.message(address: message.address), inSession: message.session))
            }
        }
        return (found, waiting)
    }

    private func end(_ stream: StreamProgress) async throws(PGError) {
        let query = PGQuery(
            unsafeSQL: Statement.endAbandoned, stream.subject.session, stream.subject.stream.rawValue, stream.owner,
            retention.wholeMicroseconds)
        _ = try await pool.query(query)
        logger.notice("a stream was ended for an instance that is gone")
        watches.wake(stream.subject.signal)
    }
}

/// What is watched, by its kind.
struct WatchedSubjects: Sendable {
    struct Stream: Sendable, Equatable {
        var session: [UInt8]
        var stream: StreamID

        var signal: WatchSignal { WatchSignal(.stream(stream), inSession: session) }
    }

    var streams: [Stream] = []
    var messages: [(session: [UInt8], address: String)] = []
    var isEmpty: Bool { streams.isEmpty && messages.isEmpty }

    init(_ subjects: Set<WatchTable.Subject>) {
        for subject in subjects {
            switch subject.subject {
            case .stream(let stream): streams.append(Stream(session: subject.session, stream: stream))
            case .message(let address): messages.append((subject.session, address))
            }
        }
    }
}

/// How far a stream has come, and whether the instance that writes it is alive.
struct StreamProgress: Sendable {
    var subject: WatchedSubjects.Stream
    var sequence: Int64
    var ended: Bool
    var owner: Int32?
    var isOwned: Bool
}

/// What the looks before have shown.
struct KnownStreams {
    private var streams: [StreamID: (sequence: Int64, ended: Bool)] = [:]
    private var absences: [Int32: ContinuousClock.Instant] = [:]

    /// The streams on which something came since the last look, or which are gone; all that are new.
    mutating func changed(
        _ found: [StreamProgress], among subjects: [WatchedSubjects.Stream]
    ) -> [WatchedSubjects.Stream] {
        let before = streams
        streams = [:]
        for progress in found { streams[progress.subject.stream] = (progress.sequence, progress.ended) }
        return subjects.filter { subject in
            guard let now = streams[subject.stream], let then = before[subject.stream] else { return true }
            return now != then
        }
    }

    /// The streams whose instance has been gone for so long.
    mutating func abandoned(
        _ found: [StreamProgress], after patience: Duration, at now: ContinuousClock.Instant = .now
    ) -> [StreamProgress] {
        let orphans = found.filter { !$0.isOwned && !$0.ended }
        let before = absences
        absences = [:]
        for orphan in orphans { if let owner = orphan.owner { absences[owner] = before[owner] ?? now } }
        return orphans.filter { orphan in
            orphan.owner.flatMap { absences[$0] }.map { now - $0 >= patience } ?? false
        }
    }

    /// Begins to count anew how long instances have been gone.
    mutating func forgetAbsences() { absences = [:] }
}
