import TestSupport
import Testing

@testable import PGWire

/// What one thread sends while another one gives up what is among it.
@Suite("A line whose places are given up")
struct SessionLineTests {
    private struct Sent {
        var isEmpty = true
        var cancelled: (any AnswerReceiver)?
        var rest = 0
    }

    /// Puts a query into a line, has it sent when it is about to be abandoned, and then abandons it.
    private func sendWhileAbandoning(_ pending: PendingAnswer, statements: Int) async -> Sent {
        var sent = Sent()
        _ = await pending.wait(watching: .distantFuture) { _ in
            var line = SessionLine(statements: StatementCache(capacity: statements))
            var batch = ByteBuffer()
            do throws(PGError) {
                try line.submit(Submission(work: .query("SELECT 1"), receiver: pending, lease: .owner))
                if line.willAbandon(pending) != nil { Issue.record("what was not sent cannot be cancelled") }
                let cancelled = line.exchangeOutgoing(&batch)
                sent = Sent(isEmpty: batch.isEmpty, cancelled: cancelled, rest: line.count)
            } catch {
                Issue.record(error)
            }
            let isAbandoned = pending.abandon(PGError(.cancelled, "", retry: .unknown), patience: .seconds(1))
            #expect(isAbandoned)
        }
        return sent
    }

    @Test("what is about to be abandoned is not sent where nothing relies on it")
    func leftOut() async {
        let sent = await sendWhileAbandoning(PendingAnswer(deadline: .distantFuture), statements: 0)
        #expect(sent.isEmpty && sent.rest == 0 && sent.cancelled == nil)
    }

    @Test("what is about to be abandoned and has to be sent is cancelled before the next can be sent behind it")
    func cancelled() async {
        let pending = PendingAnswer(deadline: .distantFuture)
        let sent = await sendWhileAbandoning(pending, statements: 8)
        #expect(!sent.isEmpty && sent.rest == 1)
        #expect(sent.cancelled === pending)
    }

    @Test("what somebody waits for is not sent behind what was abandoned, neither with it nor while it is cancelled")
    func heldBack() async throws {
        var line = SessionLine(statements: StatementCache(capacity: 8))
        let (abandoned, wanted) = (PendingAnswer(deadline: .distantFuture), PendingAnswer(deadline: .distantFuture))
        let tasks = [abandoned, wanted].map { pending in
            Task { _ = await pending.wait(watching: .distantFuture) { _ in } }
        }
        #expect(await eventually { abandoned.isAwaited && wanted.isAwaited })
        try line.submit(Submission(work: .query("SELECT 1"), receiver: abandoned, lease: .owner))
        try line.submit(Submission(work: .query("SELECT 2"), receiver: wanted, lease: .owner))
        let all = line.outgoing.count
        _ = line.willAbandon(abandoned)
        var batch = ByteBuffer()
        let first = line.exchangeOutgoing(&batch)
        #expect(first === abandoned)
        let kept = line.outgoing.count
        let sent = batch.count
        #expect(sent + kept == all && sent > 0 && kept > 0)
        var next = ByteBuffer()
        let meanwhile = line.exchangeOutgoing(&next)
        var isEmpty = next.isEmpty
        #expect(meanwhile == nil && isEmpty)
        // The request is done and has hit nothing: before the rest goes out, another one.
        line.hold = .none
        let again = line.exchangeOutgoing(&next)
        #expect(again === abandoned)
        isEmpty = next.isEmpty
        #expect(isEmpty)
        abandoned.fail(PGError(.cancelled, "", retry: .unknown))
        wanted.fail(PGError(.cancelled, "", retry: .unknown))
        for task in tasks { await task.value }
    }
}
