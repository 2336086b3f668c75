/// An event of a stream.
public struct StoredEvent: Sendable, Equatable {
    /// Its name.
    public var id: EventID
    /// The serialised JSON-RPC message, or nil for a priming event.
    public var payload: [UInt8]?
    /// Whether the stream ended with it.
    public var final: Bool

    /// A value with these fields.
    public init(id: EventID, payload: [UInt8]?, final: Bool) {
        self.id = id
        self.payload = payload
        self.final = final
    }
}

/// What a stream holds after an event.
public struct StoredEvents: Sendable, Equatable {
    /// The events in their order.
    public var events: [StoredEvent]
    /// Whether the stream ended with the last of these events, or before them: nothing will follow.
    public var ended: Bool
    /// What the stream carries.
    public var kind: StreamKind

    /// A value with these fields.
    public init(events: [StoredEvent], ended: Bool, kind: StreamKind = .response) {
        self.events = events
        self.ended = ended
        self.kind = kind
    }
}
