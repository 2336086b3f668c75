/// The deadlines of one event loop, the earliest first.
///
/// An entry is never taken out before its time: its target is told and looks for itself whether anything is due. So a
/// query costs the heap nothing as long as its connection already has an earlier deadline in it. Nor does an entry keep
/// its target: a connection that ended long before a deadline would otherwise hold its descriptor until then.
struct DeadlineHeap {
    private struct Entry {
        let time: MonotonicTime
        weak var target: (any DeadlineTarget)?
    }

    private var entries: [Entry] = []

    /// Asked for in every turn: a whole entry would be copied with its weak reference, which takes longer than a lock.
    var earliest: MonotonicTime? { entries.isEmpty ? nil : entries[0].time }
    var count: Int { entries.count }

    mutating func insert(_ time: MonotonicTime, _ target: any DeadlineTarget) {
        entries.append(Entry(time: time, target: target))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].time < entries[parent].time else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the earliest target whose time has come and that still exists.
    mutating func removeDue(at now: MonotonicTime) -> (any DeadlineTarget)? {
        while let earliest, earliest <= now {
            let target = entries[0].target
            removeFirst()
            if let target { return target }
        }
        return nil
    }

    private mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].time < entries[least].time { least = child }
            }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}

/// What is told, on the loop, when a time that it asked for has come.
protocol DeadlineTarget: AnyObject, Sendable {
    func deadlineReached(_ now: MonotonicTime)
}
