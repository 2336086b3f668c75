internal import Logging
internal import MCP
internal import PGWire

/// Looks, in one query for all streams that are watched on this instance, for what no notification told, and for
/// instances that died.
final class StreamPoll: Sendable {
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
            let subjects = watches.subjects
            guard !subjects.isEmpty else {
                known = KnownStreams()
                continue
            }
            do throws(PGError) {
                let found = try await progress(of: subjects)
                for stream in known.changed(found, among: subjects) { watches.wake(stream) }
                for lost in known.abandoned(found, after: patience.absence) { try await end(lost) }
            } catch {
                // Who cannot see the locks cannot tell who is dead.
                known.forgetAbsences()
                if Task.isCancelled { return }
                logger.warning("streams could not be looked after", metadata: ["error": "\(error)"])
            }
        }
    }

    private func progress(of subjects: [WatchTable.Subject]) async throws(PGError) -> [StreamProgress] {
        let query = PGQuery(
            unsafeSQL: Statement.progress, subjects.map(\.session), subjects.map(\.stream.rawValue),
            Int64(Schema.instanceLocks))
        let rows = try await pool.query(query).decode(as: (Int64, Int64, Bool, Int32?, Bool).self)
        return rows.map { place, sequence, ended, owner, isOwned in
            StreamProgress(
                subject: subjects[Int(place) - 1], sequence: sequence, ended: ended, owner: owner, isOwned: isOwned)
        }
    }

    private func end(_ stream: StreamProgress) async throws(PGError) {
        let query = PGQuery(
            unsafeSQL: Statement.endAbandoned, stream.subject.session, stream.subject.stream.rawValue, stream.owner,
            retention.wholeMicroseconds)
        _ = try await pool.query(query)
        logger.notice("a stream was ended for an instance that is gone")
        watches.wake(stream.subject.stream)
    }
}

/// How far a stream has come, and whether the instance that writes it is alive.
struct StreamProgress: Sendable {
    var subject: WatchTable.Subject
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
    mutating func changed(_ found: [StreamProgress], among subjects: [WatchTable.Subject]) -> [StreamID] {
        let before = streams
        streams = [:]
        for progress in found { streams[progress.subject.stream] = (progress.sequence, progress.ended) }
        return subjects.map(\.stream).filter { stream in
            guard let now = streams[stream], let then = before[stream] else { return true }
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
