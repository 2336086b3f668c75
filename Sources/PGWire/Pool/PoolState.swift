/// What a pool knows: which connections there are and who has them, who waits, whether any can be opened.
///
/// It does no I/O and has no clock. What happens comes in as a call with the time at which it happened; what has to be
/// done about it goes out as the result, to be carried out once the lock around the state is open again. Whoever is
/// taken out of the line by such a call is to be answered by its caller, and by nobody else.
struct PoolState<Connection: AnyObject & Sendable, Waiter: Sendable>: Sendable {
    /// What the pool's options say, as far as it matters here.
    struct Limits: Sendable {
        var minimum = 0
        var maximum = 10
        var maximumWaiters = 10_000
        var waitTimeout: Duration = .seconds(5)
        var idleTimeout: Duration?
        var idleCheckAfter: Duration = .seconds(30)
        var leakThreshold: Duration?
        var outagePatience: Duration = .seconds(3)
        /// How often what is idle, old or lent for long is looked at.
        var roundInterval: Duration = .seconds(15)
    }

    /// A connection in somebody's hands.
    struct Lease: Sendable {
        let connection: Connection
        let slot: Int
        let since: MonotonicTime
    }

    struct Slot: Sendable {
        enum Phase: Sendable {
            case free
            case opening
            case idle
            case lent
        }

        var phase = Phase.free
        var connection: Connection?
        /// When the phase began.
        var since = MonotonicTime.distantFuture
        /// When the connection is to be replaced.
        var endOfLife = MonotonicTime.distantFuture
        /// Which generation of connections it belongs to.
        var generation = 0
        var site: PoolCallSite?
        var isReported = false
    }

    let limits: Limits
    var slots: [Slot] = []
    private var freeSlots: [Int] = []
    /// The one used last comes last, and is lent first, so that those too many lie idle.
    var idle: [Int] = []
    private(set) var lent = 0
    private(set) var opening = 0
    var waiters = WaitingLine<Waiter>()
    var outage = PoolOutage()
    /// Connections of an earlier generation are not lent again.
    private(set) var generation = 0
    private(set) var isClosed = false
    var drainDeadline = MonotonicTime.distantFuture
    var nextRound = MonotonicTime.distantFuture

    init(_ limits: Limits) {
        self.limits = limits
    }

    var total: Int { idle.count + lent + opening }

    // MARK: Lending

    enum Acquisition {
        case lend(Lease)
        /// It was idle for so long that it must show that it still works.
        case check(Lease)
        case wait(Waiter, WaitingLine<Waiter>.Ticket)
        case refuse(PoolRefusal)
    }

    mutating func acquire(
        at now: MonotonicTime, for site: PoolCallSite, _ makeWaiter: () -> Waiter
    ) -> Acquisition {
        guard !isClosed else { return .refuse(.closed) }
        if waiters.isEmpty, let slot = idle.popLast() {
            let idleSince = slots[slot].since
            let lease = lend(slot, to: site, at: now)
            return idleSince + limits.idleCheckAfter < now ? .check(lease) : .lend(lease)
        }
        if lent == 0, let cause = outage.refusal(at: now) { return .refuse(.outage(cause)) }
        guard waiters.count < limits.maximumWaiters else { return .refuse(.tooManyWaiters(waiters.count)) }
        let waiter = makeWaiter()
        return .wait(waiter, waiters.append(waiter, for: site, since: now, until: now + limits.waitTimeout))
    }

    /// Takes out of the line who does not wait any longer; nil where that one was served.
    mutating func cancel(_ ticket: WaitingLine<Waiter>.Ticket) -> Waiter? {
        waiters.remove(ticket)?.waiter
    }

    private mutating func lend(_ slot: Int, to site: PoolCallSite, at now: MonotonicTime) -> Lease {
        guard let connection = slots[slot].connection else { preconditionFailure("an empty slot cannot be lent") }
        slots[slot].phase = .lent
        slots[slot].since = now
        slots[slot].site = site
        slots[slot].isReported = false
        lent += 1
        return Lease(connection: connection, slot: slot, since: now)
    }

    enum Return {
        case keep(Lease)
        case lend(Lease, WaitingLine<Waiter>.Place)
        case close(Connection)
    }

    /// Takes back what was lent.
    ///
    /// - Parameter isFit: Whether it may be lent again.
    mutating func release(_ lease: Lease, at now: MonotonicTime, isFit: Bool) -> Return {
        precondition(slots[lease.slot].phase == .lent && slots[lease.slot].connection === lease.connection)
        lent -= 1
        return place(lease, at: now, isFit: isFit)
    }

