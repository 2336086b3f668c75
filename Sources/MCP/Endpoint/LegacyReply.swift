#if Servers
/// The answer to a legacy POST in the form of events, which are stored before they are sent: a client that loses the
/// connection gets them by GET with `Last-Event-ID`, from any instance.
struct LegacyReply: Sendable {
    let log: EventLog
    let version: ProtocolVersion
    let retryInterval: Duration
    /// How many requests have to be answered or cancelled.
    let count: Int

    /// The events, of what was said already and of what comes. Storing goes on when the client goes away.
    func events(_ first: [Outlet.Item], _ outlet: Outlet) -> AsyncStream<ServerSentEvent> {
        let (events, sink) = EventSink.makeStream()
        Task {
            await prime(sink)
            var left = count
            for item in first { await send(item, &left, sink) }
            for await item in outlet.items {
                outlet.took(item)
                await send(item, &left, sink)
            }
            sink.finish()
        }
        return events
    }

    private var retry: Int { max(0, Int(retryInterval.wholeMicroseconds / 1000)) }

    /// Sends the event from which a client can come back before anything was said (2025-11-25, transports).
    private func prime(_ sink: EventSink) async {
        guard version.primesStreams, let id = await log.append(nil, final: false) else { return }
        sink.send(ServerSentEvent(id: id.description, data: "", retry: retry))
    }

    private func send(_ item: Outlet.Item, _ left: inout Int, _ sink: EventSink) async {
        switch item {
        case .notification(let notification): await send(notification.serialized(), final: false, sink)
        case .request(let request): await send(request.serialized(), final: false, sink)
        case .response(let response):
            left -= 1
            await send(response.serialized(), final: left == 0, sink)
        case .cancelled:
            left -= 1
            if left == 0 { _ = await log.append(nil, final: true) }
        case .keepAlive: sink.send(.keepAlive)
        case .overdue: break
        case .disconnect:
            // Without a stored event to come back from the client would wait in vain.
            guard log.isOpen else { return }
            sink.send(ServerSentEvent(retry: retry))
            sink.finish()
        }
    }

    private func send(_ bytes: [UInt8], final: Bool, _ sink: EventSink) async {
        sink.send(.message(bytes, id: await log.append(bytes, final: final)))
    }
}
#endif
