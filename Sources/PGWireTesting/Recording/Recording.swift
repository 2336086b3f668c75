/// What was recorded so far.
struct Recording: Sendable {
    private(set) var transcript = Transcript()
    private var keys = Redaction.Keys()
    private let start = ContinuousClock.now
    private var ended: Set<Int> = []

    /// Writes down an event; behind the end of its connection there is none.
    mutating func add(_ event: TranscriptEntry.Event, of connection: Int) {
        guard !ended.contains(connection) else { return }
        switch event {
        case .closed, .reset: ended.insert(connection)
        case .message, .tls: break
        }
        let microseconds = (ContinuousClock.now - start) / .microseconds(1)
        transcript.entries.append(
            TranscriptEntry(connection: connection, time: .microseconds(Int64(microseconds)), event))
    }

    /// Writes down a message without its secrets.
    mutating func add(_ message: WireMessage, of connection: Int, _ redaction: inout Redaction) {
        let redacted = redaction.redact(message, &keys)
        note(redacted)
        add(.message(redacted), of: connection)
        if !redaction.authentication.isEmpty, transcript.header.authentication.isEmpty {
            transcript.header.authentication = redaction.authentication
        }
    }

    mutating func note(_ tls: TranscriptHeader.TLS) {
        transcript.header.tls = tls
    }

    private mutating func note(_ message: WireMessage) {
        guard message.name == "ParameterStatus" else { return }
        let texts = message.bytes.dropFirst(5).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        if texts.first == "server_version", texts.count > 1 { transcript.header.server = texts[1] }
    }
}
