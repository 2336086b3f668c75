import Testing

@testable import MCP

@Suite("Questions and notifications under way", .timeLimit(.minutes(1)))
struct PendingAnswersTests {
    private let id = RequestID.string("q")
    private var response: JSONRPCResponse { JSONRPCResponse(id: id, result: ["a": 1]) }

    @Test("an answer reaches who waits for it, also when it comes first")
    func answers() async {
        let pending = PendingAnswers()
        #expect(pending.expect(id, in: nil))
        #expect(pending.answer(response, in: nil))
        #expect(!pending.answer(response, in: nil))
        #expect(await pending.wait(for: id, atMost: .seconds(10)) == response)
        pending.forget(id)
        #expect(!pending.answer(response, in: nil))
    }

    @Test("an answer of another session is none")
    func sessions() async {
        let pending = PendingAnswers()
        let session = SessionHandle.random()
        #expect(pending.expect(id, in: session))
        #expect(!pending.answer(response, in: nil))
        #expect(!pending.answer(response, in: .random()))
        let waiting = Task { await pending.wait(for: id, atMost: .seconds(10)) }
        #expect(!pending.answer(response, in: .random()))
        #expect(pending.answer(response, in: session))
        #expect(await waiting.value == response)
    }

    @Test("a wait ends with its time, with its task, and with the client")
    func ends() async {
        let pending = PendingAnswers()
        for id in ["a", "b", "c"] { #expect(pending.expect(.string(id), in: nil)) }
        #expect(await pending.wait(for: .string("a"), atMost: .milliseconds(20)) == nil)
        let cancelled = Task { await pending.wait(for: .string("b"), atMost: .seconds(50)) }
        cancelled.cancel()
        #expect(await cancelled.value == nil)
        let abandoned = Task { await pending.wait(for: .string("c"), atMost: .seconds(50)) }
        pending.close()
        #expect(await abandoned.value == nil)
    }

    @Test("no more wait than the limit says")
    func limit() {
        let pending = PendingAnswers(limit: 2)
        #expect(pending.expect(.string("a"), in: nil) && pending.expect(.string("b"), in: nil))
        #expect(!pending.expect(.string("c"), in: nil))
        pending.forget(.string("a"))
        #expect(pending.expect(.string("c"), in: nil))
    }

    @Test("notifications that nobody takes are dropped beyond the limit, and responses never are")
    func outlet() async {
        let outlet = Outlet(isOpen: true)
        for number in 0..<2 * Outlet.maximumWaiting { outlet.notify("n", ["number": JSONValue(number)]) }
        outlet.put(.response(response))
        outlet.finish()
        var notifications = 0
        var responses = 0
        for await item in outlet.items {
            outlet.took(item)
            switch item {
            case .notification: notifications += 1
            case .response: responses += 1
            default: break
            }
        }
        #expect(notifications == Outlet.maximumWaiting && responses == 1)
    }

    @Test("the time in which the client is asked does not count")
    func deadline() async throws {
        let deadline = RequestDeadline(after: .milliseconds(200))
        let start = ContinuousClock.now
        async let waited: Void? = deadline.whileWaiting { try? await Task.sleep(for: .milliseconds(400)) }
        try await deadline.expire()
        _ = await waited
        #expect(ContinuousClock.now - start >= .milliseconds(550))
    }
}
