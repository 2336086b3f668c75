internal import MCP

extension SessionStoreContract {
    static let sessionRules = [
        SessionStoreContract("a session comes back as it was opened") { subject in
            let handle = SessionHandle.random()
            let new = NewSession(
                principal: Principal(name: "zoë"), era: .legacy, protocolVersion: "2025-06-18",
                clientInfo: ["name": "client", "version": "1", "big": .number(JSONNumber(Int64.max))],
                clientCapabilities: [:], timeToLive: .seconds(100), label: "Zoë's \"notes\"")
            let opened = try await subject.store.open(new, as: handle)
            try require(opened.principal, equals: new.principal)
            try require(opened.era, equals: .legacy)
            try require(opened.protocolVersion, equals: "2025-06-18")
            try require(opened.createdAt, equals: opened.lastActivity)
            try require(opened.expiresAt, equals: opened.createdAt.advanced(by: .seconds(100)))
            let found = try await subject.store.session(handle, of: new.principal)
            try require(found, equals: opened)
            try require(found.label, equals: "Zoë's \"notes\"")
            try require(found.clientInfo?.description, equals: new.clientInfo?.description)
        },
        SessionStoreContract("a session that does not say how long it lives has the default lifetime") { subject in
            let handle = try await subject.opened(timeToLive: nil)
            let session = try await subject.store.session(handle, of: .anonymous)
            try require(session.expiresAt, equals: session.createdAt.advanced(by: .seconds(24 * 3600)))
        },
        SessionStoreContract("a handle that was never opened is unknown, in every call") { subject in
            try await requireNoSession(.sessionUnknown, subject, .random(), .anonymous)
        },
        SessionStoreContract("another principal's session is unknown, in every call") { subject in
            let handle = try await subject.opened(Principal(name: "ann"))
            for other in ["", "Ann", "ann ", "ben", "ann\u{301}", "ann\u{0}", String(repeating: "a", count: 10_000)] {
                try await requireNoSession(.sessionUnknown, subject, handle, Principal(name: other))
            }
            _ = try await subject.store.session(handle, of: Principal(name: "ann"))
        },
        SessionStoreContract("principals are told apart by their bytes") { subject in
            let handle = try await subject.opened(Principal(name: "\u{E9}"))
            try await requireNoSession(.sessionUnknown, subject, handle, Principal(name: "e\u{301}"))
        },
        SessionStoreContract("a session that was not used in its lifetime has expired, in every call") { subject in
            let handle = try await subject.opened(timeToLive: .seconds(100))
            try await subject.elapse(.seconds(101))
            try await requireNoSession(.sessionExpired, subject, handle, .anonymous)
            try await requireNoSession(.sessionUnknown, subject, handle, Principal(name: "other"))
        },
        SessionStoreContract("use moves the expiry on") { subject in
            let handle = try await subject.opened(timeToLive: .seconds(100))
            for _ in 0..<3 {
                try await subject.elapse(.seconds(60))
                _ = try await subject.store.session(handle, of: .anonymous)
                try await subject.elapse(.seconds(60))
                _ = try await subject.value("none", in: handle)
                try await subject.elapse(.seconds(60))
                try await subject.storeValue(1, "a", in: handle)
                try await subject.elapse(.seconds(60))
                _ = try await subject.summary(handle)
                try await subject.elapse(.seconds(60))
                let stream = try await subject.store.openStream(in: handle, of: .anonymous)
                try await subject.elapse(.seconds(60))
                _ = try await subject.store.append(nil, final: false, to: stream, in: handle, of: .anonymous)
                try await subject.elapse(.seconds(60))
                _ = try await subject.store.events(
                    after: EventID(stream: stream, sequence: 0), in: handle, of: .anonymous, limit: 1)
            }
        },
        SessionStoreContract("last activity moves no oftener than every tenth of the lifetime") { subject in
            let handle = try await subject.opened(timeToLive: .seconds(1000))
            let opened = try await subject.store.session(handle, of: .anonymous)
            try await subject.elapse(.seconds(50))
            let soon = try await subject.store.session(handle, of: .anonymous)
            try require(soon.lastActivity < opened.createdAt.advanced(by: .seconds(50)), equals: true)
            try await subject.elapse(.seconds(60))
            let later = try await subject.store.session(handle, of: .anonymous)
            try require(later.lastActivity > soon.lastActivity, equals: true)
            try require(later.expiresAt, equals: later.lastActivity.advanced(by: .seconds(1000)))
        },
        SessionStoreContract("closing ends a session and says how many values it had") { subject in
            let handle = try await subject.opened()
            try await subject.storeValue(1, "a", in: handle)
            try await subject.storeValue(2, "b", in: handle)
            try await subject.storeValue(3, "c", in: handle, timeToLive: .seconds(10))
            try await subject.elapse(.seconds(11))
            try require(try await subject.store.close(handle, of: .anonymous), equals: 2)
            try await requireNoSession(.sessionUnknown, subject, handle, .anonymous)
        },
        SessionStoreContract("a handle opens one session") { subject in
            let handle = try await subject.opened()
            let new = NewSession(principal: .anonymous, era: .modern, protocolVersion: "2026-07-28")
            try await require(.invalidArgument("the handle is in use")) { () throws(SessionStoreError) in
                try await subject.store.open(new, as: handle)
            }
        },
        SessionStoreContract("lifetimes and names that cannot be are refused") { subject in
            let lifetimes: [Duration] = [
                .zero, .seconds(-1), .nanoseconds(1), .seconds(Int64.max), .seconds(366 * 86400),
            ]
            var news = lifetimes.map {
                NewSession(principal: .anonymous, era: .modern, protocolVersion: "2026-07-28", timeToLive: $0)
            }
            news.append(NewSession(principal: Principal(name: "a\u{0}"), era: .modern, protocolVersion: "1"))
            news.append(NewSession(principal: .anonymous, era: .modern, protocolVersion: "\u{0}"))
            for label in ["a\u{0}", String(repeating: "l", count: 257)] {
                news.append(
                    NewSession(principal: .anonymous, era: .modern, protocolVersion: "2026-07-28", label: label))
            }
            for new in news {
                do {
                    _ = try await subject.store.open(new, as: .random())
                    throw BrokenRule(description: "\(new) was opened")
                } catch SessionStoreError.invalidArgument {}
            }
        },
        SessionStoreContract("sweeping removes expired sessions and no others") { subject in
            let expired = try await subject.opened(timeToLive: .seconds(100))
            let used = try await subject.opened(timeToLive: .seconds(100))
            let long = try await subject.opened()
            try await subject.storeValue("kept", "a", in: used)
            try await subject.elapse(.seconds(60))
            _ = try await subject.store.session(used, of: .anonymous)
            try await subject.elapse(.seconds(60))
            try require(try await subject.store.sweep(), equals: 1)
            try require(try await subject.store.sweep(), equals: 0)
            try await requireNoSession(.sessionUnknown, subject, expired, .anonymous)
            try require(try await subject.value("a", in: used)?.value, equals: "kept")
            _ = try await subject.store.session(long, of: .anonymous)
            try await subject.elapse(.seconds(120))
            try require(try await subject.store.sweep(), equals: 1)
            try await requireNoSession(.sessionUnknown, subject, used, .anonymous)
        },
        SessionStoreContract("the store is ready") { subject in try await subject.store.checkReadiness() },
    ]

