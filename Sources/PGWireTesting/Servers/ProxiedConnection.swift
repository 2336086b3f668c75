import Glibc

/// A connection of a ``FaultProxy``: two sockets, served by one thread.
struct ProxiedConnection {
    /// What is on its way in one direction.
    private struct Lane {
        let direction: FaultPlan.Direction
        let source: Int32
        let sink: Int32
        /// Received and not yet passed on.
        var pending: ArraySlice<UInt8> = []
        /// The last bytes that were passed on, for a pattern that was cut in two.
        var tail: [UInt8] = []
        /// How many bytes were passed on.
        var sent = 0
        /// How many of them since the source last had nothing.
        var burst = 0
        /// The plan's next split.
        var split = 0
        /// Whether the source has ended.
        var hasEnded = false
        /// Whether the sink was told so.
        var isOver = false
        /// When the next portion may go.
        var readyAt = ContinuousClock.now
    }

    private enum Outcome {
        case goesOn
        case isOver
    }

    private static let longestPoll: Int32 = 500
    /// POLLRDHUP, which the module of the C library leaves out.
    private static let peerHasGone: Int16 = 0x2000
    private static let portion = 64 << 10

    private let client: Int32
    private let server: Int32
    private let plan: FaultPlan
    private let report: ((inout FaultProxy.Record) -> Void) -> Void
    private var lanes: [Lane]
    /// Whether what the server says next is not passed on and ends the connection.
    private var losesAnswer = false

    init(
        client: Int32, server: Int32, plan: FaultPlan, report: @escaping ((inout FaultProxy.Record) -> Void) -> Void
    ) {
        self.client = client
        self.server = server
        self.plan = plan
        self.report = report
        for descriptor in [client, server] {
            Loopback.sendAtOnce(descriptor)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        }
        lanes = [
            Lane(direction: .toServer, source: client, sink: server),
            Lane(direction: .toClient, source: server, sink: client),
        ]
    }

    /// Passes bytes on until both ends are closed or the plan's fault has come about, then closes both.
    mutating func run(isClosing: () -> Bool) {
        defer {
            close(client)
            close(server)
        }
        while !isClosing(), lanes.contains(where: { !$0.isOver }) {
            guard waitForWork() else { continue }
            for index in lanes.indices {
                guard case .goesOn = serve(index) else { return }
                if case .blackHole(let direction, let count) = plan.fault,
                    lanes.contains(where: { $0.direction == direction && $0.sent >= count })
                {
                    report { $0.hasFailed = true }
                    waitForClient(toEnd: false, isClosing)
                    return
                }
            }
        }
    }

    // MARK: Waiting

    /// Waits until something can be received or passed on; false where the time is up first.
    private mutating func waitForWork() -> Bool {
        var polls: [pollfd] = []
        var timeout = Self.longestPoll
        let now = ContinuousClock.now
        for lane in lanes where !lane.isOver {
            if lane.pending.isEmpty {
                if lane.hasEnded { return true }
                polls.append(pollfd(fd: lane.source, events: Int16(POLLIN), revents: 0))
            } else if lane.readyAt > now {
                let milliseconds = (lane.readyAt - now) / .milliseconds(1)
                timeout = min(timeout, Int32(milliseconds.rounded(.up)))
            } else {
                polls.append(pollfd(fd: lane.sink, events: Int16(POLLOUT), revents: 0))
            }
        }
        if unsafe poll(&polls, nfds_t(polls.count), 0) > 0 { return true }
        for index in lanes.indices where lanes[index].pending.isEmpty { lanes[index].burst = 0 }
        return unsafe poll(&polls, nfds_t(polls.count), timeout) > 0 || timeout < Self.longestPoll
    }

    /// Waits until the client has gone: after its end of the stream, or by whatever it takes for that.
    private func waitForClient(toEnd: Bool, _ isClosing: () -> Bool) {
        let deadline = ContinuousClock.now + .seconds(60)
        var scratch = [UInt8](repeating: 0, count: Self.portion)
        while !isClosing(), ContinuousClock.now < deadline {
            // A black hole reads nothing, so that it also fills up.
            var polls = [pollfd(fd: client, events: toEnd ? Int16(POLLIN) : Self.peerHasGone, revents: 0)]
            guard unsafe poll(&polls, 1, Self.longestPoll) > 0 else { continue }
            guard toEnd else { return }
            let count = unsafe recv(client, &scratch, scratch.count, 0)
            if count == 0 || count < 0 && errno != EAGAIN { return }
        }
    }

    // MARK: Passing on

