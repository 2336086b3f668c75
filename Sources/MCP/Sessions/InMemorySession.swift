/// One session of the ``InMemorySessionStore``.
struct InMemorySession {
    private(set) var record: SessionRecord
    private let lifetime: Duration
    private var values: [ByteExactString: HeldValue] = [:]
    private var bytes = 0
    /// The highest version of any key that lost its value: versions start above it, so that none is used twice.
    private var removedVersion: Int64 = 0
    /// When the first of the values expires; nothing is scanned before.
    private var nextExpiry: Timestamp?
    private var streams: [StreamID: InMemoryEventStream] = [:]
    private var openedStreams: UInt64 = 0
    private var messages: [ByteExactString: Message] = [:]

    private struct Message {
        var bytes: [UInt8]
        var expiresAt: Timestamp
    }

    private struct HeldValue {
        var value: StoredValue
        var bytes: Int
        var expiresAt: Timestamp?

        func isAlive(at now: Timestamp) -> Bool { expiresAt.map { now < $0 } ?? true }
    }

    init(_ session: NewSession, lifetime: Duration, now: Timestamp) {
        self.lifetime = lifetime
        record = SessionRecord(
            principal: session.principal, era: session.era, protocolVersion: session.protocolVersion,
            clientInfo: session.clientInfo, clientCapabilities: session.clientCapabilities, createdAt: now,
            lastActivity: now, expiresAt: now.advanced(by: lifetime), label: session.label)
    }

    mutating func touch(_ now: Timestamp) {
        guard record.lastActivity.advanced(by: lifetime / 10) <= now else { return }
        record.lastActivity = now
        record.expiresAt = now.advanced(by: lifetime)
    }

    func value(forKey key: String, at now: Timestamp) -> StoredValue? {
        guard let held = values[ByteExactString(key)], held.isAlive(at: now) else { return nil }
        return held.value
    }

    func count(at now: Timestamp) -> (keys: Int, bytes: Int) {
        guard let nextExpiry, nextExpiry <= now else { return (values.count, bytes) }
        let alive = values.values.filter { $0.isAlive(at: now) }
        return (alive.count, alive.reduce(0) { $0 + $1.bytes })
    }

    mutating func store(
        _ value: JSONValue, bytes valueBytes: Int, forKey key: String, ifVersion expected: Int64?,
        expiresAt: Timestamp?, now: Timestamp, limits: SessionLimits
    ) throws(SessionStoreError) -> StoredValueReceipt {
        removeExpiredValues(at: now)
        let current = values[ByteExactString(key)]
        if let expected, expected != current?.value.version ?? 0 {
            throw .versionConflict(current: current?.value.version ?? 0)
        }
        return try write(
            value, bytes: valueBytes, forKey: key, over: current, expiresAt: expiresAt, limits: limits)
    }

    mutating func increment(
        _ key: String, by amount: Int64, now: Timestamp, limits: SessionLimits
    ) throws(SessionStoreError) -> StoredInteger {
        removeExpiredValues(at: now)
        let current = values[ByteExactString(key)]
        let addend = try current.map { (held) throws(SessionStoreError) in
            guard case .number(let number) = held.value.value, let integer = Int64(number.literal) else {
                throw .notANumber
            }
            return integer
        }
        let (sum, overflow) = (addend ?? 0).addingReportingOverflow(amount)
        guard !overflow else { throw .numberOutOfRange }
        let receipt = try write(
            JSONValue(sum), bytes: String(sum).utf8.count, forKey: key, over: current, expiresAt: current?.expiresAt,
            limits: limits)
        return StoredInteger(value: sum, version: receipt.version)
    }

    mutating func delete(
        _ key: String, ifVersion expected: Int64?, now: Timestamp
    ) throws(SessionStoreError) -> Bool {
        removeExpiredValues(at: now)
        guard let current = values[ByteExactString(key)] else { return false }
        if let expected, expected != current.value.version {
            throw .versionConflict(current: current.value.version)
        }
        remove(ByteExactString(key), current)
        return true
    }

    mutating func clear(at now: Timestamp) -> Int {
        removeExpiredValues(at: now)
        let count = values.count
        for (name, held) in values { remove(name, held) }
        return count
    }

    /// One key more than the limit, where there are as many.
    func keys(in range: KeyRange, limit: Int, at now: Timestamp) -> [StoredKey] {
        values.lazy.filter { $0.value.isAlive(at: now) && range.contains($0.key.text) }
            .sorted { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }
            .prefix(limit + 1).map { name, held in
                StoredKey(
                    key: name.text, version: held.value.version, size: held.bytes - name.text.utf8.count,
                    expiresAt: held.expiresAt)
            }
    }

