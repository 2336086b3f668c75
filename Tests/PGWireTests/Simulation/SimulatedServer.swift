@testable import PGWire

/// A server's session in a simulation: it reads messages and answers them as PostgreSQL does, one at a time.
///
/// `SELECT $1` gives its parameter, `FAIL $1` an error, and `SLOW $1` its parameter once it was let go on, or an error
/// where it is cancelled before. `ROWS $1, $2` gives as many rows as the second says, which count up from the first, and
/// with `FAILING` an error behind them; `WIDE` rows are long. `COPYOUT` is the same as the data of a COPY, and `COPYIN`
/// takes such data.
struct SimulatedServer {
    typealias S = ServerMessage

    /// A statement with its parameters, and how many of its rows have been sent.
    private struct Portal {
        let sql: String
        let numbers: [Int64]
        var position: Int64 = 0

        var isFailing: Bool { sql.contains("FAILING") }
        var first: Int64 { numbers.first ?? 0 }
        var count: Int64 { numbers.count > 1 ? numbers[1] : 1 }
        var isAtEnd: Bool { position == count }
    }

    /// What goes on until it is done or cancelled.
    private enum Running {
        case slow(Int64)
        case rows(portal: String, left: Int32)
        case copyOut(Portal)
    }

    /// A COPY that takes data.
    private struct CopyIn {
        var next: Int64
        var count = 0
        /// After how many messages it fails.
        let patience: Int?
        var messages = 0
        var data: [UInt8] = []
    }

    /// How long the filler of a wide row is.
    static let width = 48 << 10

    private var inbox: [UInt8] = []
    private var statements: [String: String] = [:]
    private var portals: [String: Portal] = [:]
    private var status = PGTransactionStatus.idle
    private var skipsToSync = false
    private var running: Running?
    private var copyIn: CopyIn?
    private(set) var hasTerminated = false
    /// How many of its statements were cancelled.
    private(set) var cancelled = 0
    /// What no driver may send.
    private(set) var complaint: String?

    /// Whether there is something to do.
    var isBusy: Bool { running != nil || hasMessage }

    private var hasMessage: Bool {
        guard running == nil, inbox.count >= 5 else { return false }
        return inbox.count > length
    }

    private var length: Int { inbox[1..<5].reduce(0) { $0 << 8 | Int($1) } }

    mutating func receive(_ bytes: some Sequence<UInt8>) { inbox += bytes }

    /// A cancel request has come; it hits what runs at this very moment, whatever that is. A server that waits for a COPY's
    /// data does not hear it.
    mutating func cancel() -> [UInt8] {
        guard let running else { return [] }
        self.running = nil
        cancelled += 1
        if case .copyOut = running { return fail("57014") + S.ready(status) }
        skipsToSync = true
        return fail("57014")
    }

    /// Goes on by one step, and returns what it says.
    mutating func step() -> [UInt8] {
        if let running { return goOn(running) }
        guard hasMessage else { return [] }
        let tag = Character(UnicodeScalar(inbox[0]))
        let payload = Array(inbox[5..<length + 1])
        inbox.removeFirst(length + 1)
        if copyIn != nil { return receiveCopy(tag, payload) }
        switch tag {
        case "S":
            skipsToSync = false
            if status == .idle { portals = [:] }
            return S.ready(status)
        case "X":
            hasTerminated = true
            return []
        // What a COPY that has failed meanwhile was still sent.
        case "d", "c", "f": return []
        default: return skipsToSync ? [] : answer(tag, payload)
        }
    }

