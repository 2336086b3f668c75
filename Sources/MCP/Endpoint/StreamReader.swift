#if Servers
/// What a GET stream sends, one event at a time, when its client is ready for it: what is stored and what comes, alike.
actor StreamReader {
    /// The session whose stored events are read.
    struct Source: Sendable {
        var store: any SessionStore
        var handle: SessionHandle
        var principal: Principal

        /// How many events are read at once.
        private static let batch = 100

        func events(after last: EventID) async throws(SessionStoreError) -> StoredEvents {
            try await store.events(after: last, in: handle, of: principal, limit: Self.batch)
        }

        func watch(_ stream: StreamID) -> StoreWatch { store.watch(.stream(stream), in: handle) }
    }

    private let source: Source
    private let place: StreamPlace
    private let activity: EndpointActivity
    private let keepAliveInterval: Duration
    private let watch: StoreWatch
    /// Until when a response waits for its end: no work that writes to it lasts longer.
    private let deadline: ContinuousClock.Instant?
    private var last: EventID
    private var pending: ArraySlice<StoredEvent> = []
    private var ended = false

    /// A stream that goes on after an event.
    ///
    /// - Parameters:
    ///   - last: The event after which to go on.
    ///   - first: What was read after it already, since the watch began.
    ///   - watch: Wakes when more has come.
    ///   - time: How long the work may last that writes a response.
    init(
        _ source: Source, after last: EventID, with first: StoredEvents, watch: StoreWatch, place: StreamPlace,
        configuration: Endpoint.Configuration, activity: EndpointActivity, lasting time: Duration
    ) {
        self.source = source
        self.last = last
        pending = first.events[...]
        ended = first.ended
        self.watch = watch
        self.place = place
        self.activity = activity
        keepAliveInterval = configuration.keepAliveInterval
        deadline = first.kind == .response ? ContinuousClock.now + time + .seconds(5) : nil
    }

    /// The next event, or nil at the end of the stream, when the server shuts down or when the client is gone.
    func next() async -> ServerSentEvent? {
        let silentUntil = ContinuousClock.now + keepAliveInterval
        var isSilent = false
        while true {
            if let event = pending.popFirst() {
                last = event.id
                return event.payload.map { .message($0, id: event.id) }
                    ?? ServerSentEvent(id: event.id.description, data: "")
            }
            guard !ended, deadline.map({ ContinuousClock.now < $0 }) ?? true else { return nil }
            if isSilent { return .keepAlive }
            switch await activity.wait(for: watch, atMost: silentUntil - ContinuousClock.now) {
            case .signal: break
            // To look shows the store that the stream is being read.
            case .time: isSilent = true
            case .shutdown: return nil
            }
            do throws(SessionStoreError) {
                let more = try await source.events(after: last)
                pending = more.events[...]
                ended = more.ended
            } catch .unavailable where !isSilent {
                // What has come is asked for again; the store may be back then.
                guard await activity.pause(for: .seconds(1)) else { return nil }
                watch.wake()
            } catch .unavailable {
                continue
            } catch {
                return nil
            }
        }
    }
}
#endif
