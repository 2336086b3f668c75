import Testing

@testable import PGWire

@Suite("A query that waits for its answer")
struct PendingAnswerTests {
    typealias Pending = PendingAnswer<PGResult>

    private let error = PGError(.cancelled, "enough", retry: .unknown)

    private func wait(for query: Pending, _ then: () -> Void) async -> Pending.Answer {
        await withCheckedContinuation { continuation in
            if query.begin(continuation) { then() }
        }
    }

    @Test("the first of answer and end counts")
    func first() async {
        let query = Pending(deadline: .distantFuture)
        let answered = await wait(for: query) {
            query.fail(PGError(.server, "answer", retry: .safe))
            #expect(!query.abandon(error, patience: .seconds(1)))
        }
        #expect(answered.error?.message == "answer")

        let other = Pending(deadline: .distantFuture)
        let abandoned = await wait(for: other) {
            #expect(other.abandon(error, patience: .seconds(1)))
            #expect(!other.abandon(error, patience: .seconds(1)))
            #expect(other.isAbandoned && !other.isAwaited)
            other.fail(PGError(.server, "answer", retry: .safe))
            #expect(!other.isAbandoned)
        }
        #expect(abandoned.error == error)
    }

    @Test("one that ended before the wait is told at once and never sent")
    func early() async {
        let query = Pending(deadline: .distantFuture)
        #expect(!query.abandon(error, patience: .seconds(1)))
        let answer = await wait(for: query) { Issue.record("sent") }
        #expect(answer.error == error)
    }

    @Test("it is due at its deadline, and given up when the patience is over")
    func due() async {
        let now = MonotonicTime.now
        let query = Pending(deadline: now + .seconds(5))
        _ = await wait(for: query) {
            #expect(query.due(at: now) == .nothing(until: now + .seconds(5)))
            #expect(query.due(at: now + .seconds(5)) == .timeout)
            _ = query.abandon(error, patience: .seconds(60))
            #expect(query.due(at: now + .seconds(5)) != .timeout)
            #expect(query.due(at: now + .seconds(600)) == .giveUp)
        }
        query.fail(error)
        #expect(query.due(at: now + .seconds(600)) == .nothing(until: .distantFuture))
    }
}

extension Result where Failure == PGError {
    var error: PGError? { if case .failure(let error) = self { error } else { nil } }
}
