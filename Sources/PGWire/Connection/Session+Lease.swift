import Synchronization

extension Session {
    /// One of those who have a session one after the other, told apart so that none can use it when it is another's.
    struct Lease: Sendable, Equatable {
        fileprivate let number: UInt64

        /// Who opened the session, and has it whenever it is not lent.
        static let owner = Lease(number: 0)
    }

    /// Lends the session, which until ``endLease()`` takes nothing from anybody but who has the new lease.
    func beginLease() -> Lease {
        shared.withLock { shared in
            shared.lastLease = Lease(number: shared.lastLease.number + 1)
            shared.lease = shared.lastLease
            return shared.lease
        }
    }

    /// Gives the session back to its owner. What was sent stays in the line; nobody hears of it what comes unasked.
    func endLease() {
        let queues = shared.withLock { shared in
            shared.lease = .owner
            defer { shared.subscribers = [] }
            return shared.subscribers.compactMap(\.queue)
        }
        for queue in queues { queue.end(.leaseEnded) }
    }

    /// Whether who has a lease may still use the session.
    func isHeld(by lease: Lease) -> Bool {
        lease == .owner || shared.withLock { $0.lease == lease }
    }
}

extension PGConnection {
    /// The same session for somebody else, to be used until ``endLease()``, and not by this one meanwhile.
    func lend() -> PGConnection {
        PGConnection(configuration, options, session, lease: session.beginLease())
    }

    /// Takes the session back: whoever kept what was lent is refused from here on.
    func endLease() { session.endLease() }
}

extension PGError {
    /// A connection is used that was given back.
    static let leaseEnded = PGError(
        .usage,
        "The connection was lent by a pool and given back when the closure that it was lent to ended; "
            + "use it within the closure only",
        retry: .pointless)
}
