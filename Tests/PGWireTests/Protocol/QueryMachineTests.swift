import Testing

@testable import PGWire

@Suite("The answer to a query")
struct QueryMachineTests {
    typealias S = ServerMessage

    private func machine(
        closes: [String] = [], parses: Bool = true, knownColumns: [PGColumn]? = nil, limit: Int = 1 << 20
    ) -> QueryMachine {
        QueryMachine(
            QueryRequest(closes: closes, parses: parses, knownColumns: knownColumns), maximumResultBytes: limit)
    }

    private static let executing = [S.parseComplete, S.bindComplete, S.columns("a", "b")]

    @Test("is complete with ReadyForQuery")
    func success() throws {
        var machine = machine()
        #expect(try machine.receive(all: Self.executing + [S.row(1, nil), S.complete("SELECT 1")]) == nil)
        #expect(try machine.receive(all: [S.ready()]) == .idle)
        let result = try machine.takeOutcome().get()
        #expect(result.commandTag == "SELECT 1")
        #expect(try result.decode(as: (Int64, Int64?).self).map { "\($0)" } == ["(1, nil)"])
    }

    @Test("an error after CommandComplete makes the whole a failure")
    func errorAfterCompletion() throws {
        var machine = machine()
        let answer = Self.executing + [S.complete("INSERT 0 1"), S.error("23503"), S.ready()]
        #expect(try machine.receive(all: answer) == .idle)
        #expect(machine.failure?.sqlState == "23503")
        #expect(machine.hasParsed && machine.columns != nil)
    }

    @Test("an error ends the answer at each step", arguments: 0...4)
    func errorAtEachStep(step: Int) throws {
        var machine = machine()
        let whole = Self.executing + [S.row(1, 2)]
        #expect(try machine.receive(all: whole.prefix(step) + [S.error("22012"), S.ready(.failed)]) == .failed)
        #expect(machine.failure?.sqlState == "22012")
        #expect(machine.hasParsed == (step > 0))
        #expect((machine.columns != nil) == (step > 2))
    }

    @Test("a known statement needs neither ParseComplete nor a description")
    func knownStatement() throws {
        var machine = machine(parses: false, knownColumns: [PGColumn(name: "a", type: .int8)])
        #expect(try machine.receive(all: [S.bindComplete, S.row(5), S.complete("SELECT 1"), S.ready()]) == .idle)
        #expect(try machine.takeOutcome().get().decode(as: Int64.self) == [5])
    }

    @Test("an empty statement has an empty result")
    func emptyQuery() throws {
        var machine = machine()
        let answer = [S.parseComplete, S.bindComplete, S.noData, S.emptyQuery, S.ready()]
        #expect(try machine.receive(all: answer) == .idle)
        let result = try machine.takeOutcome().get()
        #expect(result.isEmpty && result.commandTag.isEmpty && result.columns.isEmpty)
        #expect(result.rowsAffected == nil)
    }

    @Test("notices are kept, and not more than a hundred")
    func notices() throws {
        var machine = machine()
        let many = (0..<150).map { S.notice("n\($0)") }
        #expect(try machine.receive(all: many + Self.executing + [S.complete("DO"), S.ready()]) == .idle)
        let notices = try machine.takeOutcome().get().notices
        #expect(notices.count == QueryMachine.maximumNotices)
        #expect(notices.first?.message == "n0")
    }