    private mutating func place(_ lease: Lease, at now: MonotonicTime, isFit: Bool) -> Return {
        let slot = lease.slot
        let isOver = slots[slot].endOfLife <= now || slots[slot].generation != generation
        guard isFit, !isOver, !isClosed else {
            free(slot)
            return .close(lease.connection)
        }
        if let waiting = waiters.popFirst() {
            return .lend(lend(slot, to: waiting.site, at: now), waiting)
        }
        slots[slot].phase = .idle
        slots[slot].since = now
        slots[slot].site = nil
        idle.append(slot)
        return .keep(lease)
    }

    private mutating func free(_ slot: Int) {
        slots[slot] = Slot()
        freeSlots.append(slot)
    }

    /// Takes an idle connection out of the pool, because it ended, or to close it; false where it is not idle.
    mutating func removeIdle(_ slot: Int, _ connection: Connection) -> Bool {
        guard slots[slot].connection === connection, let index = idle.firstIndex(of: slot) else { return false }
        idle.remove(at: index)
        free(slot)
        return true
    }

    /// Takes out all idle connections that fulfil a condition, for their closing.
    mutating func removeIdle(where condition: (Slot) -> Bool) -> [Connection] {
        var removed: [Connection] = []
        var kept: [Int] = []
        for slot in idle {
            guard condition(slots[slot]), let connection = slots[slot].connection else {
                kept.append(slot)
                continue
            }
            removed.append(connection)
            free(slot)
        }
        idle = kept
        return removed
    }

    /// No connection that exists now is lent again, since the server that this one is with is not the one that is wanted.
    ///
    /// - Returns: The idle ones, to be closed.
    mutating func endGeneration(of lease: Lease) -> [Connection] {
        // One of an earlier generation tells nothing new.
        guard slots[lease.slot].generation == generation else { return [] }
        generation += 1
        return removeIdle { _ in true }
    }

    // MARK: Opening

    /// Marks as many connections as being opened as are wanted now, and returns their slots.
    mutating func openings(at now: MonotonicTime) -> [Int] {
        let allowed = outage.isOver ? limits.maximum : outage.mayTry(at: now) && opening == 0 ? 1 : 0
        return (0..<min(wanted, allowed)).map { _ in
            let slot = freeSlots.popLast() ?? slots.count
            if slot == slots.count { slots.append(Slot()) }
            slots[slot].phase = .opening
            slots[slot].since = now
            slots[slot].generation = generation
            opening += 1
            return slot
        }
    }

    /// How many more connections there should be.
    var wanted: Int {
        guard !isClosed else { return 0 }
        let wanted = max(waiters.count - opening, limits.minimum - total)
        return max(0, min(wanted, limits.maximum - total))
    }

    mutating func opened(
        _ slot: Int, _ connection: Connection, at now: MonotonicTime, lifetime: Duration?
    ) -> Return {
        precondition(slots[slot].phase == .opening)
        outage.end()
        opening -= 1
        slots[slot].connection = connection
        slots[slot].endOfLife = lifetime.map { now + $0 } ?? .distantFuture
        if nextRound == .distantFuture { nextRound = now + limits.roundInterval }
        return place(Lease(connection: connection, slot: slot, since: now), at: now, isFit: true)
    }

    /// Notes that a connection could not be opened, and returns those to be told, which is everybody unless the failure
    /// may pass or a connection that is lent will serve them.
    mutating func failedToOpen(
        _ slot: Int, _ error: PGError, at now: MonotonicTime, random: Double
    ) -> [WaitingLine<Waiter>.Place] {
        precondition(slots[slot].phase == .opening)
        opening -= 1
        free(slot)
        outage.note(error, at: now, patience: limits.outagePatience, random: random)
        let canWait = outage.mayPass(at: now) || lent > 0 && error.retry == .safe
        return canWait ? [] : waiters.removeAll()
    }

    // MARK: Closing

    /// Lends and opens nothing any more. Returns what is to be closed and who is to be refused.
    mutating func close() -> (idle: [Connection], waiters: [WaitingLine<Waiter>.Place]) {
        isClosed = true
        return (removeIdle { _ in true }, waiters.removeAll())
    }

    /// Whether nothing is lent or being opened any more.
    var isDrained: Bool { isClosed && lent == 0 && opening == 0 }

    /// The connections that are lent.
    var lentConnections: [Connection] {
        slots.compactMap { $0.phase == .lent ? $0.connection : nil }
    }

    // MARK: What others see

    var usage: PGPool.Usage {
        PGPool.Usage(idle: idle.count, lent: lent, opening: opening, waiting: waiters.count)
    }

    /// Who has a connection, the longest first.
    func holdings(at now: MonotonicTime) -> [PoolHolding] {
        let held = slots.filter { $0.phase == .lent }.sorted { $0.since < $1.since }
        return held.compactMap { slot in
            slot.site.map { PoolHolding(site: $0, duration: now.duration(since: slot.since)) }
        }
    }
}
