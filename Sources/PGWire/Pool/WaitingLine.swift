/// Those who wait, in the order in which they came; any of them can leave the line at a small cost.
struct WaitingLine<Waiter: Sendable>: Sendable {
    /// Names a place in the line.
    typealias Ticket = UInt64

    struct Place: Sendable {
        let ticket: Ticket
        let waiter: Waiter
        let site: PoolCallSite
        let since: MonotonicTime
        let deadline: MonotonicTime
    }

    private struct Entry: Sendable {
        let ticket: Ticket
        /// Nil once it has left.
        var place: Place?
    }

    /// By ascending tickets; the first one is never empty.
    private var entries: [Entry] = []
    private var head = 0
    private var next: Ticket = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    /// How many places are taken or empty.
    var room: Int { entries.count }
    var first: Place? { isEmpty ? nil : entries[head].place }

    mutating func append(
        _ waiter: Waiter, for site: PoolCallSite, since: MonotonicTime, until deadline: MonotonicTime
    ) -> Ticket {
        defer { next += 1 }
        let place = Place(ticket: next, waiter: waiter, site: site, since: since, deadline: deadline)
        entries.append(Entry(ticket: next, place: place))
        count += 1
        return next
    }

    mutating func popFirst() -> Place? {
        guard !isEmpty else { return nil }
        return empty(head)
    }

    /// Takes out who has this ticket; nil where that one has left already.
    mutating func remove(_ ticket: Ticket) -> Place? {
        var (low, high) = (head, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].ticket < ticket { low = middle + 1 } else { high = middle }
        }
        guard low < entries.count, entries[low].ticket == ticket else { return nil }
        return empty(low)
    }

    mutating func removeAll() -> [Place] {
        defer { (entries, head, count) = ([], 0, 0) }
        return entries[head...].compactMap(\.place)
    }

    private mutating func empty(_ index: Int) -> Place? {
        guard let place = entries[index].place.take() else { return nil }
        count -= 1
        while head < entries.count, entries[head].place == nil { head += 1 }
        if entries.count >= 64, entries.count >= 2 * count {
            entries.removeAll { $0.place == nil }
            head = 0
        }
        return place
    }
}
