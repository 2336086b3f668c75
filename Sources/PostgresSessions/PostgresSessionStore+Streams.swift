public import MCP
internal import PGWire

extension PostgresSessionStore {
    /// See `SessionStore.openStream(_:lastWords:in:of:)`.
    public func openStream(
        _ kind: StreamKind, lastWords: [UInt8]?, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StreamID {
        try limits.check(principal)
        try limits.check(payloadBytes: lastWords?.count ?? 0)
        signals.appear()
        let stream = StreamID.random()
        let query = PGQuery(
            unsafeSQL: Statement.openStream, handle.digest, principal.name, stream.rawValue,
            Int64(limits.maximumStreams), signals.instance.number, lastWords, kind.rawValue,
            limits.endedStreamRetention.wholeMicroseconds)
        let row = try firstRow(try await run(query))
        guard try reading({ () throws(PGError) in try row.decode(Bool.self, at: 1) }) else {
            throw limits.tooManyStreams
        }
        return stream
    }

    /// See `SessionStore.append(_:final:to:in:of:)`.
    public func append(
        _ payload: [UInt8]?, final: Bool, to stream: StreamID, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> EventID {
        try limits.check(principal)
        return try await append(payload, final: final, to: stream, in: handle.digest, of: principal.name)
    }

    private func append(
        _ payload: [UInt8]?, final: Bool, to stream: StreamID, in session: [UInt8], of principal: String
    ) async throws(SessionStoreError) -> EventID {
        try limits.check(payloadBytes: payload?.count ?? 0)
        let query = PGQuery(
            unsafeSQL: Statement.append, session, principal, stream.rawValue, payload,
            Int64(payload?.count ?? 0), final, Int64(limits.maximumEventsPerStream),
            Int64(limits.maximumEventBytesPerStream), limits.endedStreamRetention.wholeMicroseconds)
        let row = try firstRow(try await run(query))
        guard let sequence = try reading({ () throws(PGError) in try row.decode(Int64?.self, at: 1) }) else {
            throw .streamUnknown
        }
        signals.tell(of: WatchSignal(.stream(stream), inSession: session))
        return EventID(stream: stream, sequence: sequence)
    }

    /// See `SessionStore.tell(_:ofResource:)`.
    public func tell(_ notification: [UInt8], ofResource uri: String?) async throws(SessionStoreError) {
        try limits.check(payloadBytes: notification.count)
        var last: [UInt8] = []
        while true {
            let query = PGQuery(
                unsafeSQL: Statement.listeners, last, limits.endedStreamRetention.wholeMicroseconds, uri,
                Self.listenersPerPage)
            let result = try await run(query, repeatable: true)
            let page = try reading { () throws(PGError) in
                try result.decode(as: ([UInt8], String, String).self)
            }
            await tell(notification, to: page)
            guard page.count == Int(Self.listenersPerPage), let end = page.last else { return }
            last = end.0
        }
    }

    /// A session that cannot be told, such as one that was closed just now, is passed over.
    private func tell(
        _ notification: [UInt8], to page: [(session: [UInt8], principal: String, stream: String)]
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<Self.tellingAtOnce {
                group.addTask {
                    for place in stride(from: lane, to: page.count, by: Self.tellingAtOnce) {
                        guard let stream = StreamID(rawValue: page[place].stream) else { continue }
                        _ = try? await self.append(
                            notification, final: false, to: stream, in: page[place].session,
                            of: page[place].principal)
                    }
                }
            }
        }
    }

    private static var listenersPerPage: Int64 { 1000 }
    private static var tellingAtOnce: Int { 4 }

    /// See `SessionStore.watch(_:in:)`.
    public func watch(_ subject: WatchedSubject, in handle: SessionHandle) -> StoreWatch {
        signals.watch(WatchTable.Subject(session: handle.digest, subject: subject))
    }

    /// See `SessionStore.events(after:in:of:limit:)`.
    public func events(
        after event: EventID, in handle: SessionHandle, of principal: Principal, limit: Int
    ) async throws(SessionStoreError) -> StoredEvents {
        try limits.check(principal)
        let query = PGQuery(
            unsafeSQL: Statement.events, handle.digest, principal.name, event.stream.rawValue, event.sequence,
            Int64(min(max(limit, 0), SessionLimits.maximumEventsPerRead)),
            limits.endedStreamRetention.wholeMicroseconds)
        let result = try await run(query, repeatable: true)
        let first = try firstRow(result)
        guard let found = try reading({ () throws(PGError) in try Self.read(result, first, after: event) }) else {
            throw .streamUnknown
        }
        return found
    }

    private static func read(
        _ result: PGResult, _ first: PGRow, after event: EventID
    ) throws(PGError) -> StoredEvents? {
        guard let last = try first.decode(Int64?.self, named: "last_sequence"),
            try first.decode(Int64.self, named: "forgotten") <= event.sequence, event.sequence <= last
        else { return nil }
        var events: [StoredEvent] = []
        for row in result {
            guard let sequence = try row.decode(Int64?.self, named: "sequence") else { continue }
            events.append(
                StoredEvent(
                    id: EventID(stream: event.stream, sequence: sequence),
                    payload: try row.decode([UInt8]?.self, named: "payload"),
                    final: try row.decode(Bool.self, named: "final")))
        }
        let reached = events.last?.id.sequence ?? event.sequence
        return StoredEvents(
            events: events, ended: try first.decode(Bool.self, named: "ended") && reached == last,
            kind: StreamKind(rawValue: try first.decode(String.self, named: "kind")) ?? .response)
    }
}
