import Testing

@testable import PGWire

@Suite("A query that waits for its answer")
struct PendingAnswerTests {
    typealias Pending = PendingAnswer

    private let error = PGError(.cancelled, "enough", retry: .unknown)

    private func wait(for query: Pending, _ then: () -> Void) async -> PGError? {
        guard case .answer(let answer) = await query.wait(watching: .distantFuture, { _ in then() }) else { return nil }
        guard case .failure(let error) = answer else { return nil }
        return error
    }

    @Test("the first of answer and end counts")
    func first() async {
        let query = Pending(deadline: .distantFuture)
        let answered = await wait(for: query) {
            query.fail(PGError(.server, "answer", retry: .safe))
            #expect(!query.abandon(error, patience: .seconds(1)))
        }
        #expect(answered?.message == "answer")

        let other = Pending(deadline: .distantFuture)
        let abandoned = await wait(for: other) {
            #expect(other.abandon(error, patience: .seconds(1)))
            #expect(!other.abandon(error, patience: .seconds(1)))
            #expect(other.isAbandoned && !other.isAwaited)
            other.fail(PGError(.server, "answer", retry: .safe))
            #expect(!other.isAbandoned)
        }
        #expect(abandoned == error)
    }

    @Test("one that ended before the wait is told at once and never sent")
    func early() async {
        let query = Pending(deadline: .distantFuture)
        #expect(!query.abandon(error, patience: .seconds(1)))
        let answer = await wait(for: query) { Issue.record("sent") }
        #expect(answer == error)
    }

    @Test("a tick lets it wait anew, and what happened in between is not lost")
    func tick() async {
        let now = MonotonicTime.now
        let query = Pending(deadline: now + .seconds(5))
        let wake = await query.wait(watching: now + .seconds(1)) { next in
            #expect(next == now + .seconds(1))
            #expect(query.due(at: now + .seconds(1)) == .tick(until: now + .seconds(5)))
            query.tick()
            #expect(query.isAwaited)
        }
        guard case .tick = wake else {
            Issue.record("no tick")
            return
        }
        #expect(query.abandon(error, patience: .seconds(60)))
        #expect(query.isAbandoned && query.due(at: now + .seconds(600)) == .giveUp)
        #expect(await wait(for: query) { Issue.record("waited") } == error)
        #expect(query.isAbandoned)
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
