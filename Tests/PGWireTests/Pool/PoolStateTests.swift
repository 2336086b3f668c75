import Testing

@testable import PGWire

@Suite("The pool's state")
struct PoolStateTests {
    private final class Connection: Sendable {}
    private typealias State = PoolState<Connection, Int>

    private let site = PoolCallSite(file: "Orders.swift", line: 7)
    private let other = PoolCallSite(file: "Users.swift", line: 9)
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private let refused = PGError(.connectFailed, "refused", retry: .safe)
    private let wrongPassword = PGError(.authentication, "wrong", retry: .pointless)

    private func state(_ change: (inout State.Limits) -> Void = { _ in }) -> State {
        var limits = State.Limits()
        limits.maximum = 2
        change(&limits)
        return State(limits)
    }

    private func lease(_ acquisition: State.Acquisition) -> State.Lease? {
        if case .lend(let lease) = acquisition { lease } else { nil }
    }

    private func waits(_ acquisition: State.Acquisition) -> WaitingLine<Int>.Ticket? {
        if case .wait(_, let ticket) = acquisition { ticket } else { nil }
    }

    /// Opens a connection that somebody waits for, and returns it lent.
    private func open(_ state: inout State, at time: MonotonicTime? = nil) throws -> State.Lease {
        let time = time ?? start
        #expect(waits(state.acquire(at: time, for: site) { 0 }) != nil)
        let slot = try #require(state.openings(at: time).first)
        guard case .lend(let lease, _) = state.opened(slot, Connection(), at: time, lifetime: nil) else {
            throw PGError(.pool, "not lent", retry: .pointless)
        }
        return lease
    }

