#if Servers
internal import HTTPTypes
internal import Logging

/// The event streams of the legacy era: those that carry the answers to a POST, and those that GET opens or resumes.
extension Endpoint {
    /// Answers requests by events that are stored before they are sent: a client that loses the connection gets them by
    /// GET with `Last-Event-ID`, from any instance.
    ///
    /// The work is done in a task of its own, which goes on when the client goes away; the timeout bounds it.
    func streamAnswers(
        to requests: [JSONRPCRequest], context: RequestContext, handle: SessionHandle
    ) async -> EndpointResponse {
        let log = await EventLog(opening: sessions, handle: handle, principal: context.principal, context.logger)
        let (events, continuation) = AsyncStream.makeStream(
            of: ServerSentEvent.self, bufferingPolicy: .bufferingOldest(Self.eventBuffer))
        if context.version.primesStreams, let id = await log.append(nil, final: false) {
            continuation.yield(ServerSentEvent(id: id.description, data: ""))
        }
        let (server, timeout) = (server, configuration.requestTimeout)
        let interval = configuration.keepAliveInterval
        Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await keepAlive(continuation, every: interval) }
                await withTaskGroup(of: [UInt8].self) { answers in
                    for request in requests {
                        answers.addTask {
                            await server.respond(to: request, context: context, timeout: timeout).serialized()
                        }
                    }
                    var left = requests.count
                    for await answer in answers {
                        left -= 1
                        continuation.yield(.message(answer, id: await log.append(answer, final: left == 0)))
                    }
                }
                continuation.finish()
                group.cancelAll()
            }
        }
        return .events(events)
    }

    /// Answers GET: resumes the stream that `Last-Event-ID` names, or opens one that is only kept alive, as this server
    /// has nothing to say unasked.
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
            return stream { StreamReader(source, place: $0, configuration: configuration, activity: activity) }
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
        return stream {
            StreamReader(
                source, after: last, with: first, watch: watch, place: $0, configuration: configuration,
                activity: activity)
        }
    }

    private func stream(_ reader: (StreamPlace) -> StreamReader) -> EndpointResponse {
        guard let place = activity.openStream(limit: configuration.maximumStreams) else {
            var refusal = EndpointResponse.error(
                .serviceUnavailable, JSONRPCError(.internalError, "Too many streams are open"))
            refusal.head.headerFields[.retryAfter] = "5"
            return refusal
        }
        let reader = reader(place)
        return .events(AsyncStream { await reader.next() })
    }
}
#endif
