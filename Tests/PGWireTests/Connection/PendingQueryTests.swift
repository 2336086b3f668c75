import Testing

@testable import PGWire

@Suite("A query that waits for its answer")
struct PendingQueryTests {
    private let error = PGError(.cancelled, "enough", retry: .unknown)

    private func wait(for query: PendingQuery, _ then: () -> Void) async -> PendingQuery.Answer {
        await withCheckedContinuation { continuation in
            if query.begin(continuation) { then() }
        }
    }

    @Test("the first of answer and end counts")
    func first() async {
        let query = PendingQuery(deadline: .distantFuture)
        let answered = await wait(for: query) {
            query.answer(.failure(PGError(.server, "answer", retry: .safe)))
            #expect(!query.abandon(error, patience: .seconds(1)))
        }
        #expect(answered.error?.message == "answer")

        let other = PendingQuery(deadline: .distantFuture)
        let abandoned = await wait(for: other) {
            #expect(other.abandon(error, patience: .seconds(1)))
            #expect(!other.abandon(error, patience: .seconds(1)))
            #expect(other.isAbandoned && !other.isAwaited)
            other.answer(.failure(PGError(.server, "answer", retry: .safe)))
            #expect(!other.isAbandoned)
        }
        #expect(abandoned.error == error)
    }

    @Test("one that ended before the wait is told at once and never sent")
    func early() async {
        let query = PendingQuery(deadline: .distantFuture)
        #expect(!query.abandon(error, patience: .seconds(1)))
        let answer = await wait(for: query) { Issue.record("sent") }
        #expect(answer.error == error)
    }

    @Test("it is due at its deadline, and given up when the patience is over")
    func due() async {
        let now = MonotonicTime.now
        let query = PendingQuery(deadline: now + .seconds(5))
        _ = await wait(for: query) {
            #expect(query.due(at: now) == .nothing(until: now + .seconds(5)))
            #expect(query.due(at: now + .seconds(5)) == .timeout)
            _ = query.abandon(error, patience: .seconds(60))
            #expect(query.due(at: now + .seconds(5)) != .timeout)
            #expect(query.due(at: now + .seconds(600)) == .giveUp)
        }
        query.answer(.failure(error))
        #expect(query.due(at: now + .seconds(600)) == .nothing(until: .distantFuture))
    }
}

extension PendingQuery.Due: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.nothing(let one), .nothing(let other)): one == other
        case (.timeout, .timeout), (.giveUp, .giveUp): true
        default: false
        }
    }
}

extension Result where Failure == PGError {
    var error: PGError? { if case .failure(let error) = self { error } else { nil } }
}