    private mutating func serve(_ index: Int) -> Outcome {
        if lanes[index].isOver { return .goesOn }
        if lanes[index].pending.isEmpty, !lanes[index].hasEnded {
            guard case .goesOn = receive(index) else { return .isOver }
        }
        // So many portions at a time, so that the other direction gets its turn.
        for _ in 0..<256 where !lanes[index].pending.isEmpty && lanes[index].readyAt <= .now {
            let count = size(lanes[index])
            guard count > 0 else { break }
            guard case .goesOn = send(count, index) else { return .isOver }
        }
        reportSent(lanes[index])
        if lanes[index].pending.isEmpty, lanes[index].hasEnded {
            lanes[index].isOver = true
            shutdown(lanes[index].sink, Int32(SHUT_WR))
        }
        return .goesOn
    }

    private mutating func receive(_ index: Int) -> Outcome {
        var bytes = [UInt8](repeating: 0, count: Self.portion)
        let count = unsafe recv(lanes[index].source, &bytes, bytes.count, 0)
        guard count >= 0 else {
            if errno == EAGAIN || errno == EINTR { return .goesOn }
            // A reset goes on as a reset.
            return end(by: .reset)
        }
        if count == 0 {
            lanes[index].hasEnded = true
            return .goesOn
        }
        lanes[index].pending = bytes[..<count]
        lanes[index].readyAt = .now + plan.delay
        if lanes[index].direction == .toClient, losesAnswer, case .loseAnswer(_, let ending) = plan.fault {
            return fail(by: ending)
        }
        if lanes[index].direction == .toServer, case .loseRequest(let pattern, let ending) = plan.fault,
            (lanes[index].tail + lanes[index].pending).contains(pattern)
        {
            return fail(by: ending)
        }
        return .goesOn
    }

    /// How many bytes the next portion has.
    private func size(_ lane: Lane) -> Int {
        var count = lane.pending.count
        if case .singly(let limit) = plan.delivery {
            let isSingle = lane.burst < limit || (lane.burst - limit) % 1500 == 0
            count = isSingle ? 1 : min(count, 1500 - (lane.burst - limit) % 1500)
        }
        if plan.splits.indices.contains(lane.split) { count = min(count, plan.splits[lane.split] - lane.sent) }
        switch plan.fault {
        case .cut(lane.direction, let end, _), .blackHole(lane.direction, let end):
            return min(count, max(0, end - lane.sent))
        default:
            return count
        }
    }

    private mutating func send(_ count: Int, _ index: Int) -> Outcome {
        let bytes = lanes[index].pending.prefix(count)
        let sent = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(lanes[index].sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent >= 0 else {
            if errno == EAGAIN || errno == EINTR { return .goesOn }
            return end(by: .reset)
        }
        // The receiver gets the chance to take what is there before there is more.
        if count == 1 { sched_yield() }
        didSend(bytes.prefix(sent), index)
        if case .cut(lanes[index].direction, let limit, let ending) = plan.fault, lanes[index].sent >= limit {
            return fail(by: ending)
        }
        return .goesOn
    }

    private mutating func didSend(_ bytes: ArraySlice<UInt8>, _ index: Int) {
        lanes[index].pending = lanes[index].pending.dropFirst(bytes.count)
        lanes[index].sent += bytes.count
        lanes[index].burst += bytes.count
        while plan.splits.indices.contains(lanes[index].split), plan.splits[lanes[index].split] <= lanes[index].sent {
            lanes[index].split += 1
        }
        if plan.delay > .zero { lanes[index].readyAt = .now + plan.delay }
        guard lanes[index].direction == .toServer, let pattern = plan.pattern else { return }
        let recent = lanes[index].tail + bytes
        if case .loseAnswer = plan.fault, recent.contains(pattern) { losesAnswer = true }
        lanes[index].tail = recent.suffix(pattern.count - 1)
    }

    private func reportSent(_ lane: Lane) {
        report { record in
            switch lane.direction {
            case .toServer: record.toServer = lane.sent
            case .toClient: record.toClient = lane.sent
            }
        }
    }

    // MARK: Ending

    private func fail(by ending: FaultPlan.Ending) -> Outcome {
        lanes.forEach(reportSent)
        report { $0.hasFailed = true }
        return end(by: ending)
    }

    /// Ends the client's side; the server's ends with the descriptor.
    private func end(by ending: FaultPlan.Ending) -> Outcome {
        switch ending {
        case .reset:
            Loopback.resetAtClose(client)
        case .close:
            // What the client still sends is read: close(2) would reset the connection over it.
            shutdown(client, Int32(SHUT_WR))
            shutdown(server, Int32(SHUT_RDWR))
            waitForClient(toEnd: true) { false }
        }
        return .isOver
    }
}
