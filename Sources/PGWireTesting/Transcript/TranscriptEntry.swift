/// One line of a transcript: something that happened on one of its connections.
public struct TranscriptEntry: Sendable, Equatable {
    /// What happened.
    public enum Event: Sendable, Equatable {
        /// A message was sent.
        case message(WireMessage)
        /// Both sides went over to TLS.
        case tls
        /// A side ended the connection in order.
        case closed(MessageOrigin)
        /// A side ended the connection by a reset.
        case reset(MessageOrigin)
    }

    /// The connection, counted from 1 in the order in which they were opened.
    public var connection: Int
    /// When it happened, counted from the transcript's beginning; whole microseconds.
    public var time: Duration
    /// What happened.
    public var event: Event

    /// An event on a connection.
    public init(connection: Int = 1, time: Duration = .zero, _ event: Event) {
        self.connection = connection
        self.time = time
        self.event = event
    }

    /// The message, where that is what happened.
    public var message: WireMessage? { if case .message(let message) = event { message } else { nil } }

    /// The message, where it is one of this side.
    func message(from origin: MessageOrigin) -> WireMessage? {
        guard let message, message.origin == origin else { return nil }
        return message
    }
}

extension TranscriptEntry: CustomStringConvertible {
    /// As it stands in a transcript, such as `1 0.004711 F Query "SELECT 1"`.
    public var description: String {
        let (seconds, attoseconds) = time.components
        let microseconds = String(attoseconds / 1_000_000_000_000)
        let padding = String(repeating: "0", count: max(0, 6 - microseconds.utf8.count))
        return "\(connection) \(seconds).\(padding)\(microseconds) \(eventText)"
    }

    private var eventText: String {
        switch event {
        case .message(let message): "\(message.origin.rawValue) \(message)"
        case .tls: "- TLS"
        case .closed(let side): "\(side.rawValue) End"
        case .reset(let side): "\(side.rawValue) Reset"
        }
    }
}
