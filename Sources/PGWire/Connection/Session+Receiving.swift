import Logging
import Synchronization

extension Session {
    /// More settings than a server reports.
    private static let maximumParameters = 256

    /// How much room is made at once for the rest of a message.
    private static let firstReserve = 1 << 20

    func received(_ input: inout ByteBuffer) {
        do throws(PGError) {
            while let frame = try BackendFrame.header(of: input.bytes, limit: options.maximumMessageBytes) {
                guard input.count >= frame.length else {
                    // No more than has come already, so that no length alone takes up memory.
                    input.reserve(min(frame.length - input.count, max(input.count, Self.firstReserve)))
                    break
                }
                try receive(frame.tag, input.bytes.extracting(BackendFrame.headerLength..<frame.length))
                input.consume(frame.length)
            }
            handOnStreamed()
        } catch {
            channel.end(error)
        }
    }

    private func receive(_ tag: UInt8, _ payload: RawSpan) throws(PGError) {
        switch tag {
        case BackendMessage.Tag.parameterStatus, BackendMessage.Tag.notificationResponse:
            note(try BackendMessage.decode(tag: tag, payload: payload))
        case BackendMessage.Tag.noticeResponse, BackendMessage.Tag.errorResponse:
            guard isReading() else {
                try receiveUnasked(BackendMessage.decode(tag: tag, payload: payload))
                return
            }
            try advance(tag, payload)
        default:
            guard isReading() else {
                throw PGError(
                    .protocolViolation, "The server sent \(BackendMessage.Tag.describe(tag)) unasked", retry: .unknown)
            }
            try advance(tag, payload)
        }
    }

    /// Whether somebody waits for what comes; the machine that follows it is made with its first message.
    @inline(__always)
    private func isReading() -> Bool {
        if unsafe reading.pointee.place != nil { return true }
        return beginReading()
    }

    private func beginReading() -> Bool {
        guard let place = shared.withLock({ $0.line.first }) else { return false }
        unsafe reading.pointee.machine.restart(place.request)
        unsafe reading.pointee.isStreamed = place.request.isStreamed || place.request.copy == .output
        unsafe reading.pointee.place = place
        return true
    }

    private func advance(_ tag: UInt8, _ payload: RawSpan) throws(PGError) {
        switch unsafe try reading.pointee.machine.receive(tag: tag, payload: payload) {
        case .none: break
        case .begun: try begin()
        case .refuseCopyIn(let needsSync):
            try shared.withLock { (shared) throws(PGError) in try shared.line.refuseCopy(needsSync: needsSync) }
            channel.flush()
        case .statementDone: complete(nil)
        case .finished(let status): complete(status)
        }
    }

    private func begin() throws(PGError) {
        guard let receiver = unsafe reading.pointee.place,
            let opening = unsafe reading.pointee.machine.opening
        else { return }
        if case .copy = opening, let stream = receiver as? PendingStream, unsafe !reading.pointee.isStreamed {
            try shared.withLock { (shared) throws(PGError) in try shared.line.beginCopy(stream) }
            if stream.isAbandoned { channel.flush() }
        }
        receiver.begin(opening)
    }

    /// Hands on what has come of a stream, and stops reading where its reader is behind.
    ///
    /// - Parameter isLast: Whether no more of it comes: its reader may go away without a word, and with him whoever would
    ///   have the connection read on.
    private func handOnStreamed(isLast: Bool = false) {
        guard unsafe reading.pointee.isStreamed, let receiver = unsafe reading.pointee.place,
            let chunk = unsafe reading.pointee.machine.takeStreamed()
        else { return }
        if !receiver.take(chunk), !isLast { channel.pauseReading() }
    }

    private func complete(_ status: PGTransactionStatus?) {
        handOnStreamed(isLast: true)
        unsafe reading.pointee.place = nil
        unsafe reading.pointee.isStreamed = false
        var abandoned: (any AnswerReceiver)?
        let completion = shared.withLock { shared in
            if let status { shared.status = status }
            let completion = unsafe shared.line.complete(reading.pointee.machine)
            abandoned = shared.line.holdForAbandoned()
            return completion
        }
        unsafe completion.place?.complete(&reading.pointee.machine)
        for (receiver, error) in completion.refused { receiver.fail(error) }
        if let abandoned { cancel(abandoned) }
        if completion.mustFlush { channel.flush() }
    }

    private func note(_ message: BackendMessage) {
        switch message {
        case .parameterStatus(let name, let value):
            shared.withLock { shared in
                if shared.parameters.count < Self.maximumParameters || shared.parameters[name] != nil {
                    shared.parameters[name] = value
                }
            }
        case .notificationResponse(let processID, let channel, let payload):
            let notification = PGNotification(channel: channel, payload: payload, processID: processID)
            for queue in shared.withLock({ $0.subscribers.compactMap(\.queue) }) { queue.append(notification) }
        default: break
        }
    }

    /// A notice, or the error with which a server ends a session that asked nothing.
    private func receiveUnasked(_ message: BackendMessage) throws(PGError) {
        switch message {
        case .errorResponse(let fields): throw PGError(server: fields)
        case .noticeResponse(let notice): logger.debug("notice: \(notice.severity.oneLine) \(notice.message.oneLine)")
        default: break
        }
    }

    func closed(_ error: PGError) {
        let place = unsafe reading.pointee.place
        let said = place == nil ? nil : unsafe reading.pointee.machine.error
        // What the server said of the session says more than that it closed; what it said of one query is that one's.
        let reason = if let said, said.server?.isFatal == true { said } else { error }
        let (receivers, actions, queues) = shared.withLock { shared in
            if shared.closeReason == nil { shared.closeReason = KeptError(reason) }
            defer {
                shared.onClose = []
                shared.subscribers = []
            }
            return (shared.line.removeAll(), shared.onClose, shared.subscribers.compactMap(\.queue))
        }
        unsafe reading.pointee.place = nil
        unsafe reading.pointee.isStreamed = false
        for receiver in receivers {
            var failure = receiver === place ? said ?? reason : reason
            failure.retry = .unknown
            receiver.fail(failure)
        }
        for queue in queues { queue.end(reason) }
        for action in actions { action() }
    }
}
