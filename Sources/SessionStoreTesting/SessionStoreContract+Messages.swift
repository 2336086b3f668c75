internal import MCP

extension SessionStoreContract {
    static let messageRules = [
        SessionStoreContract("what a session wants to be told is in its record from then on") { subject in
            let handle = try await subject.opened()
            let fresh = try await subject.store.session(handle, of: .anonymous)
            try require(fresh.logLevel, equals: nil)
            try require(fresh.subscriptions, equals: [])
            for change in [
                .logLevel(.warning), .subscribe(uri: "a:b"), .subscribe(uri: "c:d"), .subscribe(uri: "a:b"),
            ] as [SessionChange] {
                try await subject.store.change(change, of: handle, principal: .anonymous)
            }
            let told = try await subject.store.session(handle, of: .anonymous)
            try require(told.logLevel, equals: .warning)
            try require(told.subscriptions, equals: ["a:b", "c:d"])
            for uri in ["a:b", "e:f"] {
                try await subject.store.change(.unsubscribe(uri: uri), of: handle, principal: .anonymous)
            }
            try require(try await subject.store.session(handle, of: .anonymous).subscriptions, equals: ["c:d"])
            try require(
                try await subject.store.summary(of: handle, principal: .anonymous).session.subscriptions,
                equals: ["c:d"])
        },
        SessionStoreContract("a session watches no more than its limit, and no resource without a name", limits: .few) {
            subject in
            let handle = try await subject.opened()
            for uri in ["a:1", "a:2"] {
                try await subject.store.change(.subscribe(uri: uri), of: handle, principal: .anonymous)
            }
            try await requireQuotaExceeded { () throws(SessionStoreError) in
                try await subject.store.change(.subscribe(uri: "a:3"), of: handle, principal: .anonymous)
            }
            try await subject.store.change(.subscribe(uri: "a:2"), of: handle, principal: .anonymous)
            for uri in ["", "a\u{0}b", String(repeating: "x", count: 2049)] {
                do throws(SessionStoreError) {
                    try await subject.store.change(.subscribe(uri: uri), of: handle, principal: .anonymous)
                } catch .invalidArgument { continue }
                throw BrokenRule(description: "\(uri.prefix(8)) is watched")
            }
        },
        SessionStoreContract("a message is taken once, and a second one does not replace it") { subject in
            let handle = try await subject.opened()
            let box = Mailbox(subject, handle)
            try require(try await box.take("a"), equals: nil)
            try require(try await box.post("1", "a"), equals: true)
            try require(try await box.post("2", "a"), equals: false)
            try require(try await box.post("", "b"), equals: true)
            try require(try await box.take("a"), equals: "1")
            try require(try await box.take("a"), equals: nil)
            try require(try await box.take("b"), equals: "")
            try require(try await box.post("3", "a"), equals: true)
        },
        SessionStoreContract("of many who leave a message at once one does, and of many who take it one gets it") {
            subject in
            let box = Mailbox(subject, try await subject.opened())
            let posted = try await Self.count(20) { try await box.post("\($0)", "a") }
            try require(posted, equals: 1)
            let taken = try await Self.count(20) { _ in try await box.take("a") != nil }
            try require(taken, equals: 1)
        },
        SessionStoreContract("a message that nobody takes is gone after its time, and makes room", limits: .few) {
            subject in
            let box = Mailbox(subject, try await subject.opened())
            for address in ["a", "b"] { _ = try await box.post("x", address) }
            try await requireQuotaExceeded { () throws(SessionStoreError) in try await box.post("x", "c") }
            try require(try await box.take("c"), equals: nil)
            try require(try await box.post("y", "a"), equals: false)
            try await subject.elapse(.seconds(61))
            try require(try await box.take("a"), equals: nil)
            try require(try await box.post("z", "b"), equals: true)
            try require(try await box.take("b"), equals: "z")
            try require(try await box.post("x", "c"), equals: true)
        },
        SessionStoreContract("messages and wishes are the session's own") { subject in
            let handle = try await subject.opened()
            let box = Mailbox(subject, handle)
            _ = try await box.post("1", "a")
            let other = Mailbox(subject, try await subject.opened())
            try require(try await other.take("a"), equals: nil)
            let stranger = Principal(name: "stranger")
            try await require(.sessionUnknown) { () throws(SessionStoreError) in
                try await subject.store.take("a", in: handle, of: stranger)
            }
            try await require(.sessionUnknown) { () throws(SessionStoreError) in
                try await subject.store.post([], to: "b", in: handle, of: stranger, lasting: .seconds(1))
            }
            try await require(.sessionUnknown) { () throws(SessionStoreError) in
                try await subject.store.change(.logLevel(.error), of: handle, principal: stranger)
            }
            try require(try await box.take("a"), equals: "1")
        },
        SessionStoreContract("the shared key is always the same") { subject in
            let key = try await subject.store.sharedKey()
            try require(key.count, equals: 32)
            try require(try await subject.store.sharedKey(), equals: key)
        },
    ]

    /// How many of some calls at once are true.
    private static func count(
        _ calls: Int, _ body: @escaping @Sendable (Int) async throws -> Bool
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<calls { group.addTask { try await body(index) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }
}

extension SessionLimits {
    /// Room for two of each.
    fileprivate static var few: SessionLimits {
        var limits = SessionLimits()
        limits.maximumSubscriptions = 2
        limits.maximumMessages = 2
        return limits
    }
}

/// The messages of a session of anonymous.
private struct Mailbox: Sendable {
    let subject: SubjectStore
    let handle: SessionHandle

    init(_ subject: SubjectStore, _ handle: SessionHandle) {
        self.subject = subject
        self.handle = handle
    }

    func post(_ text: String, _ address: String) async throws(SessionStoreError) -> Bool {
        try await subject.store.post(
            Array(text.utf8), to: address, in: handle, of: .anonymous, lasting: .seconds(60))
    }

    func take(_ address: String) async throws(SessionStoreError) -> String? {
        try await subject.store.take(address, in: handle, of: .anonymous).map { String(decoding: $0, as: UTF8.self) }
    }
}
