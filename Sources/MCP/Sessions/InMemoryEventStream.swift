/// One stream of an ``InMemorySession``: its latest events and where they begin.
struct InMemoryEventStream {
    /// Its place in the order in which the session's streams were opened.
    let number: UInt64
    let kind: StreamKind
    /// When it ended; for a stream of changes, which ends when nobody reads it, when it was last read.
    private(set) var endedAt: Timestamp?
    private var payloads: [[UInt8]?] = []
    private var bytes = 0
    /// The sequence of the last event that is no longer kept; 0 while all are.
    private var forgotten: Int64 = 0

    init(_ kind: StreamKind, number: UInt64, now: Timestamp) {
        self.kind = kind
        self.number = number
        endedAt = kind == .changes ? now : nil
    }

    /// Whether events can be appended.
    func isOpen(at now: Timestamp, retention: Duration) -> Bool {
        kind == .changes ? isKept(at: now, retention: retention) : endedAt == nil
    }

    private var last: Int64 { forgotten + Int64(payloads.count) }

    func isKept(at now: Timestamp, retention: Duration) -> Bool {
        endedAt.map { now < $0.advanced(by: retention) } ?? true
    }

    /// Appends an event, with which the stream ends where there is a time.
    mutating func append(_ payload: [UInt8]?, endingAt end: Timestamp?, limits: SessionLimits) -> Int64 {
        let size = payload?.count ?? 0
        if bytes + size > limits.maximumEventBytesPerStream {
            forget(payloads.count)
        } else if payloads.count >= limits.maximumEventsPerStream {
            forget(payloads.count + 1 - limits.maximumEventsPerStream)
        }
        payloads.append(payload)
        bytes += size
        endedAt = end ?? endedAt
        return last
    }

    private mutating func forget(_ count: Int) {
        for payload in payloads.prefix(count) { bytes -= payload?.count ?? 0 }
        payloads.removeFirst(count)
        forgotten += Int64(count)
    }

    /// Nil where the place is not in the stream, or events after it are no longer kept.
    mutating func events(after event: EventID, limit: Int, at now: Timestamp) -> StoredEvents? {
        if kind == .changes { endedAt = now }
        guard event.sequence >= forgotten, event.sequence <= last else { return nil }
        let hasEnded = kind == .response && endedAt != nil
        let following = payloads.dropFirst(Int(event.sequence - forgotten)).prefix(limit)
        var sequence = event.sequence
        let events = following.map { payload in
            sequence += 1
            return StoredEvent(
                id: EventID(stream: event.stream, sequence: sequence), payload: payload,
                final: hasEnded && sequence == last)
        }
        return StoredEvents(events: events, ended: hasEnded && sequence == last, kind: kind)
    }
}
