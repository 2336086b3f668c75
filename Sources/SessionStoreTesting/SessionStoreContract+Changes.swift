internal import MCP

extension SessionStoreContract {
    static let changeRules = [
        SessionStoreContract("a change is told to each session that has a stream for it, once and in order") {
            subject in
            let (first, second) = (try await Listener(subject), try await Listener(subject))
            let response = try await subject.store.openStream(in: first.handle, of: .anonymous)
            _ = try await subject.opened()
            for text in ["a", "b"] { try await subject.store.tell(Array(text.utf8), ofResource: nil) }
            for listener in [first, second] {
                let heard = try await listener.events(after: 0)
                try require(heard.events.map(\.payload), equals: [Array("a".utf8), Array("b".utf8)])
                try require(heard.events.map(\.id.sequence), equals: [1, 2])
                try require(heard.events.map(\.final), equals: [false, false])
                try require(heard.ended, equals: false)
                try require(heard.kind, equals: .changes)
                try require(try await listener.events(after: 1).events.map(\.id.sequence), equals: [2])
            }
            let other = try await subject.store.events(
                after: EventID(stream: response, sequence: 0), in: first.handle, of: .anonymous, limit: 9)
            try require(other, equals: StoredEvents(events: [], ended: false, kind: .response))
        },
        SessionStoreContract("a session is told on the one stream that was read last") { subject in
            let first = try await Listener(subject)
            try await subject.elapse(.seconds(1))
            let second = try await Listener(subject, in: first.handle)
            try await subject.store.tell([1], ofResource: nil)
            try await subject.elapse(.seconds(1))
            try require(try await first.events(after: 0).events.count, equals: 0)
            try await subject.store.tell([2], ofResource: nil)
            try require(try await first.events(after: 0).events.map(\.payload), equals: [[2]])
            try require(try await second.events(after: 0).events.map(\.payload), equals: [[1]])
        },
        SessionStoreContract("a resource's change is told to the sessions that watch it") { subject in
            let (first, second) = (try await Listener(subject), try await Listener(subject))
            try await subject.store.change(.subscribe(uri: "a:b"), of: first.handle, principal: .anonymous)
            try await subject.store.change(.subscribe(uri: "a:c"), of: second.handle, principal: .anonymous)
            try await subject.store.tell([1], ofResource: "a:b")
            try require(try await first.events(after: 0).events.count, equals: 1)
            try require(try await second.events(after: 0).events.count, equals: 0)
            try await subject.store.change(.unsubscribe(uri: "a:b"), of: first.handle, principal: .anonymous)
            try await subject.store.tell([1], ofResource: "a:b")
            try require(try await first.events(after: 0).events.count, equals: 1)
        },
        SessionStoreContract("a stream of changes is kept as long as it is read, and for a while", limits: .small) {
            subject in
            let listener = try await Listener(subject)
            for number in 1...3 {
                try await subject.elapse(.seconds(40))
                _ = try await subject.store.sweep()
                try await subject.store.tell([1], ofResource: nil)
                try require(try await listener.events(after: 0).events.count, equals: number)
            }
            try await subject.elapse(.seconds(61))
            try await require(.streamUnknown) { () throws(SessionStoreError) in
                try await subject.store.append(
                    [1], final: false, to: listener.stream, in: listener.handle, of: .anonymous)
            }
            try await require(.streamUnknown) { () throws(SessionStoreError) in try await listener.events(after: 0) }
            _ = try await subject.store.sweep()
            try await require(.streamUnknown) { () throws(SessionStoreError) in try await listener.events(after: 0) }
        },
        SessionStoreContract("a stream of changes makes room last", limits: .small) { subject in
            let listener = try await Listener(subject)
            let response = try await subject.store.openStream(in: listener.handle, of: .anonymous)
            _ = try await subject.store.append(nil, final: true, to: response, in: listener.handle, of: .anonymous)
            _ = try await subject.store.openStream(in: listener.handle, of: .anonymous)
            try require(try await listener.events(after: 0).events.count, equals: 0)
            _ = try await subject.store.openStream(in: listener.handle, of: .anonymous)
            try await require(.streamUnknown) { () throws(SessionStoreError) in try await listener.events(after: 0) }
        },
        SessionStoreContract("who watches a stream of changes is woken by what is told") { subject in
            let listener = try await Listener(subject)
            let watch = subject.store.watch(.stream(listener.stream), in: listener.handle)
            _ = await watch.wait(atMost: .milliseconds(10))
            try await subject.store.tell([1], ofResource: nil)
            let deadline = ContinuousClock.now + .seconds(20)
            while try await listener.events(after: 0).events.isEmpty, ContinuousClock.now < deadline {
                _ = await watch.wait(atMost: .seconds(5))
            }
            try require(try await listener.events(after: 0).events.count, equals: 1)
        },
    ]
}

/// A session of anonymous with a stream of changes.
private struct Listener {
    let subject: SubjectStore
    let handle: SessionHandle
    let stream: StreamID

    init(_ subject: SubjectStore, in handle: SessionHandle? = nil) async throws {
        self.subject = subject
        if let handle { self.handle = handle } else { self.handle = try await subject.opened() }
        stream = try await subject.store.openStream(.changes, lastWords: nil, in: self.handle, of: .anonymous)
    }

    func events(after sequence: Int64) async throws(SessionStoreError) -> StoredEvents {
        try await subject.store.events(
            after: EventID(stream: stream, sequence: sequence), in: handle, of: .anonymous, limit: 9)
    }
}
