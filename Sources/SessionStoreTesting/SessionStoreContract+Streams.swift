internal import MCP

extension SessionStoreContract {
    static let streamRules = [
        SessionStoreContract("events come back in their order, from any place, with their payload") { subject in
            let stream = try await EventStream(subject)
            try require(try await stream.append(nil).description, equals: "\(stream.id.rawValue).1")
            for text in ["a", "b", ""] { _ = try await stream.append(text) }
            try require(try await stream.append("end", final: true).sequence, equals: 5)
            let all = try await stream.events(after: 0)
            try require(all.events.map(\.id.sequence), equals: [1, 2, 3, 4, 5])
            let payloads: [[UInt8]?] = [nil, Array("a".utf8), Array("b".utf8), [], Array("end".utf8)]
            try require(all.events.map(\.payload), equals: payloads)
            try require(all.events.map(\.final), equals: [false, false, false, false, true])
            try require(all.ended, equals: true)
            let part = try await stream.events(after: 2, limit: 2)
            try require(part.events.map(\.id.sequence), equals: [3, 4])
            try require(part.ended, equals: false)
            try require(try await stream.events(after: 5), equals: StoredEvents(events: [], ended: true))
        },
        SessionStoreContract("a stream that goes on has not ended") { subject in
            let stream = try await EventStream(subject)
            try require(try await stream.events(after: 0), equals: StoredEvents(events: [], ended: false))
            _ = try await stream.append("a")
            try require(try await stream.events(after: 1), equals: StoredEvents(events: [], ended: false))
        },
        SessionStoreContract("a stream that has ended takes no more") { subject in
            let stream = try await EventStream(subject)
            _ = try await stream.append("a", final: true)
            try await require(.streamUnknown) { () throws(SessionStoreError) in try await stream.append("b") }
        },
        SessionStoreContract("a stream belongs to its session, and places on it exist") { subject in
            let stream = try await EventStream(subject)
            _ = try await stream.append("a")
            let other = try await subject.opened()
            try await require(.streamUnknown) { () throws(SessionStoreError) in
                try await subject.store.events(
                    after: EventID(stream: stream.id, sequence: 0), in: other, of: .anonymous, limit: 10)
            }
            try await require(.streamUnknown) { () throws(SessionStoreError) in
                try await subject.store.append(nil, final: false, to: stream.id, in: other, of: .anonymous)
            }
            for sequence in [2, Int64.max] {
                try await require(.streamUnknown) { () throws(SessionStoreError) in
                    try await stream.events(after: sequence)
                }
            }
        },
        SessionStoreContract("a stream forgets its oldest events, and says so", limits: .small) { subject in
            let stream = try await EventStream(subject)
            for text in ["1", "2", "3", "4"] { _ = try await stream.append(text) }
            try await require(.streamUnknown) { () throws(SessionStoreError) in try await stream.events(after: 0) }
            try require(try await stream.events(after: 1).events.map(\.id.sequence), equals: [2, 3, 4])
            _ = try await stream.append("123456")
            try require(try await stream.events(after: 2).events.map(\.id.sequence), equals: [3, 4, 5])
            _ = try await stream.append("1234")
            try require(try await stream.events(after: 5).events.map(\.id.sequence), equals: [6])
            try await require(.streamUnknown) { () throws(SessionStoreError) in try await stream.events(after: 4) }
            try await requireQuotaExceeded { () throws(SessionStoreError) in try await stream.append("12345678901") }
        },
        SessionStoreContract("an ended stream can be resumed for a while", limits: .small) { subject in
            let stream = try await EventStream(subject)
            _ = try await stream.append("a", final: true)
            try await subject.elapse(.seconds(20))
            _ = try await subject.store.sweep()
            try require(try await stream.events(after: 0).events.count, equals: 1)
            try await subject.elapse(.seconds(41))
            try await require(.streamUnknown) { () throws(SessionStoreError) in try await stream.events(after: 0) }
            _ = try await subject.store.sweep()
            try await require(.streamUnknown) { () throws(SessionStoreError) in try await stream.events(after: 0) }
        },
        SessionStoreContract("the oldest ended stream makes room for a new one", limits: .small) { subject in
            let first = try await EventStream(subject)
            let second = try await EventStream(subject, in: first.handle)
            try await requireQuotaExceeded { () throws(SessionStoreError) in
                try await subject.store.openStream(in: first.handle, of: .anonymous)
            }
            _ = try await second.append("end", final: true)
            let third = try await EventStream(subject, in: first.handle)
            try await require(.streamUnknown) { () throws(SessionStoreError) in try await second.events(after: 0) }
            _ = try await first.append("a")
            _ = try await third.append("a")
        },
        SessionStoreContract("who watches a stream is woken by what comes, also between the look and the wait") {
            subject in
            let stream = try await EventStream(subject)
            let watch = subject.store.watch(.stream(stream.id), in: stream.handle)
            for number in 1...3 {
                _ = try await stream.append("\(number)")
                var seen: Int64 = 0
                let deadline = ContinuousClock.now + .seconds(20)
                while seen < number, ContinuousClock.now < deadline {
                    _ = await watch.wait(atMost: .seconds(5))
                    seen = try await stream.events(after: 0).events.last?.id.sequence ?? 0
                }
                try require(seen, equals: Int64(number))
            }
            async let appended = {
                try await Task.sleep(for: .milliseconds(50))
                return try await stream.append("4", final: true)
            }()
            let deadline = ContinuousClock.now + .seconds(20)
            while try await !stream.events(after: 0).ended, ContinuousClock.now < deadline {
                _ = await watch.wait(atMost: .seconds(5))
            }
            try require(try await stream.events(after: 0).ended, equals: true)
            _ = try await appended
        },
    ]
}

/// A stream of a session of anonymous.
private struct EventStream {
    let subject: SubjectStore
    let handle: SessionHandle
    let id: StreamID

    init(_ subject: SubjectStore, in handle: SessionHandle? = nil) async throws {
        self.subject = subject
        if let handle { self.handle = handle } else { self.handle = try await subject.opened() }
        id = try await subject.store.openStream(in: self.handle, of: .anonymous)
    }

    func append(_ text: String?, final: Bool = false) async throws(SessionStoreError) -> EventID {
        try await subject.store.append(text.map { Array($0.utf8) }, final: final, to: id, in: handle, of: .anonymous)
    }

    func events(after sequence: Int64, limit: Int = 100) async throws(SessionStoreError) -> StoredEvents {
        try await subject.store.events(
            after: EventID(stream: id, sequence: sequence), in: handle, of: .anonymous, limit: limit)
    }
}
