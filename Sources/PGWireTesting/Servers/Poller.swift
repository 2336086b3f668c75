import Glibc

/// Waits, in one thread, until one of several sockets can be served.
struct Poller {
    private static let longest: Int32 = 100
    private var polls: [pollfd] = []

    /// Looks for these events besides.
    mutating func watch(_ descriptor: Int32, _ events: Int16) {
        polls.append(pollfd(fd: descriptor, events: events, revents: 0))
    }

    /// Waits for a tenth of a second at most, or not at all, and forgets what it was to look for.
    mutating func wait(atMost limit: Int32 = Poller.longest) {
        _ = unsafe poll(&polls, nfds_t(polls.count), limit)
        polls.removeAll(keepingCapacity: true)
    }

    /// Accepts what waits for it; the listener does not block.
    static func accept(_ listener: Int32) -> Int32? {
        let descriptor = Glibc.accept(listener, nil, nil)
        return descriptor >= 0 ? descriptor : nil
    }
}
