@testable import PGWire

/// A task in a simulation: it borrows a connection, runs statements in one of several ways, gives up on some of them, and
/// gives the connection back.
final class SimulatedTask: Sendable {
    let number: Int

    init(_ number: Int) {
        self.number = number
    }
}

/// What a task is at.
struct SimulatedWork {
    typealias State = PoolState<SimulatedHandle, SimulatedTask>

    enum Phase {
        case resting
        case waiting(WaitingLine<SimulatedTask>.Ticket)
        case using(State.Lease)
        /// Has given the connection back, which is not at rest yet.
        case restoring(State.Lease)
    }

    var phase = Phase.resting
    /// How many times the task still wants a connection.
    var remaining: Int
    var receivers: [SimulatedReceiver] = []
    /// What the task does on its connection that is more than a few statements.
    var conversation: (any SimulatedConversation)?
    /// How many rounds of statements it still runs on its connection.
    var rounds = 0
}

/// A connection as the pool knows it.
final class SimulatedHandle: Sendable {
    let number: Int

    init(_ number: Int) {
        self.number = number
    }
}

/// Something on a connection that takes several steps of its task.
protocol SimulatedConversation {
    /// Whether the task is done with it.
    var isOver: Bool { get }
    /// What has happened in it.
    var tally: Simulation.Tally { get }

    /// Does what comes next, if it can be done yet.
    mutating func act(_ connection: SimulatedConnection, _ random: inout SeededRandom) throws
}
