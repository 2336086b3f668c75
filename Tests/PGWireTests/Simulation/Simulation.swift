@testable import PGWire

/// A pool, its connections and the tasks that use them, driven by one seed: it decides what happens next, how bytes are
/// cut, what breaks, which query is given up, who reads how fast, and when a cancel request arrives.
///
/// The same seed gives the same course. No clock, socket or thread takes part.
struct Simulation {
    /// What must never happen.
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    /// What did happen, so that a test can tell that it has tried something.
    struct Tally: Equatable {
        var steps = 0
        var answers = 0
        /// What was read or written to its end.
        var streams = 0
        var copies = 0
        var portals = 0
        var serverErrors = 0
        var abandoned = 0
        var cancelled = 0
        /// How often a slow reader stopped a connection's reading.
        var pauses = 0
        var resets = 0
        /// Who waited for a connection in vain, and who left the line before.
        var timeouts = 0
        var left = 0
        var openings = 0
        var failedOpenings = 0
        var refusedLogins = 0
        var skipped = 0

        mutating func add(_ other: Tally) {
            let counts: [WritableKeyPath<Tally, Int>] = [
                \.steps, \.answers, \.streams, \.copies, \.portals, \.serverErrors, \.abandoned, \.cancelled, \.pauses,
                \.resets, \.timeouts, \.left, \.openings, \.failedOpenings, \.refusedLogins, \.skipped,
            ]
            for count in counts { self[keyPath: count] += other[keyPath: count] }
        }
    }

    private typealias State = SimulatedWork.State

    private static let maximumSteps = 20_000
    private static let maximumConnections = 3

