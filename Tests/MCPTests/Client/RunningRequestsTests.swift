import TestSupport
import Testing

@testable import MCP

@Suite("Requests that are being served")
struct RunningRequestsTests {
    private let key = RunningRequests.Key(session: nil, id: .string("1"))

    /// Work that goes on until it is cancelled.
    private let endless: @Sendable () async -> JSONRPCResponse = {
        while !Task.isCancelled { await Task.yield() }
        return JSONRPCResponse(id: .string("1"), result: [:])
    }

    @Test("a place is free again once the work is done, though nobody waited for its response")
    func unawaited() async {
        let running = RunningRequests(limit: 1)
        guard case .begun = running.start(key, endless) else {
            Issue.record("not begun")
            return
        }
        let other = RunningRequests.Key(session: nil, id: .string("2"))
        if case .full = running.start(other, endless) {} else { Issue.record("not full") }
        #expect(running.cancel(key))
        #expect(await eventually { running.count == 0 })
        guard case .begun = running.start(key, endless) else {
            Issue.record("not begun")
            return
        }
        running.cancelAll()
    }

    @Test("one that shares an id counts, and is cancelled with the other one")
    func sharedID() async {
        let running = RunningRequests(limit: 2)
        if case .idInUse = running.start(key, endless) { Issue.record("in use") }
        if case .idInUse = running.start(key, endless) {} else { Issue.record("an id was used twice") }
        if case .begun = running.start(key, sharesID: true, endless) {} else { Issue.record("not begun") }
        if case .full = running.start(key, sharesID: true, endless) {} else { Issue.record("not full") }
        #expect(running.cancel(key))
        #expect(await eventually { running.count == 0 })
        #expect(!running.cancel(key))
    }
}
