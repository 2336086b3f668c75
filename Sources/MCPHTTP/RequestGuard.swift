#if Servers
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Watches one connection for what Hummingbird leaves to its users: bodies that do not end, responses that nobody
/// reads, and connections that must close after a response.
///
/// It sits between the HTTP codec and Hummingbird's own handlers and lives on the connection's event loop.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// The body did not end in time. It reaches who reads the body.
    struct BodyTimedOut: Error {}

    struct Limits: Sendable {
        var bodyTimeout: TimeAmount
        var writeTimeout: TimeAmount
        var shutdownTimeout: TimeAmount
        /// How long, and for how many bytes, the rest of a refused request is read and thrown away. Closing at once
        /// would make the system reset the connection, and the client might never see the response.
        var lingerTimeout: TimeAmount = .seconds(2)
        var lingerBytes = 8 << 20
    }

    private let limits: Limits
    private var requestsInProgress = 0
    private var closesAfterResponse = false
    private var lingeredBytes: Int?
    private var bodyDeadline: Scheduled<Void>?
    private var writeDeadline: Scheduled<Void>?
    private var closeDeadline: Scheduled<Void>?

    init(limits: Limits) { self.limits = limits }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if lingeredBytes != nil {
            discard(part, context: context)
            return
        }
        switch part {
        case .head(let head):
            requestsInProgress += 1
            if head.headerFields.closesConnection { closesAfterResponse = true }
            scheduleBodyDeadline(context: context)
        case .body:
            break
        case .end:
            bodyDeadline?.cancel()
            bodyDeadline = nil
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Who reads the parts may have stopped asking for more.
        if lingeredBytes != nil { context.read() }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.headerFields.closesConnection { closesAfterResponse = true }
        case .body:
            break
        case .end:
            requestsInProgress -= 1
            if closesAfterResponse, requestsInProgress <= 0 {
                context.writeAndFlush(data, promise: promise)
                linger(context: context)
                return
            }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeDeadline?.cancel()
        writeDeadline = nil
        if !context.channel.isWritable {
            writeDeadline = schedule(in: limits.writeTimeout, context: context) { $1.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed where lingeredBytes != nil:
            context.close(promise: nil)
        case is ChannelShouldQuiesceEvent where closeDeadline == nil:
            // A second of grace, so that what was cancelled can still be answered.
            closeDeadline = schedule(in: limits.shutdownTimeout + .seconds(1), context: context) {
                $1.close(promise: nil)
            }
        default:
            break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelDeadlines()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancelDeadlines() }

    // MARK: -

    private func scheduleBodyDeadline(context: ChannelHandlerContext) {
        bodyDeadline?.cancel()
        bodyDeadline = schedule(in: limits.bodyTimeout, context: context) { handler, context in
            // A pipelined request whose turn has not come is not late by its own fault.
            if handler.requestsInProgress > 1 {
                handler.scheduleBodyDeadline(context: context)
            } else {
                context.fireErrorCaught(BodyTimedOut())
            }
        }
    }

    private func linger(context: ChannelHandlerContext) {
        bodyDeadline?.cancel()
        closeDeadline?.cancel()
        lingeredBytes = 0
        context.close(mode: .output, promise: nil)
        closeDeadline = schedule(in: limits.lingerTimeout, context: context) { $1.close(promise: nil) }
        context.read()
    }

    private func discard(_ part: HTTPRequestPart, context: ChannelHandlerContext) {
        guard case .body(let buffer) = part else { return }
        let total = (lingeredBytes ?? 0) + buffer.readableBytes
        lingeredBytes = total
        if total > limits.lingerBytes { context.close(promise: nil) }
    }

    private func schedule(
        in delay: TimeAmount, context: ChannelHandlerContext,
        _ body: @escaping (RequestGuard, ChannelHandlerContext) -> Void
    ) -> Scheduled<Void> {
        let bound = NIOLoopBound((self, context, body), eventLoop: context.eventLoop)
        return context.eventLoop.scheduleTask(in: delay) {
            let (handler, context, body) = bound.value
            body(handler, context)
        }
    }

    private func cancelDeadlines() {
        bodyDeadline?.cancel()
        writeDeadline?.cancel()
        closeDeadline?.cancel()
    }
}

@available(*, unavailable)
extension RequestGuard: Sendable {}

extension HTTPFields {
    /// Whether a `Connection` field asks for the connection to close after this message (RFC 9112 section 9.6).
    var closesConnection: Bool {
        self[values: .connection].contains { value in
            value.split(separator: ",").contains { option in
                option.drop(while: { $0 == " " || $0 == "\t" }).lowercased().hasPrefix("close")
            }
        }
    }
}
#endif
