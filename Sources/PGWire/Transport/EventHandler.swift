/// What a descriptor is ready for, as epoll reports it.
struct Readiness: OptionSet, Sendable {
    let rawValue: UInt32

    static let readable = Readiness(rawValue: 0x001)  // EPOLLIN
    static let writable = Readiness(rawValue: 0x004)  // EPOLLOUT
    static let error = Readiness(rawValue: 0x008)  // EPOLLERR
    static let hangUp = Readiness(rawValue: 0x010)  // EPOLLHUP
    static let readHangUp = Readiness(rawValue: 0x2000)  // EPOLLRDHUP

    /// Whether a read would bring bytes, the end of the stream or an error.
    var allowsReading: Bool { !isDisjoint(with: [.readable, .error, .hangUp, .readHangUp]) }
    /// Whether a write would take bytes or report an error.
    var allowsWriting: Bool { !isDisjoint(with: [.writable, .error, .hangUp]) }
}

/// What is told, on the loop, that its descriptor became ready. Readiness is edge-triggered: it is reported once, and
/// the handler reads or writes until the system call would block.
protocol EventHandler: AnyObject, Sendable {
    func ready(_ readiness: Readiness)
}

/// What is told, on the loop, that the turn in which it asked for it ends: the moment to send what gathered meanwhile.
protocol TurnEndHandler: AnyObject, Sendable {
    func turnEnded()
}
