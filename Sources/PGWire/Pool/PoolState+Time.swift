extension PoolState {
    /// What the passing of time asks for.
    struct Chores {
        /// Idle for too long, or too old.
        var close: [Connection] = []
        /// Those whose time to wait is over.
        var expired: [WaitingLine<Waiter>.Place] = []
        /// Who has had a connection for longer than usual, each told once.
        var leaks: [PoolHolding] = []
        /// What is still lent though the drain is over; nil where it is not over.
        var undrained: [Connection]?
    }

    mutating func tick(at now: MonotonicTime) -> Chores {
        var chores = Chores()
        while let first = waiters.first, first.deadline <= now, let expired = waiters.popFirst() {
            chores.expired.append(expired)
        }
        if drainDeadline <= now {
            drainDeadline = .distantFuture
            chores.undrained = lentConnections
        }
        if nextRound <= now {
            chores.close = removeSurplus(at: now)
            chores.leaks = noteLeaks(at: now)
            nextRound = total > 0 ? now + limits.roundInterval : .distantFuture
        }
        return chores
    }

    /// When time will next ask for something.
    var nextTick: MonotonicTime {
        var next = min(waiters.first?.deadline ?? .distantFuture, drainDeadline, nextRound)
        if opening == 0, wanted > 0 { next = min(next, outage.nextTry) }
        return next
    }

    private mutating func removeSurplus(at now: MonotonicTime) -> [Connection] {
        var surplus = total - limits.minimum
        let idleTimeout = limits.idleTimeout
        // The ones unused for the longest come first.
        return removeIdle { slot in
            let isUnused = idleTimeout.map { slot.since + $0 <= now } ?? false
            guard slot.endOfLife <= now || isUnused && surplus > 0 else { return false }
            surplus -= 1
            return true
        }
    }

    private mutating func noteLeaks(at now: MonotonicTime) -> [PoolHolding] {
        guard let threshold = limits.leakThreshold else { return [] }
        var leaks: [PoolHolding] = []
        for index in slots.indices where slots[index].phase == .lent && !slots[index].isReported {
            guard slots[index].since + threshold <= now, let site = slots[index].site else { continue }
            slots[index].isReported = true
            leaks.append(PoolHolding(site: site, duration: now.duration(since: slots[index].since)))
        }
        return leaks
    }
}