    @Test("one is opened for each who waits, up to the maximum, and the longest waiting is served")
    func lending() throws {
        var state = state()
        for number in 0..<4 { #expect(waits(state.acquire(at: start, for: site) { number }) != nil) }
        let slots = state.openings(at: start)
        #expect(slots.count == 2)
        #expect(state.openings(at: start).isEmpty)
        var leases: [State.Lease] = []
        for (number, slot) in slots.enumerated() {
            guard case .lend(let lease, let place) = state.opened(slot, Connection(), at: start, lifetime: nil) else {
                Issue.record("not lent")
                return
            }
            #expect(place.waiter == number)
            leases.append(lease)
        }
        guard case .lend(_, let third) = state.release(leases[0], at: start, isFit: true) else {
            Issue.record("not handed on")
            return
        }
        #expect(third.waiter == 2)
        #expect(state.usage == PGPool.Usage(idle: 0, lent: 2, opening: 0, waiting: 1))
    }

    @Test("the connection used last is lent first")
    func lastInFirstOut() throws {
        var state = state()
        let first = try open(&state)
        let second = try open(&state)
        _ = state.release(second, at: start, isFit: true)
        _ = state.release(first, at: start, isFit: true)
        #expect(lease(state.acquire(at: start, for: site) { 0 })?.connection === first.connection)
    }

    @Test("who has stopped waiting is not served")
    func cancelling() throws {
        var state = state { $0.maximum = 1 }
        let lent = try open(&state)
        let ticket = try #require(waits(state.acquire(at: start, for: site) { 1 }))
        #expect(waits(state.acquire(at: start, for: site) { 2 }) != nil)
        #expect(state.cancel(ticket) == 1)
        #expect(state.cancel(ticket) == nil)
        guard case .lend(_, let place) = state.release(lent, at: start, isFit: true) else {
            Issue.record("not handed on")
            return
        }
        #expect(place.waiter == 2)
    }

    @Test("what is unfit is closed, and another opened in its place")
    func unfit() throws {
        var state = state { $0.maximum = 1 }
        let lent = try open(&state)
        _ = state.acquire(at: start, for: site) { 1 }
        guard case .close(let closed) = state.release(lent, at: start, isFit: false) else {
            Issue.record("kept")
            return
        }
        #expect(closed === lent.connection)
        #expect(state.openings(at: start).count == 1)
        #expect(state.total == 1)
    }

    @Test("a wait and the number who wait are bounded")
    func bounds() throws {
        var state = state {
            $0.maximum = 1
            $0.maximumWaiters = 1
            $0.waitTimeout = .seconds(2)
        }
        let lent = try open(&state)
        #expect(waits(state.acquire(at: start, for: site) { 1 }) != nil)
        guard case .refuse(.tooManyWaiters(1)) = state.acquire(at: start, for: site, { 2 }) else {
            Issue.record("not refused")
            return
        }
        #expect(state.nextTick == start + .seconds(2))
        #expect(state.tick(at: start + .milliseconds(1999)).expired.isEmpty)
        #expect(state.tick(at: start + .seconds(2)).expired.map(\.waiter) == [1])
        #expect(state.waiters.isEmpty)
        _ = state.release(lent, at: start, isFit: true)
        #expect(state.usage.idle == 1)
    }

    @Test("who has a connection is told, the longest first")
    func holdings() throws {
        var state = state()
        let first = try open(&state)
        _ = state.release(first, at: start, isFit: true)
        _ = lease(state.acquire(at: start + .seconds(1), for: other) { 0 })
        _ = try open(&state, at: start + .seconds(3))
        let holdings = state.holdings(at: start + .seconds(4))
        #expect(holdings.map(\.description) == ["Users.swift:9 for 3000 ms", "Orders.swift:7 for 1000 ms"])
    }

    @Test("a failure that does not pass is told to all who wait, and to those who come until the next attempt")
    func permanentFailure() throws {
        var state = state()
        for number in 0..<3 { _ = state.acquire(at: start, for: site) { number } }
        let slots = state.openings(at: start)
        let failed = state.failedToOpen(slots[0], wrongPassword, at: start, random: 0)
        #expect(failed.map(\.waiter) == [0, 1, 2])
        #expect(state.failedToOpen(slots[1], wrongPassword, at: start, random: 0).isEmpty)
        guard case .refuse(.outage(wrongPassword)) = state.acquire(at: start, for: site, { 3 }) else {
            Issue.record("not refused")
            return
        }
        let later = start + .seconds(1)
        #expect(waits(state.acquire(at: later, for: site) { 4 }) != nil)
        _ = state.acquire(at: later, for: site) { 5 }
        // One attempt at a time, until one succeeds.
        let attempt = state.openings(at: later)
        #expect(attempt.count == 1)
        #expect(state.openings(at: later).isEmpty)
        _ = state.opened(attempt[0], Connection(), at: later, lifetime: nil)
        #expect(state.openings(at: later).count == 1)
    }

    @Test("during an outage that may pass they wait, and are told when it has lasted too long")
    func passingFailure() throws {
        var state = state {
            $0.maximum = 1
            $0.waitTimeout = .seconds(60)
        }
        let lent = try open(&state)
        _ = state.release(lent, at: start, isFit: false)
        _ = state.acquire(at: start, for: site) { 1 }
        var slots = state.openings(at: start)
        #expect(state.failedToOpen(slots[0], refused, at: start, random: 0).isEmpty)
        #expect(state.openings(at: start).isEmpty)
        #expect(state.nextTick == start + .milliseconds(100))
        slots = state.openings(at: start + .milliseconds(100))
        #expect(slots.count == 1)
        #expect(state.nextTick > start + .milliseconds(100))
        let slot = try #require(slots.first)
        let failed = state.failedToOpen(slot, refused, at: start + .seconds(3), random: 0)
        #expect(failed.map(\.waiter) == [1])
    }

    @Test("what was idle for long has to be checked, and what is idle for too long is closed down to the minimum")
    func idling() throws {
        var state = state {
            $0.maximum = 3
            $0.minimum = 1
            $0.idleTimeout = .seconds(100)
            $0.idleCheckAfter = .seconds(10)
            $0.roundInterval = .seconds(15)
        }
        let leases = try [open(&state), open(&state), open(&state)]
        for lease in leases { _ = state.release(lease, at: start, isFit: true) }
        #expect(lease(state.acquire(at: start + .seconds(10), for: site) { 0 }) != nil)
        guard case .check(let checked) = state.acquire(at: start + .seconds(11), for: site, { 0 }) else {
            Issue.record("not to be checked")
            return
        }
        _ = state.release(checked, at: start + .seconds(11), isFit: true)
        #expect(state.tick(at: start + .seconds(99)).close.isEmpty)
        // Two are idle and one is lent: both are above the minimum.
        #expect(state.tick(at: start + .seconds(200)).close.count == 2)
        #expect(state.total == 1)
        #expect(state.nextTick <= start + .seconds(215))
    }

    @Test("a connection is replaced when its life is over: at once where it is idle, else when it comes back")
    func lifetime() throws {
        var state = state { $0.minimum = 2 }
        let slots = state.openings(at: start)
        #expect(slots.count == 2)
        for slot in slots { _ = state.opened(slot, Connection(), at: start, lifetime: .seconds(50)) }
        let lent = try #require(lease(state.acquire(at: start, for: site) { 0 }))
        #expect(state.tick(at: start + .seconds(49)).close.isEmpty)
        #expect(state.tick(at: start + .seconds(65)).close.count == 1)
        #expect(state.openings(at: start + .seconds(65)).count == 1)
        guard case .close = state.release(lent, at: start + .seconds(65), isFit: true) else {
            Issue.record("kept beyond its life")
            return
        }
    }

    @Test("a long holder is reported once")
    func leak() throws {
        var state = state {
            $0.leakThreshold = .seconds(60)
            $0.roundInterval = .seconds(15)
        }
        let lent = try open(&state)
        #expect(state.tick(at: start + .seconds(15)).leaks.isEmpty)
        let leaks = state.tick(at: start + .seconds(61)).leaks
        #expect(leaks.map(\.description) == ["Orders.swift:7 for 61000 ms"])
        #expect(state.tick(at: start + .seconds(90)).leaks.isEmpty)
        _ = state.release(lent, at: start + .seconds(91), isFit: true)
        _ = state.acquire(at: start + .seconds(91), for: site) { 0 }
        #expect(state.tick(at: start + .seconds(180)).leaks.count == 1)
    }

    @Test("a generation that has ended is not lent again, and only its own end is noticed")
    func generations() throws {
        var state = state { $0.maximum = 3 }
        let leases = try [open(&state), open(&state), open(&state)]
        _ = state.release(leases[2], at: start, isFit: true)
        let closed = state.endGeneration(of: leases[0])
        #expect(closed.count == 1 && closed[0] === leases[2].connection)
        _ = state.release(leases[0], at: start, isFit: false)
        let new = try open(&state)
        _ = state.release(new, at: start, isFit: true)
        #expect(state.endGeneration(of: leases[1]).isEmpty)
        guard case .close = state.release(leases[1], at: start, isFit: true) else {
            Issue.record("an old one was kept")
            return
        }
        #expect(state.usage == PGPool.Usage(idle: 1, lent: 0, opening: 0, waiting: 0))
    }

    @Test("closing refuses who waits, closes what is idle, and is over when the last lent one is back")
    func closing() throws {
        var state = state()
        let leases = try [open(&state), open(&state)]
        _ = state.acquire(at: start, for: site) { 1 }
        let (idle, waiting) = state.close()
        #expect(idle.isEmpty && waiting.map(\.waiter) == [1])
        #expect(!state.isDrained)
        guard case .refuse(.closed) = state.acquire(at: start, for: site, { 2 }) else {
            Issue.record("not refused")
            return
        }
        state.drainDeadline = start + .seconds(10)
        guard case .close = state.release(leases[0], at: start, isFit: true) else {
            Issue.record("kept")
            return
        }
        #expect(state.nextTick <= start + .seconds(10))
        let undrained = state.tick(at: start + .seconds(10)).undrained
        #expect(undrained?.count == 1)
        _ = state.release(leases[1], at: start, isFit: true)
        #expect(state.isDrained)
        #expect(state.openings(at: start).isEmpty)
    }

    @Test("whatever happens in whatever order, never above the maximum, nobody forgotten", arguments: 0..<20)
    func randomly(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var state = state {
            $0.maximum = Int.random(in: 1...5, using: &random)
            $0.minimum = Int.random(in: 0...2, using: &random)
            $0.waitTimeout = .seconds(3)
            $0.idleTimeout = .seconds(5)
            $0.maximumWaiters = 20
        }
        var now = start
        var (leases, opening, waiting): ([State.Lease], [Int], [Int: WaitingLine<Int>.Ticket]) = ([], [], [:])
        func take(_ fate: State.Return) {
            if case .lend(let lease, let place) = fate {
                #expect(waiting.removeValue(forKey: place.waiter) != nil)
                leases.append(lease)
            }
        }
        for step in 0..<5000 {
            now = now + .milliseconds(Int.random(in: 0..<100, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0...3:
                switch state.acquire(at: now, for: site, { step }) {
                case .lend(let lease), .check(let lease): leases.append(lease)
                case .wait(_, let ticket): waiting[step] = ticket
                case .refuse: break
                }
            case 4, 5:
                guard let index = leases.indices.randomElement(using: &random) else { break }
                take(state.release(leases.remove(at: index), at: now, isFit: Bool.random(using: &random)))
            case 6:
                guard let slot = opening.popLast() else { break }
                if Bool.random(using: &random) {
                    take(state.opened(slot, Connection(), at: now, lifetime: .seconds(20)))
                } else {
                    let error = Bool.random(using: &random) ? refused : wrongPassword
                    for place in state.failedToOpen(slot, error, at: now, random: 0.5) {
                        #expect(waiting.removeValue(forKey: place.waiter) != nil)
                    }
                }
            case 7:
                guard let waiter = waiting.keys.sorted().randomElement(using: &random) else { break }
                let ticket = try #require(waiting[waiter])
                waiting[waiter] = nil
                #expect(state.cancel(ticket) == waiter)
            case 8:
                if let lease = leases.randomElement(using: &random) { _ = state.endGeneration(of: lease) }
            default:
                for place in state.tick(at: now).expired {
                    #expect(waiting.removeValue(forKey: place.waiter) != nil)
                }
            }
            opening += state.openings(at: now)
            #expect(state.total <= state.limits.maximum)
            #expect(state.usage.lent == leases.count && state.usage.opening == opening.count)
            #expect(state.usage.waiting == waiting.count)
            #expect(waiting.isEmpty || state.usage.idle == 0)
        }
        // All come back and nothing fails any more: everybody is served, or was told.
        while !leases.isEmpty || !opening.isEmpty || !waiting.isEmpty || state.wanted > 0 {
            if let lease = leases.popLast() { take(state.release(lease, at: now, isFit: true)) }
            if let slot = opening.popLast() { take(state.opened(slot, Connection(), at: now, lifetime: nil)) }
            now = now + .seconds(1)
            for place in state.tick(at: now).expired { waiting[place.waiter] = nil }
            opening += state.openings(at: now)
        }
        #expect(state.usage.idle >= min(state.limits.minimum, state.limits.maximum))
    }
}