    private var random: SeededRandom
    private var pool: State
    private var now = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private var connections: [Int: SimulatedConnection] = [:]
    private var openings: [SimulatedOpening] = []
    private var works: [SimulatedWork]
    private var nextNumber: Int64 = 0
    private var nextHandle = 0
    private(set) var tally = Tally()
    private let site = PoolCallSite(file: "Simulation.swift", line: 1)

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        var limits = State.Limits()
        limits.maximum = Self.maximumConnections
        limits.minimum = Int.random(in: 0...1, using: &random)
        limits.waitTimeout = .seconds(2)
        limits.idleTimeout = .seconds(30)
        pool = State(limits)
        let count = Int.random(in: 1...5, using: &random)
        works = []
        for _ in 0..<count { works.append(SimulatedWork(remaining: Int.random(in: 1...3, using: &random))) }
    }

    /// Runs until every task is done.
    mutating func run() throws {
        while try step() {
            tally.steps += 1
            guard tally.steps < Self.maximumSteps else { throw Violation(description: "does not come to its end") }
            guard max(pool.total, pool.slots.count) <= Self.maximumConnections else {
                throw Violation(description: "too many connections")
            }
        }
        try checkEnd()
        for connection in connections.values { count(connection) }
    }

    private func checkEnd() throws {
        let usage = pool.usage
        guard usage.lent == 0, usage.opening == 0, usage.waiting == 0 else {
            throw Violation(description: "the pool has a leak: \(usage)")
        }
        guard works.allSatisfy({ $0.remaining == 0 && $0.conversation == nil && $0.receivers.allSatisfy(\.isOver) })
        else {
            throw Violation(description: "a task was never answered")
        }
        let open = connections.values.filter { !$0.isClosed }
        guard open.count == usage.idle else {
            throw Violation(description: "\(open.count) connections are open and \(usage.idle) in the pool")
        }
        guard open.allSatisfy({ $0.isAtRest && $0.status == .idle }) else {
            throw Violation(description: "an idle connection is not at rest")
        }
    }

    // MARK: The scheduler

    private enum Event {
        case work(Int)
        case opening(Int, SimulatedOpening.Step)
        case connection(Int, SimulatedConnection.Step)
    }

    /// Does one of the things that can happen next; false where nothing can.
    private mutating func step() throws -> Bool {
        var events = works.indices.filter(canAct).map(Event.work)
        for (index, opening) in openings.enumerated() { events += opening.possible.map { .opening(index, $0) } }
        for (number, connection) in connections.sorted(by: { $0.key < $1.key }) {
            events += connection.possible.map { .connection(number, $0) }
        }
        if !events.isEmpty, Int.random(in: 0..<400, using: &random) == 0 {
            try breakSomething()
            return true
        }
        if pool.usage.waiting > 0, Int.random(in: 0..<200, using: &random) == 0 {
            return Bool.random(using: &random) ? try passTime() : try leaveLine()
        }
        guard let event = events.randomElement(using: &random) else { return try passTime() }
        switch event {
        case .work(let index): try act(index)
        case .opening(let index, let step):
            openings[index].perform(step, &random)
            try settleOpenings()
        case .connection(let number, let step):
            if let connection = connections[number] {
                connection.perform(step, &random)
                try check(connection)
            }
            try noteEnd(number)
        }
        return true
    }

    /// Time passes where nothing else can happen, and now and then where somebody waits for a connection; false where it is
    /// not waited for either.
    private mutating func passTime() throws -> Bool {
        guard works.contains(where: { $0.remaining > 0 }) || pool.usage.waiting > 0 else { return false }
        let next = pool.nextTick
        guard next < .distantFuture else { throw Violation(description: "everybody waits, and nothing will happen") }
        now = max(now, next)
        let chores = pool.tick(at: now)
        for place in chores.expired {
            tally.timeouts += 1
            finish(place.waiter.number)
        }
        for handle in chores.close { close(handle) }
        openMissing()
        if let first = pool.waiters.first, first.deadline <= now {
            throw Violation(description: "somebody waits for longer than he has time")
        }
        return true
    }

    /// One who waits for a connection is cancelled.
    private mutating func leaveLine() throws -> Bool {
        let waiting = works.indices.filter { if case .waiting = works[$0].phase { true } else { false } }
        guard let index = waiting.randomElement(using: &random), case .waiting(let ticket) = works[index].phase else {
            throw Violation(description: "nobody is in the line for whoever is there")
        }
        guard pool.cancel(ticket)?.number == index else {
            throw Violation(description: "one who waits is not in the line")
        }
        tally.left += 1
        finish(index)
        return true
    }

    private mutating func breakSomething() throws {
        let open = connections.keys.sorted().filter { connections[$0]?.isClosed == false }
        let index = Int.random(in: 0..<max(1, open.count + openings.count), using: &random)
        if open.indices.contains(index) {
            tally.resets += 1
            connections[open[index]]?.reset()
            try noteEnd(open[index])
        } else if openings.indices.contains(index - open.count) {
            tally.resets += 1
            openings[index - open.count].reset()
            try settleOpenings()
        }
    }

    // MARK: The pool

    private mutating func openMissing() {
        for slot in pool.openings(at: now) { openings.append(SimulatedOpening(slot: slot, &random)) }
    }

    /// Hands to the pool what has been opened, or was not.
    private mutating func settleOpenings() throws {
        while let index = openings.firstIndex(where: { $0.outcome != nil }) {
            let opening = openings.remove(at: index)
            switch opening.outcome {
            case nil: break
            case .success:
                guard opening.maySucceed else { throw Violation(description: "\(opening) became a session") }
                tally.openings += 1
                nextHandle += 1
                connections[nextHandle] = SimulatedConnection(slot: opening.slot)
                follow(pool.opened(opening.slot, SimulatedHandle(nextHandle), at: now, lifetime: nil))
            case .failure(let error):
                let isRefused = error.retry == .pointless
                guard !isRefused || !opening.maySucceed else {
                    throw Violation(description: "\(opening) did not become a session: \(error)")
                }
                tally.failedOpenings += 1
                tally.refusedLogins += isRefused ? 1 : 0
                for place in pool.failedToOpen(opening.slot, error, at: now, random: 0.5) {
                    finish(place.waiter.number)
                }
            }
            openMissing()
        }
    }

    private mutating func follow(_ fate: State.Return) {
        switch fate {
        case .lend(let lease, let place): begin(place.waiter.number, lease)
        case .keep(let lease):
            if connections[lease.connection.number]?.isClosed == true {
                _ = pool.removeIdle(lease.slot, lease.connection)
            }
        case .close(let handle): close(handle)
        }
        openMissing()
    }

    private mutating func close(_ handle: SimulatedHandle) {
        connections[handle.number]?.reset()
        retire(handle.number)
    }

    /// A connection that broke while it was idle leaves the pool.
    private mutating func noteEnd(_ number: Int) throws {
        guard let connection = connections[number], connection.isClosed else { return }
        if connection.closeReason?.code == .protocolViolation {
            throw Violation(description: "the driver misread its server: \(connection.closeReason?.message ?? "")")
        }
        guard let handle = pool.slots[connection.slot].connection, handle.number == number else { return }
        if pool.removeIdle(connection.slot, handle) { openMissing() }
    }

    private mutating func retire(_ number: Int) {
        if let connection = connections.removeValue(forKey: number) { count(connection) }
    }

    private mutating func count(_ connection: SimulatedConnection) {
        tally.cancelled += connection.cancelledStatements
        tally.pauses += connection.pauses
    }

    /// What a connection may hold for a slow reader: what one part brings beyond the mark, with the row that it ends.
    private static let maximumUnread = PendingStream.highWater + (32 << 10) + SimulatedServer.width

    private func check(_ connection: SimulatedConnection) throws {
        if let complaint = connection.complaint { throw Violation(description: complaint) }
        guard connection.mostUnread <= Self.maximumUnread else {
            throw Violation(description: "\(connection.mostUnread) bytes wait for a reader")
        }
    }

    // MARK: The tasks

    private func canAct(_ index: Int) -> Bool {
        switch works[index].phase {
        case .resting: works[index].remaining > 0
        case .waiting: false
        case .using: true
        case .restoring(let lease): connections[lease.connection.number].map { $0.isClosed || $0.pending == 0 } ?? true
        }
    }

    private mutating func act(_ index: Int) throws {
        switch works[index].phase {
        case .resting: acquire(index)
        case .waiting: break
        case .using(let lease): try use(index, lease)
        case .restoring(let lease): giveBack(index, lease)
        }
    }

    private mutating func acquire(_ index: Int) {
        switch pool.acquire(at: now, for: site, { SimulatedTask(index) }) {
        case .lend(let lease), .check(let lease): begin(index, lease)
        case .wait(_, let ticket): works[index].phase = .waiting(ticket)
        case .refuse: finish(index)
        }
        openMissing()
    }

    private mutating func begin(_ index: Int, _ lease: State.Lease) {
        works[index].phase = .using(lease)
        works[index].rounds = Int.random(in: 1...3, using: &random)
    }

    private mutating func finish(_ index: Int) {
        works[index].phase = .resting
        works[index].remaining -= 1
    }

    private mutating func use(_ index: Int, _ lease: State.Lease) throws {
        guard let connection = connections[lease.connection.number] else {
            throw Violation(description: "a lent connection was closed by the pool")
        }
        if var conversation = works[index].conversation {
            try conversation.act(connection, &random)
            if conversation.isOver { tally.add(conversation.tally) }
            works[index].conversation = conversation.isOver ? nil : conversation
            return
        }
        let waiting = works[index].receivers.filter { !$0.isOver }
        if let receiver = waiting.randomElement(using: &random) {
            guard !connection.isStuck else { throw Violation(description: "an answer is waited for and will not come") }
            // Most of the time a task just waits.
            guard Int.random(in: 0..<12, using: &random) == 0 else { return }
            tally.abandoned += 1
            connection.abandon(receiver)
            return
        }
        try checkAnswers(index)
        guard works[index].rounds > 0, !connection.isClosed else {
            works[index].phase = .restoring(lease)
            return
        }
        works[index].rounds -= 1
        switch Int.random(in: 0..<5, using: &random) {
        case 0...1: transfer(index, connection)
        case 2: works[index].conversation = SimulatedPortal(takeNumbers(), &random)
        default: submit(index, connection)
        }
    }

    /// The first of more numbers than a stream or a portal has rows.
    private mutating func takeNumbers() -> Int64 {
        defer { nextNumber += 100 }
        return nextNumber + 1
    }

    private mutating func transfer(_ index: Int, _ connection: SimulatedConnection) {
        let transfer = SimulatedTransfer(takeNumbers(), &random)
        works[index].conversation = transfer
        connection.submit(transfer.work, transfer.stream)
    }

    private mutating func submit(_ index: Int, _ connection: SimulatedConnection) {
        let count = Int.random(in: 1...3, using: &random)
        // It stands for the pipeline, as in the driver.
        let end = Int.random(in: 0..<4, using: &random) == 0 ? SimulatedReceiver(0) : nil
        let pipeline = end.map { ObjectIdentifier($0) }
        for _ in 0..<count {
            nextNumber += 1
            let receiver = SimulatedReceiver(nextNumber)
            works[index].receivers.append(receiver)
            let query = query(nextNumber)
            connection.submit(end == nil ? .query(query) : .pipelined(query), receiver, pipeline: pipeline)
        }
        if let end {
            works[index].receivers.append(end)
            connection.submit(.endOfPipeline, end, pipeline: pipeline)
        }
    }

    /// One of more statements than the cache has room for.
    private mutating func query(_ number: Int64) -> PGQuery {
        let variant = Int.random(in: 0..<5, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return "FAIL \(number)"
        case 1...3: return "SLOW \(number)"
        default: return "SELECT \(number) -- \(unsafeSQL: "\(variant)")"
        }
    }

    private mutating func giveBack(_ index: Int, _ lease: State.Lease) {
        let connection = connections[lease.connection.number]
        let isFit = connection.map { !$0.isClosed && $0.status == .idle } ?? false
        finish(index)
        follow(pool.release(lease, at: now, isFit: isFit))
    }

    /// Checks that each answer is the one that was asked for.
    private mutating func checkAnswers(_ index: Int) throws {
        for receiver in works[index].receivers {
            guard case .ended(let result) = receiver.outcome else { continue }
            switch result {
            case .result(let result):
                tally.answers += 1
                guard receiver.number != 0 else { continue }
                let numbers = try result.decode(as: Int64.self)
                guard numbers == [receiver.number] else {
                    throw Violation(description: "asked for \(receiver.number) and got \(numbers)")
                }
            case .failure(let error):
                tally.serverErrors += error.server == nil ? 0 : 1
                tally.skipped += error.code == .pipelineAborted ? 1 : 0
                // What was skipped because of a statement that its own task gave up is told the reason.
                guard error.sqlState != "57014" || error.code != .server else {
                    throw Violation(
                        description: "query \(receiver.number) was cancelled, and nobody asked for that: \(error)")
                }
                guard error.sqlState != "26000", error.sqlState != "34000" else {
                    throw Violation(description: "a statement was used that the server does not have: \(error)")
                }
            }
        }
        works[index].receivers = []
    }
}