    @Test("closed statements are counted, and those that an error left open are told")
    func closes() throws {
        var machine = machine(closes: ["a", "b"])
        #expect(throws: PGError.self) {
            var early = machine
            try early.receive(all: [S.closeComplete, S.parseComplete])
        }
        var failing = machine
        #expect(try failing.receive(all: [S.closeComplete, S.error("57014"), S.ready()]) == .idle)
        #expect(!failing.hasClosed)
        try machine.receive(all: [S.closeComplete, S.closeComplete])
        #expect(machine.hasClosed)
        #expect(try machine.receive(all: [S.error("42601"), S.ready()]) == .idle)
        #expect(machine.hasClosed && !machine.hasParsed)
    }

    @Test("COPY from the client is refused, and the server's error about that does not hide why")
    func copyIn() throws {
        var machine = machine()
        try machine.receive(all: [S.parseComplete, S.bindComplete, S.noData])
        guard case .refuseCopyIn = try machine.receive(S.copyIn) else {
            Issue.record("not refused")
            return
        }
        #expect(try machine.receive(all: [S.error("57014"), S.ready()]) == .idle)
        #expect(machine.failure?.code == .usage)
    }

    @Test("a refused COPY that ends in a fatal error reports that")
    func copyInFatal() throws {
        var machine = machine()
        try machine.receive(all: [S.parseComplete, S.bindComplete, S.noData, S.copyIn])
        try machine.receive(all: [S.error("57P01", severity: "FATAL")])
        #expect(machine.failure?.sqlState == "57P01")
    }

    @Test("COPY to the client is read to its end and refused")
    func copyOut() throws {
        var machine = machine()
        let data = S.message("d", .bytes([1, 2, 3]))
        let answer = [S.parseComplete, S.bindComplete, S.noData, S.copyOut, data, data, S.copyDone]
        #expect(try machine.receive(all: answer + [S.complete("COPY 2"), S.ready()]) == .idle)
        #expect(machine.failure?.code == .usage)
    }

    @Test("rows beyond the bound are dropped, and the answer is still read to its end")
    func resultBound() throws {
        var machine = machine(limit: 200)
        let rows = (0..<1000).map { S.row($0, $0) }
        #expect(try machine.receive(all: Self.executing + rows + [S.complete("SELECT 1000"), S.ready()]) == .idle)
        #expect(machine.failure?.code == .unexpectedResult)
    }

    @Test("rows without columns are bounded too")
    func emptyRows() throws {
        var machine = machine(limit: 1000)
        let rows = [[UInt8]](repeating: S.row(), count: 1000)
        let answer = [S.parseComplete, S.bindComplete, S.columns()] + rows + [S.complete("SELECT 1000"), S.ready()]
        #expect(try machine.receive(all: answer) == .idle)
        #expect(machine.failure?.code == .unexpectedResult)
    }

    @Test("a row with another number of columns breaks the protocol")
    func wrongColumnCount() throws {
        for row in [S.row(1), S.row(1, 2, 3), S.row(), S.message("D"), S.message("D", .int16(-1))] {
            var machine = machine()
            try machine.receive(all: Self.executing)
            #expect(failure { () throws(PGError) in try machine.receive(row) }?.code == .protocolViolation)
        }
    }

    /// A state of the machine, and the messages that may come in it.
    struct Stage: Sendable, CustomTestStringConvertible {
        let name: String
        let path: [[UInt8]]
        let allowed: String
        var closes: [String] = []
        var testDescription: String { name }
    }

    static let stages = [
        Stage(name: "closing", path: [], allowed: "3", closes: ["a"]),
        Stage(name: "parsing", path: [], allowed: "1"),
        Stage(name: "binding", path: [S.parseComplete], allowed: "2"),
        Stage(name: "describing", path: [S.parseComplete, S.bindComplete], allowed: "Tn"),
        Stage(name: "executing", path: executing, allowed: "CIGHD"),
        Stage(name: "copying out", path: executing + [S.copyOut], allowed: "dcC"),
        Stage(name: "executed", path: executing + [S.complete("SELECT 0")], allowed: "Z"),
        Stage(name: "failed", path: [S.error("22012")], allowed: "Z"),
        Stage(name: "refused", path: executing + [S.copyIn], allowed: "Z"),
    ]

    @Test("each message is taken where it is due and breaks the protocol elsewhere", arguments: stages)
    func everyPair(stage: Stage) throws {
        let samples = BackendSample.all.map { ($0.tag, $0.payload) } + [(UInt8(ascii: "D"), Array(S.row(1, 2)[5...]))]
        for (tag, payload) in samples {
            var machine = machine(closes: stage.closes)
            try machine.receive(all: stage.path)
            let error = failure { () throws(PGError) in try machine.receive(tag: tag, payload: payload.rawSpan) }
            // Errors and notices may come at any time.
            let isAllowed = (stage.allowed + "EN").utf8.contains(tag)
            #expect((error == nil) == isAllowed, "\(BackendMessage.Tag.describe(tag))")
            #expect(error == nil || error?.code == .protocolViolation)
        }
        for tag in UInt8.min...UInt8.max {
            var machine = machine(closes: stage.closes)
            try machine.receive(all: stage.path)
            let garbage: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
            let error = failure { () throws(PGError) in try machine.receive(tag: tag, payload: garbage.rawSpan) }
            #expect(error == nil || error?.code == .protocolViolation)
        }
    }
}

extension QueryMachine {
    /// Takes a whole message.
    @discardableResult
    mutating func receive(_ message: [UInt8]) throws(PGError) -> Action {
        let payload = Array(message[BackendFrame.headerLength...])
        return try receive(tag: message[0], payload: payload.rawSpan)
    }

    /// Takes messages, and returns the status with which the last of them completes the answer.
    @discardableResult
    mutating func receive(all messages: some Sequence<[UInt8]>) throws(PGError) -> PGTransactionStatus? {
        var status: PGTransactionStatus?
        for message in messages {
            if case .finished(let last) = try receive(message) { status = last } else { status = nil }
        }
        return status
    }

    var failure: PGError? {
        error
    }
}
