import MCP
import SessionStoreTesting
import Synchronization
import TestSupport
import Testing

@Suite struct InMemorySessionStoreTests {
    @Test("the store in memory keeps the contract", arguments: SessionStoreContract.rules)
    func contract(_ rule: SessionStoreContract) async throws {
        try await rule.check { limits in
            let clock = ManualClock()
            let store = InMemorySessionStore(limits: limits, now: clock.now)
            return SubjectStore(store, elapse: { clock.advance(by: $0) })
        }
    }

    @Test("there are so many sessions, and expired ones make room")
    func boundedSessions() async throws {
        let clock = ManualClock()
        let store = InMemorySessionStore(maximumSessions: 2, now: clock.now)
        let short = NewSession(
            principal: .anonymous, era: .modern, protocolVersion: "2026-07-28", timeToLive: .seconds(10))
        _ = try await store.open(short, as: .random())
        _ = try await store.open(short, as: .random())
        await #expect(throws: SessionStoreError.quotaExceeded("there may be 2 sessions")) {
            try await store.open(short, as: .random())
        }
        clock.advance(by: .seconds(10))
        _ = try await store.open(short, as: .random())
    }

    @Test("of many writers that expect the same version one wins")
    func concurrentWriters() async throws {
        let store = InMemorySessionStore()
        let handle = SessionHandle.random()
        _ = try await store.open(
            NewSession(principal: .anonymous, era: .modern, protocolVersion: "2026-07-28"), as: handle)
        let wins = await withTaskGroup(of: Int.self) { group in
            for number in 0..<32 {
                group.addTask {
                    let receipt = try? await store.storeValue(
                        JSONValue(number), forKey: "a", in: handle, of: .anonymous, ifVersion: 0, timeToLive: nil)
                    return receipt == nil ? 0 : 1
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wins == 1)
    }
}

/// A clock that goes on when it is told to.
private final class ManualClock: Sendable {
    private let time = Mutex(Timestamp(microseconds: 1_785_000_000_000_000))

    var now: @Sendable () -> Timestamp {
        { self.time.withLock { $0 } }
    }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0.advanced(by: duration) }
    }
}
