/// Who is told of what happens at a loop's descriptors, found by a number that epoll hands back.
struct HandlerTable {
    private struct Slot {
        /// How often the slot has been given away, from 1 on, so that no registration is 0.
        var generation: UInt32 = 1
        var handler: (any EventHandler)?
    }

    private var slots: [Slot] = []
    private var free: [Int] = []

    mutating func insert(_ handler: any EventHandler) -> PGEventLoop.Registration {
        let index: Int
        if let used = free.popLast() {
            index = used
        } else {
            index = slots.count
            slots.append(Slot())
        }
        slots[index].handler = handler
        return PGEventLoop.Registration(rawValue: UInt64(slots[index].generation) << 32 | UInt64(index))
    }

    /// The handler, unless it was removed.
    subscript(_ registration: PGEventLoop.Registration) -> (any EventHandler)? {
        position(of: registration).flatMap { slots[$0].handler }
    }

    /// Removes a handler; false where that was done before.
    mutating func remove(_ registration: PGEventLoop.Registration) -> Bool {
        guard let index = position(of: registration) else { return false }
        slots[index].handler = nil
        // One that has been given away as often as can be told is not given away again.
        guard slots[index].generation < .max else { return true }
        slots[index].generation += 1
        free.append(index)
        return true
    }

    private func position(of registration: PGEventLoop.Registration) -> Int? {
        let index = Int(truncatingIfNeeded: registration.rawValue & 0xFFFF_FFFF)
        guard index < slots.count, slots[index].generation == registration.rawValue >> 32,
            slots[index].handler != nil
        else { return nil }
        return index
    }
}
