@testable import PGWire

/// A server's session in a simulation: it reads messages and answers them as PostgreSQL does, one at a time.
///
/// `SELECT $1` gives its parameter, `FAIL $1` an error, and `SLOW $1` its parameter once it was let go on, or an error
/// where it is cancelled before.
struct SimulatedServer {
    typealias S = ServerMessage

    private var inbox: [UInt8] = []
    private var statements: [String: String] = [:]
    /// The portal's statement and its parameter.
    private var portal: (sql: String, number: Int64)?
    private var skipsToSync = false
    /// What a slow statement answers.
    private var slow: Int64?
    private(set) var hasTerminated = false
    /// How many of its statements were cancelled.
    private(set) var cancelled = 0

    /// Whether there is something to do.
    var isBusy: Bool { slow != nil || hasMessage }
    /// Whether a statement runs until it is let go on.
    var isSlow: Bool { slow != nil }

    private var hasMessage: Bool {
        guard slow == nil, inbox.count >= 5 else { return false }
        return inbox.count > length
    }

    private var length: Int { inbox[1..<5].reduce(0) { $0 << 8 | Int($1) } }

    mutating func receive(_ bytes: some Sequence<UInt8>) { inbox += bytes }

    /// A cancel request has come; it hits what runs at this very moment, whatever that is.
    mutating func cancel() -> [UInt8] {
        guard slow != nil else { return [] }
        slow = nil
        cancelled += 1
        return fail("57014")
    }

    /// Goes on by one step, and returns what it says.
    mutating func step() -> [UInt8] {
        if let number = slow {
            slow = nil
            return S.row(number) + S.complete("SELECT 1")
        }
        guard hasMessage else { return [] }
        let tag = Character(UnicodeScalar(inbox[0]))
        let payload = Array(inbox[5..<length + 1])
        inbox.removeFirst(length + 1)
        if tag == "S" {
            skipsToSync = false
            portal = nil
            return S.ready()
        }
        if tag == "X" { hasTerminated = true }
        return skipsToSync ? [] : answer(tag, payload)
    }

    private mutating func answer(_ tag: Character, _ payload: [UInt8]) -> [UInt8] {
        var texts = payload.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)[...]
        func text(_ bytes: ArraySlice<UInt8>?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }
        switch tag {
        case "P":
            let name = text(texts.popFirst())
            statements[name] = text(texts.popFirst())
            return S.parseComplete
        case "B":
            texts.removeFirst()
            guard let sql = statements[text(texts.popFirst())] else { return fail("26000") }
            // The parameter is the last before the formats of the results.
            let number = payload.dropLast(4).suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            portal = (sql, Int64(bitPattern: number))
            return S.bindComplete
        case "D": return S.columns("value")
        case "E":
            guard let portal else { return fail("34000") }
            if portal.sql.hasPrefix("FAIL") { return fail("22012") }
            if portal.sql.hasPrefix("SLOW") {
                slow = portal.number
                return []
            }
            return S.row(portal.number) + S.complete("SELECT 1")
        case "C":
            statements[text(payload.dropFirst().split(separator: 0).first)] = nil
            return S.closeComplete
        default: return []
        }
    }

    private mutating func fail(_ state: String) -> [UInt8] {
        skipsToSync = true
        return S.error(state)
    }
}
