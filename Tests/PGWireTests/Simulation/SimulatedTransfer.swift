@testable import PGWire

/// A stream of rows or a COPY in a simulation, with the one who reads or writes it: to its end, up to some place where he
/// goes away, or until he is cancelled.
struct SimulatedTransfer: SimulatedConversation {
    enum Kind: CaseIterable {
        case rows
        case copyOut
        case copyIn
    }

    let kind: Kind
    let stream = PendingStream(deadline: .distantFuture)
    private let first: Int64
    private let count: Int64
    /// Whether the server ends it with an error.
    private let isFailing: Bool
    private let isWide: Bool
    /// How many values he takes before he goes away; nil is all.
    private let patience: Int64?
    /// After how many turns he is cancelled; nil is never, so that one who is not served is found.
    private var turns: Int?
    private var next: Int64
    /// Data of which the rest of the line is to come.
    private var text: [UInt8] = []
    private var hasBegun = false
    private var hasSentAll = false
    /// Whether he is done with it.
    private(set) var isOver = false
    private(set) var tally = Simulation.Tally()

    init(_ first: Int64, _ random: inout SeededRandom) {
        self.first = first
        kind = Kind.allCases.randomElement(using: &random) ?? .rows
        isFailing = Int.random(in: 0..<6, using: &random) == 0
        isWide = kind == .rows && Int.random(in: 0..<8, using: &random) == 0
        count = .random(in: isWide ? 8...12 : 0...12, using: &random)
        patience = Int.random(in: 0..<6, using: &random) == 0 ? .random(in: 0...count, using: &random) : nil
        turns = Int.random(in: 0..<4, using: &random) == 0 ? .random(in: 0...100, using: &random) : nil
        next = first
    }

    /// What begins it.
    var work: Submission.Work {
        switch kind {
        case .rows:
            let sql = "ROWS\(isWide ? " WIDE" : "")\(isFailing ? " FAILING" : "")"
            return .stream("\(unsafeSQL: sql) \(first), \(count)")
        case .copyOut: return .copy("COPYOUT \(first) \(count)\(isFailing ? " FAILING" : "")", .output)
        case .copyIn: return .copy("COPYIN \(first)\(isFailing ? " \(count / 2)" : "")", .input)
        }
    }

    /// Does what comes next, if it can be done yet.
    mutating func act(_ connection: SimulatedConnection, _ random: inout SeededRandom) throws {
        if turns == 0 || patience.map({ next - first >= $0 && hasBegun }) ?? false { return leave(connection) }
        turns = turns.map { $0 - 1 }
        // One who is slow lets the stream fill up.
        if isWide, Int.random(in: 0..<8, using: &random) > 0 { return }
        if let event = stream.poll() {
            if stream.hasRoomAgain() { connection.resumeReading() }
            if case .success(.chunk(let chunk)) = event { connection.didRead(chunk.byteCount) }
            try take(event)
        } else if kind == .copyIn, hasBegun, !hasSentAll {
            try write(connection, &random)
        } else if connection.isStuck {
            throw violation("waits for what will not come")
        }
    }

    private mutating func leave(_ connection: SimulatedConnection) {
        isOver = true
        guard stream.isOpen else { return }
        tally.abandoned += 1
        connection.abandon(stream)
    }

    private mutating func take(_ event: PendingStream.Next) throws {
        switch event {
        case .success(.opening(let opening)): try begin(opening)
        case .success(.chunk(.rows(let storage))):
            for row in PGResult(storage: storage) { try take(row.decode(Int64.self, at: 0)) }
        case .success(.chunk(.bytes(let bytes))):
            text += bytes
            while let end = text.firstIndex(of: UInt8(ascii: "\n")) {
                try take(Int64(String(decoding: text[..<end], as: UTF8.self)) ?? -1)
                text.removeFirst(end + 1)
            }
        case .success(.end(let results)): try end(results)
        case .failure(let error): try fail(error)
        }
    }

    private mutating func begin(_ opening: StreamOpening) throws {
        hasBegun = true
        switch (kind, opening) {
        case (.rows, .rows(let columns)) where columns.map(\.name) == ["value", "filler"]: break
        case (.copyIn, .copy), (.copyOut, .copy): break
        default: throw violation("began as \(opening)")
        }
    }

    private mutating func take(_ number: Int64) throws {
        guard number == next else { throw violation("got \(number) where \(next) was due") }
        next += 1
    }

    private mutating func end(_ results: [PGResult]) throws {
        isOver = true
        let moved = results.first?.rowsAffected.map { Int64($0) }
        let isWhole = kind == .copyIn ? hasSentAll : next - first == count
        guard isWhole, kind == .rows || moved == next - first, kind == .copyIn || !isFailing else {
            throw violation("ended at \(next) of \(count), with \(String(describing: moved))")
        }
        if kind == .rows { tally.streams += 1 } else { tally.copies += 1 }
    }

    private mutating func fail(_ error: PGError) throws {
        isOver = true
        guard error.code == .server else { return }
        tally.serverErrors += 1
        let expected = kind == .copyIn ? "22P04" : "22012"
        guard isFailing, error.sqlState == expected else { throw violation("failed: \(error)") }
        guard kind == .copyIn || next - first == count else { throw violation("lost rows before its failure") }
    }

    private mutating func write(_ connection: SimulatedConnection, _ random: inout SeededRandom) throws {
        guard next - first < count else {
            hasSentAll = true
            return connection.endCopy(of: stream)
        }
        var messages = ByteBuffer()
        // A row may be cut in two.
        let line = Array("\(next)\n".utf8)
        let cut = Int.random(in: 1...line.count, using: &random)
        for part in [line[..<cut], line[cut...]] where !part.isEmpty {
            let start = FrontendMessage.beginCopyData(into: &messages)
            messages.append(Array(part))
            try FrontendMessage.endCopyData(start, into: &messages)
        }
        if connection.sendCopyData(&messages, of: stream) { next += 1 } else { hasSentAll = true }
    }

    private func violation(_ what: String) -> Simulation.Violation {
        Simulation.Violation(description: "\(kind) from \(first): \(what)")
    }
}
