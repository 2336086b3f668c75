#if Servers
/// What a GET stream that resumes another one sends, one event at a time, when its client is ready for it.
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

        /// Whether the session is open, as far as can be told.
        func sessionIsOpen() async -> Bool {
            do throws(SessionStoreError) {
                _ = try await store.session(handle, of: principal)
                return true
            } catch .unavailable {
                return true
            } catch {
                return false
            }
        }
    }

    private let source: Source
    private let place: StreamPlace
    private let activity: EndpointActivity
    private let keepAliveInterval: Duration
    private let watch: StoreWatch
    /// Until when a stream waits for its end: no work that writes to it lasts longer.
    private let deadline: ContinuousClock.Instant
    private var last: EventID
    private var pending: ArraySlice<StoredEvent> = []
    private var ended = false

    /// A stream that resumes another one.
    ///
    /// - Parameters:
    ///   - last: The event after which to go on.
    ///   - first: What was read after it already, since the watch began.
    ///   - watch: Wakes when more has come.
    ///   - time: How long the work may last that writes to the stream.
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
        deadline = ContinuousClock.now + time + .seconds(5)
    }

    /// The next event, or nil at the end of the stream, when the server shuts down or when the client is gone.
    func next() async -> ServerSentEvent? {
        let silentUntil = ContinuousClock.now + keepAliveInterval
        while true {
            if let event = pending.popFirst() {
                last = event.id
                return event.payload.map { .message($0, id: event.id) }
                    ?? ServerSentEvent(id: event.id.description, data: "")
            }
            guard !ended, ContinuousClock.now < deadline else { return nil }
            switch await activity.wait(for: watch, atMost: silentUntil - ContinuousClock.now) {
            case .signal: break
            case .time: return .keepAlive
            case .shutdown: return nil
            }
            do throws(SessionStoreError) {
                let more = try await source.events(after: last)
                pending = more.events[...]
                ended = more.ended
            } catch .unavailable {
                // What has come is asked for again; the store may be back then.
                guard await activity.pause(for: .seconds(1)) else { return nil }
                watch.wake()
            } catch {
                return nil
            }
        }
    }
}
#endif
