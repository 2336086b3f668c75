@testable import PGWire

/// A portal in a simulation, whose rows are fetched in portions within a transaction: to its end, or up to a portion behind
/// which it is closed.
struct SimulatedPortal: SimulatedConversation {
    private enum Stage {
        case unbegun
        case beginning
        case opening
        case fetching
        case closing
        case committing
        case rollingBack
    }

    private let first: Int64
    private let count: Int64
    private let portion: Int32
    private let portions: Int
    private let isFailing: Bool
    private var stage = Stage.unbegun
    private var receiver = SimulatedReceiver(0)
    private var columns: [PGColumn] = []
    private var next: Int64
    private var fetched = 0
    private(set) var isOver = false
    private(set) var tally = Simulation.Tally()

    private var name: String { "portal_\(first)" }

    init(_ first: Int64, _ random: inout SeededRandom) {
        self.first = first
        next = first
        count = .random(in: 0...9, using: &random)
        portion = .random(in: 1...4, using: &random)
        portions = Int.random(in: 0..<4, using: &random) == 0 ? .random(in: 1...2, using: &random) : .max
        isFailing = Int.random(in: 0..<6, using: &random) == 0
    }

    /// Does what comes next, if it can be done yet.
    mutating func act(_ connection: SimulatedConnection, _ random: inout SeededRandom) throws {
        guard case .unbegun = stage else {
            switch receiver.outcome {
            case .waiting:
                guard !connection.isStuck else { throw violation("waits for what will not come") }
                guard stage != .rollingBack, Int.random(in: 0..<120, using: &random) == 0 else { return }
                tally.abandoned += 1
                connection.abandon(receiver)
                return
            case .abandoned: return fail(connection)
            case .ended(.failure(let error)): return try take(error, connection)
            case .ended(.result(let result)): return try take(result, connection)
            }
        }
        submit(.beginning, .query("BEGIN"), connection)
    }

    private mutating func submit(_ stage: Stage, _ work: Submission.Work, _ connection: SimulatedConnection) {
        self.stage = stage
        receiver = SimulatedReceiver(0)
        connection.submit(work, receiver)
    }

    private mutating func take(_ result: PGResult, _ connection: SimulatedConnection) throws {
        switch stage {
        case .unbegun: break
        case .beginning:
            let query: PGQuery = "ROWS \(unsafeSQL: isFailing ? "FAILING" : "") \(first), \(count)"
            submit(.opening, .openPortal(name, query), connection)
        case .opening:
            columns = result.columns
            fetch(connection)
        case .fetching:
            try takeRows(result)
            fetched += 1
            if result.isSuspended, fetched < portions {
                fetch(connection)
            } else {
                submit(.closing, .closePortal(name), connection)
            }
        case .closing: submit(.committing, .query("COMMIT"), connection)
        case .committing:
            guard result.commandTag == "COMMIT", connection.status == .idle else {
                throw violation("was not committed")
            }
            tally.portals += 1
            isOver = true
        case .rollingBack: isOver = true
        }
    }

    private mutating func fetch(_ connection: SimulatedConnection) {
        submit(.fetching, .fetch(name, columns: columns, maxRows: portion), connection)
    }

    private mutating func takeRows(_ result: PGResult) throws {
        for row in result {
            let number = try row.decode(Int64.self, at: 0)
            guard number == next else { throw violation("got \(number) where \(next) was due") }
            next += 1
        }
        let isPortion = result.count == Int(portion)
        guard result.isSuspended == isPortion, isPortion || next - first == count else {
            throw violation("got \(result.count) rows, suspended: \(result.isSuspended), at \(next) of \(count)")
        }
    }

    private mutating func take(_ error: PGError, _ connection: SimulatedConnection) throws {
        if error.code == .server {
            tally.serverErrors += 1
            guard isFailing, error.sqlState == "22012", case .fetching = stage else {
                throw violation("failed: \(error)")
            }
        }
        fail(connection)
    }

    /// Ends the transaction as the driver does, behind what the server still works at.
    private mutating func fail(_ connection: SimulatedConnection) {
        guard stage != .rollingBack, !connection.isClosed else {
            isOver = true
            return
        }
        submit(.rollingBack, .query("ROLLBACK"), connection)
    }

    private func violation(_ what: String) -> Simulation.Violation {
        Simulation.Violation(description: "portal from \(first): \(what)")
    }
}
