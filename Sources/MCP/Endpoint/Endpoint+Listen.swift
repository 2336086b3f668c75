#if Servers
internal import HTTPTypes

extension Endpoint {
    static var listenMethod: String { "subscriptions/listen" }

    /// Answers `subscriptions/listen` by a stream that tells of changes until the client closes it or the server shuts
    /// down (2026-07-28, subscriptions).
    func listen(
        _ request: JSONRPCRequest, _ context: RequestContext, _ exchange: Exchange
    ) throws(JSONRPCError) -> EndpointResponse {
        guard exchange.accepted.events else {
            return .error(
                .notAcceptable, JSONRPCError(.invalidRequest, "Accept must allow text/event-stream"), id: request.id)
        }
        let subscription = try Subscription(request, context, server: server)
        guard let place = activity.openStream(limit: configuration.maximumStreams) else { return tooManyStreams }
        let (events, sink) = EventSink.makeStream()
        // Listening begins before the acknowledgement: nothing that changes after it is missed.
        let changes = server.options.changes.changes()
        sink.send(.message(subscription.acknowledgement.serialized()))
        let (server, activity, interval) = (server, activity, configuration.keepAliveInterval)
        let telling = Task {
            for await published in changes {
                guard let message = subscription.notification(of: published.change) else { continue }
                sink.send(.message(message.serialized()))
            }
        }
        let keepAlive = Task {
            while await activity.pause(for: interval) { sink.send(.keepAlive) }
            telling.cancel()
            if activity.isStopping {
                sink.send(.message(subscription.response(server, context.version).serialized()))
            }
            sink.finish()
        }
        sink.onEnd {
            telling.cancel()
            keepAlive.cancel()
            place.release()
        }
        return .events(events)
    }
}
#endif