    private mutating func answer(_ tag: Character, _ payload: [UInt8]) -> [UInt8] {
        var texts = payload.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)[...]
        func text(_ bytes: ArraySlice<UInt8>?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }
        switch tag {
        case "P":
            let (name, sql) = (text(texts.popFirst()), text(texts.popFirst()))
            guard status != .failed || sql.hasPrefix("ROLLBACK") else { return skip("25P02") }
            statements[name] = sql
            return S.parseComplete
        case "B":
            let portal = text(texts.popFirst())
            guard let sql = statements[text(texts.popFirst())] else { return skip("26000") }
            portals[portal] = Portal(sql: sql, numbers: Self.parameters(texts.popFirst() ?? []))
            return S.bindComplete
        case "D":
            return portals[text(payload.dropFirst().dropLast())]?.sql.hasPrefix("ROWS") == true
                ? Self.rowsColumns : S.columns("value")
        case "E":
            return execute(text(texts.popFirst()), limit: Int32(payload.suffix(4).reduce(0) { $0 << 8 | Int($1) }))
        case "C":
            let name = text(payload.dropFirst().dropLast())
            if payload.first == UInt8(ascii: "S") { statements[name] = nil } else { portals[name] = nil }
            return S.closeComplete
        case "Q": return beginCopy(text(texts.popFirst()))
        default: return []
        }
    }

    /// The values of a Bind, each an int8 in binary form, behind the codes of their formats.
    private static func parameters(_ bytes: ArraySlice<UInt8>) -> [Int64] {
        func integer(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
        var rest = bytes.dropFirst(2 + 2 * integer(bytes.prefix(2)))
        let count = integer(rest.prefix(2))
        rest = rest.dropFirst(2)
        return (0..<count).map { _ in
            defer { rest = rest.dropFirst(12) }
            return Int64(truncatingIfNeeded: integer(rest.dropFirst(4).prefix(8)))
        }
    }

    // MARK: Statements

    private mutating func execute(_ name: String, limit: Int32) -> [UInt8] {
        guard let portal = portals[name] else { return skip("34000") }
        if portal.sql.hasPrefix("ROLLBACK") || portal.sql.hasPrefix("COMMIT") {
            let isCommitted = status == .inTransaction && portal.sql.hasPrefix("COMMIT")
            status = .idle
            return S.complete(isCommitted ? "COMMIT" : "ROLLBACK")
        }
        if status == .failed { return skip("25P02") }
        if portal.sql.hasPrefix("BEGIN") {
            status = .inTransaction
            return S.complete("BEGIN")
        }
        if portal.sql.hasPrefix("FAIL") { return skip("22012") }
        if portal.sql.hasPrefix("SLOW") {
            running = .slow(portal.first)
            return []
        }
        guard portal.sql.hasPrefix("ROWS") else { return S.row(portal.first) + S.complete("SELECT 1") }
        running = .rows(portal: name, left: limit == 0 ? .max : limit)
        return []
    }

    private mutating func goOn(_ work: Running) -> [UInt8] {
        running = nil
        switch work {
        case .slow(let number): return S.row(number) + S.complete("SELECT 1")
        case .rows(let name, let left):
            guard var portal = portals[name] else { return skip("34000") }
            guard left > 0 else { return S.message("s") }
            guard !portal.isAtEnd else {
                return portal.isFailing ? skip("22012") : S.complete("SELECT \(portal.count)")
            }
            running = .rows(portal: name, left: left - 1)
            let row = Self.row(portal.first + portal.position, isWide: portal.sql.contains("WIDE"))
            portal.position += 1
            portals[name] = portal
            return row
        case .copyOut(var portal):
            guard !portal.isAtEnd else {
                let end = portal.isFailing ? fail("22012") : S.copyDone + S.complete("COPY \(portal.count)")
                return end + S.ready(status)
            }
            let line = Array("\(portal.first + portal.position)\n".utf8)
            portal.position += 1
            running = .copyOut(portal)
            return S.message("d", .bytes(line))
        }
    }

    /// A number, and something that takes room.
    private static let rowsColumns: [UInt8] = {
        let fields: [Field] = [("value", Int32(20), Int16(8)), ("filler", 17, -1)].flatMap {
            name, type, size -> [Field] in
            [.string(name), .int32(0), .int16(0), .int32(type), .int16(size), .int32(-1), .int16(1)]
        }
        return S.message("T", .bytes(encode([.int16(2)] + fields)))
    }()

    private static func row(_ number: Int64, isWide: Bool) -> [UInt8] {
        var payload = ByteBuffer()
        payload.append(Int16(2))
        payload.append(Int32(8))
        payload.append(number)
        payload.append(Int32(isWide ? width : 0))
        if isWide { payload.append([UInt8](repeating: 7, count: width)) }
        return S.message("D", .bytes(payload.copyBytes()))
    }

    private mutating func fail(_ state: String) -> [UInt8] {
        if status == .inTransaction { status = .failed }
        return S.error(state)
    }

    /// Fails, and reads no further than the Sync.
    private mutating func skip(_ state: String) -> [UInt8] {
        skipsToSync = true
        return fail(state)
    }

    // MARK: COPY

    /// `COPYIN first [patience]` or `COPYOUT first count [FAILING]`.
    private mutating func beginCopy(_ sql: String) -> [UInt8] {
        let words = sql.split(separator: " ")
        let numbers = words.compactMap { Int64($0) }
        switch words.first {
        case "COPYIN":
            copyIn = CopyIn(next: numbers.first ?? 0, patience: numbers.count > 1 ? Int(numbers[1]) : nil)
            return S.copyIn
        case "COPYOUT":
            running = .copyOut(Portal(sql: sql, numbers: numbers))
            return S.copyOut
        default: return fail("42601") + S.ready(status)
        }
    }

    private mutating func receiveCopy(_ tag: Character, _ payload: [UInt8]) -> [UInt8] {
        guard var copy = copyIn else { return [] }
        copyIn = nil
        switch tag {
        case "d":
            copy.messages += 1
            if let patience = copy.patience, copy.messages > patience { return fail("22P04") + S.ready(status) }
            copy.data += payload
            while let end = copy.data.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: copy.data[..<end], as: UTF8.self)
                if line != "\(copy.next)" { complaint = "a COPY got \(line) where \(copy.next) was due" }
                copy.data.removeFirst(end + 1)
                copy.next += 1
                copy.count += 1
            }
            copyIn = copy
            return []
        case "c": return S.complete("COPY \(copy.count)") + S.ready(status)
        case "f": return fail("57014") + S.ready(status)
        default:
            complaint = "a COPY got the message \(tag)"
            return fail("08P01") + S.ready(status)
        }
    }
}
