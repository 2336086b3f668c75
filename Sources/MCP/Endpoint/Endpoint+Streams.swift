#if Servers
internal import HTTPTypes
internal import Logging

/// The event streams that GET opens or resumes in the legacy era.
extension Endpoint {
    /// Answers GET: resumes the stream that `Last-Event-ID` names, or opens one on which the session is told of changes.
    func openStream(_ exchange: Exchange) async -> EndpointResponse {
        let session: LegacySession
        do throws(SessionRefusal) {
            session = try await self.session(of: exchange)
        } catch {
            return error.response()
        }
        let source = StreamReader.Source(store: sessions, handle: session.handle, principal: exchange.principal)
        let lastEventIDs = exchange.fields.trimmed(.lastEventID)
        guard let text = lastEventIDs.first else {
            return hear(session.handle, exchange.principal, source)
        }
        guard lastEventIDs.count == 1, let last = EventID(text) else {
            return .refusal(.badRequest, "Last-Event-ID is malformed")
        }
        // The watch begins before the first look: nothing that comes after it is missed.
        let watch = source.watch(last.stream)
        let first: StoredEvents
        do throws(SessionStoreError) {
            first = try await source.events(after: last)
        } catch .streamUnknown {
            return .refusal(.badRequest, "Last-Event-ID names no event of this session that is still kept")
        } catch {
            return SessionRefusal(error).response()
        }
        guard let place = activity.openStream(limit: configuration.maximumStreams) else { return tooManyStreams }
        let reader = StreamReader(
            source, after: last, with: first, watch: watch, place: place, configuration: configuration,
            activity: activity,
            lasting: configuration.requestTimeout + server.options.inputTimeout)
        return .events(AsyncStream { await reader.next() })
    }

    /// A stream for what is told unasked. It is kept alive while the session exists; being connected is activity.
    private func hear(
        _ handle: SessionHandle, _ principal: Principal, _ source: StreamReader.Source
    ) -> EndpointResponse {
        guard let place = activity.openStream(limit: configuration.maximumStreams) else { return tooManyStreams }
        let (events, sink) = EventSink.makeStream()
        let (activity, listeners, interval) = (activity, listeners, configuration.keepAliveInterval)
        let key = listeners.add(sink, handle, principal)
        let keepAlive = Task {
            while await activity.pause(for: interval), await source.sessionIsOpen() { sink.send(.keepAlive) }
            sink.finish()
        }
        sink.onEnd {
            keepAlive.cancel()
            listeners.remove(key, handle)
            place.release()
        }
        return .events(events)
    }

    /// The refusal of a stream beyond the limit.
    var tooManyStreams: EndpointResponse {
        var refusal = EndpointResponse.error(
            .serviceUnavailable, JSONRPCError(.internalError, "Too many streams are open"))
        refusal.head.headerFields[.retryAfter] = "5"
        return refusal
    }
}
#endif
