import Logging
import MCP
import PGWire
import TestSupport
import Testing

@testable import PostgresSessions

@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2)))
struct SignalTests {
    private static let never = SessionSignals.Patience(pollInterval: .seconds(3600), absence: .seconds(3600))

    @Test("what one instance appends wakes another that watches, without a poll")
    func notification() async throws {
        try await withTwoStores(Self.never) { here, there, _ in
            let (handle, stream) = try await Self.opened(here)
            let watch = there.watch(.stream(stream), in: handle)
            // The first notification may come before the other one listens; each of the next is one more chance.
            let woken = try await eventually {
                _ = try await here.append([1], final: false, to: stream, in: handle, of: .anonymous)
                return await watch.wait(atMost: .milliseconds(200))
            }
            #expect(woken)
            let deadline = ContinuousClock.now + .seconds(1)
            _ = try await here.append([2], final: false, to: stream, in: handle, of: .anonymous)
            #expect(await watch.wait(atMost: .seconds(5)))
            #expect(ContinuousClock.now < deadline)
        }
    }

    @Test("many streams appended to at once are all told")
    func manyStreams() async throws {
        try await withTwoStores(Self.never) { here, there, _ in
            let handle = try await here.opened()
            var watched: [(StreamID, StoreWatch)] = []
            for _ in 0..<40 {
                let stream = try await here.openStream(in: handle, of: .anonymous)
                watched.append((stream, there.watch(.stream(stream), in: handle)))
            }
            let first = watched[0]
            _ = try await eventually {
                _ = try await here.append([1], final: false, to: first.0, in: handle, of: .anonymous)
                return await first.1.wait(atMost: .milliseconds(200))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (stream, _) in watched {
                    group.addTask {
                        _ = try await here.append([1], final: false, to: stream, in: handle, of: .anonymous)
                    }
                }
                try await group.waitForAll()
            }
            for (_, watch) in watched { #expect(await watch.wait(atMost: .seconds(5))) }
        }
    }

    @Test("what nobody told is found by the poll")
    func poll() async throws {
        let patience = SessionSignals.Patience(pollInterval: .milliseconds(50), absence: .seconds(3600))
        try await withTwoStores(patience) { here, there, database in
            let (handle, stream) = try await Self.opened(here)
            let watch = there.watch(.stream(stream), in: handle)
            // The first look, which finds the stream new.
            #expect(await watch.wait(atMost: .seconds(5)))
            try await database.sql("UPDATE mcp_session_streams SET last_sequence = last_sequence + 1")
            #expect(await watch.wait(atMost: .seconds(5)))
            // Nothing has come since.
            #expect(await watch.wait(atMost: .milliseconds(300)) == false)
        }
    }

    @Test("a message, a session's end and a change published by one instance reach another at once")
    func otherSignals() async throws {
        try await withTwoStores(Self.never) { here, there, _ in
            let handle = try await here.opened()
            let watch = there.watch(.message(address: "b"), in: handle)
            let heard = there.changes.changes()
            var changes = heard.makeAsyncIterator()
            let woken = try await eventually {
                for address in ["a", "b"] {
                    _ = try await here.post([1], to: address, in: handle, of: .anonymous, lasting: .seconds(60))
                    _ = try await there.take(address, in: handle, of: .anonymous)
                }
                return await watch.wait(atMost: .milliseconds(200))
            }
            #expect(woken)
            while await watch.wait(atMost: .milliseconds(200)) {}
            _ = try await here.post([1], to: "a", in: handle, of: .anonymous, lasting: .seconds(60))
            #expect(await watch.wait(atMost: .milliseconds(200)) == false)
            _ = try await here.close(handle, of: .anonymous)
            #expect(await watch.wait(atMost: .seconds(5)))
            here.changes.publish(.resource(uri: "a:b"))
            #expect(await changes.next()?.change == .resource(uri: "a:b"))
        }
    }

    @Test("a message that nobody told of, and a session that is gone, are found by the poll")
    func messagePoll() async throws {
        let patience = SessionSignals.Patience(pollInterval: .milliseconds(50), absence: .seconds(3600))
        try await withTwoStores(patience) { here, there, database in
            let handle = try await here.opened()
            let watch = there.watch(.message(address: "b"), in: handle)
            #expect(await watch.wait(atMost: .milliseconds(300)) == false)
            try await database.sql(
                "INSERT INTO mcp_session_messages SELECT session, 'b', '', now() + interval '1 hour' FROM mcp_sessions")
            #expect(await watch.wait(atMost: .seconds(5)))
            _ = try await there.take("b", in: handle, of: .anonymous)
            _ = await watch.wait(atMost: .milliseconds(300))
            #expect(await watch.wait(atMost: .milliseconds(300)) == false)
            try await database.sql("DELETE FROM mcp_sessions")
            #expect(await watch.wait(atMost: .seconds(5)))
        }
    }

    @Test("after its connections were lost an instance hears the others again")
    func reconnection() async throws {
        try await withTwoStores(Self.never) { here, there, database in
            let (handle, stream) = try await Self.opened(here)
            let watch = there.watch(.stream(stream), in: handle)
            for _ in 0..<2 {
                let woken = try await eventually {
                    _ = try await here.append([1], final: false, to: stream, in: handle, of: .anonymous)
                    return await watch.wait(atMost: .milliseconds(200))
                }
                #expect(woken)
                try await database.sql(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                        AND (query LIKE 'LISTEN%' OR query LIKE '%pg_notify%' OR query LIKE '%pg_advisory_lock%')
                    """)
            }
        }
    }

    @Test("the streams of an instance that is gone are ended with their last words, once, and no others")
    func deadInstance() async throws {
        let patience = SessionSignals.Patience(pollInterval: .milliseconds(50), absence: .milliseconds(500))
        try await TestDatabase.use(connections: 8) { database, pool in
            let there = Self.store(pool, patience)
            let (handle, living) = try await Self.opened(there)
            // Locks are not held before the instances have connected.
            func isKnown(_ count: Int) async throws -> Bool {
                let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
                return try await Int(database.sql("\(locks) AND classid = \(Schema.instanceLocks)")) == count
            }
            #expect(try await eventually { try await isKnown(1) })
            var gone: PostgresSessionStore? = Self.store(pool, patience)
            let stream = try #require(
                try await gone?.openStream(.response, lastWords: [7, 8], in: handle, of: .anonymous))
            _ = try await gone?.append([1], final: false, to: stream, in: handle, of: .anonymous)
            #expect(try await eventually { try await isKnown(2) })
            let watches = [there.watch(.stream(stream), in: handle), there.watch(.stream(living), in: handle)]
            let start = EventID(stream: stream, sequence: 0)
            try await Task.sleep(for: .milliseconds(1200))
            #expect(try await there.events(after: start, in: handle, of: .anonymous, limit: 9).ended == false)
            gone = nil
            #expect(
                try await eventually {
                    try await there.events(after: start, in: handle, of: .anonymous, limit: 9).ended
                })
            let found = try await there.events(after: start, in: handle, of: .anonymous, limit: 9)
            #expect(found.events.map(\.payload) == [[1], [7, 8]] && found.events.last?.final == true)
            let other = EventID(stream: living, sequence: 0)
            #expect(try await there.events(after: other, in: handle, of: .anonymous, limit: 9).ended == false)
            withExtendedLifetime(watches) {}
        }
    }

    private static func opened(_ store: PostgresSessionStore) async throws -> (SessionHandle, StreamID) {
        let handle = try await store.opened()
        return (handle, try await store.openStream(in: handle, of: .anonymous))
    }

    private static func store(_ pool: PGPool, _ patience: SessionSignals.Patience) -> PostgresSessionStore {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return PostgresSessionStore(pool, limits: SessionLimits(), logger: logger, patience: patience)
    }

    private func withTwoStores(
        _ patience: SessionSignals.Patience,
        _ body: (PostgresSessionStore, PostgresSessionStore, TestDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.use(connections: 8) { database, pool in
            try await database.withPool(connections: 8) { second in
                try await body(Self.store(pool, patience), Self.store(second, patience), database)
            }
        }
    }
}

@Suite struct SignalMessageTests {
    private let changes = [ServerChange.tools, .prompts, .resources, .resource(uri: "a b/é"), .task(id: "t")]
        .map { PublishedChange(id: "id \($0)", change: $0) }
    private let signals = (0..<3).map { WatchSignal(.message(address: "\($0)"), inSession: [1]) }

    @Test("a message comes back as it was written, and what it does not know is passed over")
    func roundTrip() throws {
        let texts = SignalMessage.telling(signals, changes, from: -7)
        #expect(texts.count == 1)
        for text in [texts[0], texts[0] + " later:word  x change:! change:W10"] {
            let message = try #require(SignalMessage(text))
            #expect(message.instance == -7 && message.signals == signals && message.changes == changes)
        }
        for text in ["", " ", "x", "99999999999 a"] { #expect(SignalMessage(text) == nil) }
        #expect(SignalMessage("1")?.signals == [])
    }

    @Test("any number of signals fits messages that the server takes, and what cannot fit is left out")
    func size() {
        let many = (0..<1000).map { WatchSignal(.message(address: "\($0)"), inSession: [1]) }
        let large = PublishedChange(id: "1", change: .resource(uri: String(repeating: "x", count: 7000)))
        let texts = SignalMessage.telling(many, changes + [large], from: .min)
        #expect(texts.allSatisfy { $0.utf8.count < 8000 })
        let messages = texts.compactMap { SignalMessage($0) }
        #expect(messages.flatMap(\.signals) == many && messages.flatMap(\.changes) == changes)
        #expect(SignalMessage.telling([], [], from: 1).isEmpty)
    }
}

@Suite struct KnownStreamsTests {
    private static func progress(
        _ subject: WatchedSubjects.Stream, _ sequence: Int64, ended: Bool = false, isOwned: Bool = true
    ) -> StreamProgress {
        StreamProgress(subject: subject, sequence: sequence, ended: ended, owner: 5, isOwned: isOwned)
    }
    private let subject = WatchedSubjects([.init(session: [1], subject: .stream(.random()))]).streams[0]

    @Test("a stream has changed when it is new, has come further, ended, or is gone")
    func changes() {
        var known = KnownStreams()
        let looks: [([StreamProgress], Bool)] = [
            ([Self.progress(subject, 1)], true), ([Self.progress(subject, 1)], false),
            ([Self.progress(subject, 2)], true), ([Self.progress(subject, 2)], false),
            ([Self.progress(subject, 2, ended: true)], true), ([Self.progress(subject, 2, ended: true)], false),
            ([], true), ([], true),
        ]
        for (found, isChanged) in looks {
            #expect(known.changed(found, among: [subject]) == (isChanged ? [subject] : []))
        }
    }

    @Test("an instance is given up when its lock was free at every look for so long")
    func absence() {
        var known = KnownStreams()
        let (lost, held) = (Self.progress(subject, 1, isOwned: false), Self.progress(subject, 1))
        let start = ContinuousClock.now
        func isGivenUp(_ found: StreamProgress, _ seconds: Int) -> Bool {
            !known.abandoned([found], after: .seconds(8), at: start + .seconds(seconds)).isEmpty
        }
        #expect(!isGivenUp(lost, 0) && !isGivenUp(lost, 7) && !isGivenUp(held, 9) && !isGivenUp(lost, 10))
        #expect(!isGivenUp(lost, 17) && isGivenUp(lost, 18))
        known.forgetAbsences()
        #expect(!isGivenUp(lost, 19))
        #expect(!isGivenUp(Self.progress(subject, 1, ended: true, isOwned: false), 60))
    }
}