    static let principalRules = [
        SessionStoreContract("a named principal has so many sessions, anonymous any number", limits: .small) {
            subject in
            let (ann, ben) = (Principal(name: "ann"), Principal(name: "ben"))
            let first = try await subject.opened(ann)
            let second = try await subject.opened(ann, timeToLive: .seconds(100))
            try await requireQuotaExceeded { () throws(SessionStoreError) in try await open(subject, of: ann) }
            _ = try await subject.opened(ben)
            for _ in 0..<5 { _ = try await subject.opened() }
            _ = try await subject.store.close(first, of: ann)
            _ = try await subject.opened(ann)
            try await requireQuotaExceeded { () throws(SessionStoreError) in try await open(subject, of: ann) }
            try await subject.elapse(.seconds(101))
            try await require(.sessionExpired) { () throws(SessionStoreError) in
                try await subject.store.session(second, of: ann)
            }
            _ = try await subject.opened(ann)
        },
        SessionStoreContract("of many sessions opened at once a principal gets those it may have", limits: .small) {
            subject in
            let opened = try await concurrently(32) { _ in
                do {
                    _ = try await open(subject, of: Principal(name: "ann"))
                    return true
                } catch SessionStoreError.quotaExceeded {
                    return false
                }
            }
            try require(opened.count { $0 }, equals: 2)
        },
    ]

    private static func open(
        _ subject: SubjectStore, of principal: Principal
    ) async throws(SessionStoreError) -> SessionRecord {
        try await subject.store.open(
            NewSession(principal: principal, era: .modern, protocolVersion: "2026-07-28"), as: .random())
    }

    private static func requireNoSession(
        _ error: SessionStoreError, _ subject: SubjectStore, _ handle: SessionHandle, _ principal: Principal
    ) async throws {
        let store = subject.store
        let stream = StreamID.random()
        try await require(error) { () throws(SessionStoreError) in try await store.session(handle, of: principal) }
        try await require(error) { () throws(SessionStoreError) in
            try await store.value(forKey: "a", in: handle, of: principal)
        }
        for version in [nil, 0, 1] as [Int64?] {
            try await require(error) { () throws(SessionStoreError) in
                try await store.storeValue(
                    1, forKey: "a", in: handle, of: principal, ifVersion: version, timeToLive: nil)
            }
        }
        try await require(error) { () throws(SessionStoreError) in
            try await store.deleteValue(forKey: "a", in: handle, of: principal, ifVersion: nil)
        }
        try await require(error) { () throws(SessionStoreError) in
            try await store.keys(withPrefix: "", after: nil, limit: 1, in: handle, of: principal)
        }
        try await require(error) { () throws(SessionStoreError) in
            try await store.incrementValue(forKey: "a", by: 1, in: handle, of: principal)
        }
        try await require(error) { () throws(SessionStoreError) in try await store.clear(handle, of: principal) }
        try await require(error) { () throws(SessionStoreError) in
            try await store.summary(of: handle, principal: principal)
        }
        try await require(error) { () throws(SessionStoreError) in
            try await store.openStream(in: handle, of: principal)
        }
        try await require(error) { () throws(SessionStoreError) in
            try await store.append(nil, final: false, to: stream, in: handle, of: principal)
        }
        try await require(error) { () throws(SessionStoreError) in
            try await store.events(
                after: EventID(stream: stream, sequence: 0), in: handle, of: principal, limit: 1)
        }
        try await require(error) { () throws(SessionStoreError) in try await store.close(handle, of: principal) }
    }
}
