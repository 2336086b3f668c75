/// Plays the server's side of a transcript: what comes from the client is compared with it, what goes to the client comes
/// out of it. It does no I/O.
///
/// What the server says is due once all that the clients said before it in the transcript has come, on whichever
/// connection, so that an answer never comes before its cause.
struct TranscriptPlayer: Sendable {
    /// What is due on a connection.
    enum Step: Sendable, Equatable {
        case send(WireMessage)
        case startTLS
        case end
        case reset
    }

    /// How many messages a report of a mismatch shows before it.
    private static let contextLength = 3

    private let entries: [TranscriptEntry]
    private let match: MessageMatch
    private let endPoint: [UInt8]?
    /// For each connection, the entries that are its own and not played yet.
    private var remaining: [ArraySlice<Int>]
    private var isPlayed: [Bool]
    /// Up to here everything that clients say has come.
    private var reached = 0
    private var exchanges: [Int: SCRAMTranscript] = [:]

    /// - Parameter endPoint: The digest of the replay's own certificate.
    init(_ transcript: Transcript, mode: ReplayMode, endPoint: [UInt8]?) {
        entries = transcript.entries
        match = MessageMatch(mode: mode)
        self.endPoint = endPoint
        var remaining = [[Int]](repeating: [], count: transcript.connections)
        for (index, entry) in entries.enumerated() { remaining[entry.connection - 1].append(index) }
        self.remaining = remaining.map { $0[...] }
        isPlayed = [Bool](repeating: false, count: entries.count)
        if mode == .lenient { skipFlushes() }
        advance()
    }

    /// How many connections it plays.
    var connections: Int { remaining.count }

    /// Whether everything that clients are to say has come, and everything that the server says is out.
    var isComplete: Bool { missing == nil }

    /// What is first of all that has not been played, the ends of clients' connections aside; nil where nothing is.
    var missing: ReplayMismatch? {
        let index = entries.indices.first { index in
            guard !isPlayed[index] else { return false }
            switch entries[index].event {
            case .closed(.client), .reset(.client): return false
            case .message, .tls, .closed(.server), .reset(.server): return true
            }
        }
        return index.map { mismatch(entries[$0].connection, $0, "\(entries[$0])", "nothing more") }
    }

    /// When a client flushes depends on when its tasks run.
    private mutating func skipFlushes() {
        for (index, entry) in entries.enumerated() where entry.message(from: .client)?.name == "Flush" {
            isPlayed[index] = true
            remaining[entry.connection - 1].removeAll { $0 == index }
        }
    }

    private mutating func advance() {
        while reached < entries.count, isPlayed[reached] || entries[reached].message(from: .client) == nil {
            reached += 1
        }
    }

    // MARK: The client's side

    /// Takes a message of a client.
    mutating func receive(_ actual: WireMessage, on connection: Int) throws(ReplayMismatch) {
        if match.mode == .lenient, actual.name == "Flush" { return }
        guard remaining.indices.contains(connection - 1),
            let index = remaining[connection - 1].first(where: { entries[$0].message(from: .client) != nil }),
            let recorded = entries[index].message(from: .client)
        else {
            if match.mode == .lenient, actual.name == "Terminate" { return }
            throw mismatch(connection, nil, "nothing more", MessageMatch.shown(actual))
        }
        let expected = translate(recorded, as: actual, on: connection)
        guard match.matches(expected, actual) else {
            throw mismatch(connection, index, MessageMatch.shown(expected), MessageMatch.shown(actual))
        }
        remaining[connection - 1].removeAll { $0 == index }
        isPlayed[index] = true
        advance()
    }

    /// Takes the end of a client's connection.
    mutating func ended(_ connection: Int) throws(ReplayMismatch) {
        guard remaining.indices.contains(connection - 1) else { return }
        let missing = remaining[connection - 1].first { entries[$0].message(from: .client) != nil }
        defer {
            remaining[connection - 1].removeAll {
                entries[$0].event == .closed(.client) || entries[$0].event == .reset(.client)
            }
        }
        guard let missing, let expected = entries[missing].message(from: .client) else { return }
        if match.mode == .lenient, expected.name == "Terminate" { return }
        throw mismatch(connection, missing, MessageMatch.shown(expected), "the end of the connection")
    }

    /// What the client has to say in an exchange that goes on with its own nonce.
    private mutating func translate(_ recorded: WireMessage, as actual: WireMessage, on connection: Int) -> WireMessage
    {
        switch recorded.name {
        case "SASLInitialResponse":
            guard let data = recorded.saslData, let nonce = actual.saslData.flatMap(SCRAMTranscript.nonce) else {
                break
            }
            var exchange = SCRAMTranscript(nonce: nonce, endPoint: endPoint)
            let message = recorded.replacingSASLData(exchange.clientFirst(data))
            exchanges[connection] = exchange
            return message
        case "SASLResponse":
            guard let data = recorded.saslData, let message = exchanges[connection]?.clientFinal(data) else { break }
            return recorded.replacingSASLData(message)
        default: break
        }
        return recorded
    }

    private func mismatch(
        _ connection: Int, _ entry: Int?, _ expected: String, _ actual: String
    ) -> ReplayMismatch {
        let said = entries.indices.filter {
            entries[$0].connection == connection && isPlayed[$0] && entries[$0].message(from: .client) != nil
        }
        let context = said.suffix(Self.contextLength).compactMap { entries[$0].message(from: .client) }
        return ReplayMismatch(
            connection: connection, entry: entry, context: context.map(MessageMatch.shown), expected: expected,
            actual: actual)
    }

    // MARK: The server's side

    /// Whether the next thing on a connection is TLS.
    func startsTLS(_ connection: Int) -> Bool {
        guard remaining.indices.contains(connection - 1), let index = remaining[connection - 1].first else {
            return false
        }
        return entries[index].event == .tls
    }

    /// Takes the next step of the server's on a connection; nil where it is not due.
    mutating func next(on connection: Int) -> Step? {
        guard remaining.indices.contains(connection - 1), let index = remaining[connection - 1].first else {
            return nil
        }
        guard index < reached else { return nil }
        let step: Step
        switch entries[index].event {
        case .message(let message):
            guard message.origin == .server else { return nil }
            step = .send(translate(message, on: connection))
        case .tls: step = .startTLS
        case .closed(.server): step = .end
        case .reset(.server): step = .reset
        case .closed(.client), .reset(.client): return nil
        }
        remaining[connection - 1].removeFirst()
        isPlayed[index] = true
        advance()
        return step
    }

    private mutating func translate(_ message: WireMessage, on connection: Int) -> WireMessage {
        guard let data = message.saslData else { return message }
        switch message.name {
        case "AuthenticationSASLContinue":
            guard let data = exchanges[connection]?.serverFirst(data) else { return message }
            return message.replacingSASLData(data)
        case "AuthenticationSASLFinal":
            return exchanges[connection].map { message.replacingSASLData($0.serverFinal(data)) } ?? message
        default: return message
        }
    }
}