    private mutating func write(
        _ value: JSONValue, bytes valueBytes: Int, forKey key: String, over current: HeldValue?,
        expiresAt: Timestamp?, limits: SessionLimits
    ) throws(SessionStoreError) -> StoredValueReceipt {
        let written = HeldValue(
            value: StoredValue(value: value, version: (current?.value.version ?? removedVersion) + 1),
            bytes: key.utf8.count + valueBytes, expiresAt: expiresAt)
        guard current != nil || values.count < limits.maximumKeys else { throw limits.tooManyKeys }
        let total = bytes - (current?.bytes ?? 0) + written.bytes
        guard total <= limits.maximumBytes else { throw limits.tooManyBytes }
        values[ByteExactString(key)] = written
        bytes = total
        if let expiresAt { nextExpiry = min(nextExpiry ?? expiresAt, expiresAt) }
        return StoredValueReceipt(version: written.value.version, created: current == nil, expiresAt: expiresAt)
    }

    private mutating func removeExpiredValues(at now: Timestamp) {
        guard let nextExpiry, nextExpiry <= now else { return }
        for (name, held) in values where !held.isAlive(at: now) {
            remove(name, held)
        }
        self.nextExpiry = values.values.lazy.compactMap(\.expiresAt).min()
    }

    private mutating func remove(_ name: ByteExactString, _ held: HeldValue) {
        values[name] = nil
        bytes -= held.bytes
        removedVersion = max(removedVersion, held.value.version)
    }

    mutating func change(_ change: SessionChange, limits: SessionLimits) throws(SessionStoreError) {
        switch change {
        case .logLevel(let level): record.logLevel = level
        case .subscribe(let uri):
            guard !record.subscriptions.contains(where: { $0.hasSameBytes(as: uri) }) else { return }
            guard record.subscriptions.count < limits.maximumSubscriptions else { throw limits.tooManySubscriptions }
            record.subscriptions.append(uri)
        case .unsubscribe(let uri): record.subscriptions.removeAll { $0.hasSameBytes(as: uri) }
        }
    }

    mutating func post(
        _ bytes: [UInt8], to address: String, until expiresAt: Timestamp, now: Timestamp, limits: SessionLimits
    ) throws(SessionStoreError) -> Bool {
        messages = messages.filter { now < $0.value.expiresAt }
        guard messages[ByteExactString(address)] == nil else { return false }
        guard messages.count < limits.maximumMessages else { throw limits.tooManyMessages }
        messages[ByteExactString(address)] = Message(bytes: bytes, expiresAt: expiresAt)
        return true
    }

    mutating func take(_ address: String, now: Timestamp) -> [UInt8]? {
        guard let message = messages.removeValue(forKey: ByteExactString(address)), now < message.expiresAt else {
            return nil
        }
        return message.bytes
    }

    mutating func openStream(
        _ kind: StreamKind, now: Timestamp, limits: SessionLimits
    ) throws(SessionStoreError) -> StreamID {
        if streams.count >= limits.maximumStreams {
            // A stream of changes goes last: somebody may be reading it.
            func rank(_ stream: InMemoryEventStream) -> (Int, UInt64) {
                (stream.kind == .changes ? 1 : 0, stream.number)
            }
            let oldest = streams.filter { $0.value.endedAt != nil }.min { rank($0.value) < rank($1.value) }
            guard let oldest else { throw limits.tooManyStreams }
            streams[oldest.key] = nil
        }
        let id = StreamID.random()
        openedStreams += 1
        streams[id] = InMemoryEventStream(kind, number: openedStreams, now: now)
        return id
    }

    mutating func append(
        _ payload: [UInt8]?, final: Bool, to stream: StreamID, now: Timestamp, limits: SessionLimits
    ) throws(SessionStoreError) -> Int64 {
        guard streams[stream]?.isOpen(at: now, retention: limits.endedStreamRetention) == true,
            let sequence = streams[stream]?.append(payload, endingAt: final ? now : nil, limits: limits)
        else { throw .streamUnknown }
        return sequence
    }

    /// Appends a notification to the stream of changes that was read last, where the session is to be told.
    mutating func tell(
        _ notification: [UInt8], ofResource uri: String?, now: Timestamp, limits: SessionLimits
    ) -> StreamID? {
        if let uri, !record.subscriptions.contains(where: { $0.hasSameBytes(as: uri) }) { return nil }
        let open = streams.filter {
            $0.value.kind == .changes && $0.value.isOpen(at: now, retention: limits.endedStreamRetention)
        }
        let last = open.max { one, other in
            (one.value.endedAt ?? now, one.value.number) < (other.value.endedAt ?? now, other.value.number)
        }
        guard let stream = last?.key else { return nil }
        _ = streams[stream]?.append(notification, endingAt: nil, limits: limits)
        return stream
    }

    mutating func events(
        after event: EventID, limit: Int, now: Timestamp, limits: SessionLimits
    ) throws(SessionStoreError) -> StoredEvents {
        let limit = min(max(limit, 0), SessionLimits.maximumEventsPerRead)
        guard streams[event.stream]?.isKept(at: now, retention: limits.endedStreamRetention) == true,
            let found = streams[event.stream]?.events(after: event, limit: limit, at: now)
        else { throw .streamUnknown }
        return found
    }

    mutating func sweep(at now: Timestamp, endedStreamRetention: Duration) {
        removeExpiredValues(at: now)
        streams = streams.filter { $0.value.isKept(at: now, retention: endedStreamRetention) }
    }
}
