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
        let lastEventIDs = exchange.fields.trimmed(.lastEventID)
        guard let text = lastEventIDs.first else { return await openChanges(of: session, exchange) }
        guard lastEventIDs.count == 1, let last = EventID(text) else {
            return .refusal(.badRequest, "Last-Event-ID is malformed")
        }
        return await read(after: last, in: session, exchange)
    }

    /// A stream for what is told unasked, from the place before its first event.
    private func openChanges(of session: LegacySession, _ exchange: Exchange) async -> EndpointResponse {
        guard activity.hasPlace(limit: configuration.maximumStreams) else { return tooManyStreams }
        do throws(SessionStoreError) {
            let stream = try await sessions.openStream(
                .changes, lastWords: nil, in: session.handle, of: exchange.principal)
            return await read(
                after: EventID(stream: stream, sequence: 0), in: session, exchange,
                primed: session.version.primesStreams)
        } catch .quotaExceeded {
            return tooManyStreams
        } catch {
            return SessionRefusal(error).response()
        }
    }

    /// What comes after an event on its stream, be it there already or not.
    private func read(
        after last: EventID, in session: LegacySession, _ exchange: Exchange, primed: Bool = false
    ) async -> EndpointResponse {
        let source = StreamReader.Source(store: sessions, handle: session.handle, principal: exchange.principal)
        // The watch begins before the first look: nothing that comes after it is missed.
        let watch = source.watch(last.stream)
        var first: StoredEvents
        do throws(SessionStoreError) {
            first = try await source.events(after: last)
        } catch .streamUnknown {
            return .refusal(.badRequest, "Last-Event-ID names no event of this session that is still kept")
        } catch {
            return SessionRefusal(error).response()
        }
        // The place from which a client can come back before anything was told.
        if primed { first.events.insert(StoredEvent(id: last, payload: nil, final: false), at: 0) }
        guard let place = activity.openStream(limit: configuration.maximumStreams) else { return tooManyStreams }
        let reader = StreamReader(
            source, after: last, with: first, watch: watch, place: place, configuration: configuration,
            activity: activity,
            lasting: configuration.requestTimeout + server.options.inputTimeout)
        return .events(AsyncStream { await reader.next() })
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
