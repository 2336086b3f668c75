@testable import PGWire

/// A connection in a simulation: the driver's line and machine on one side, a server on the other, and between them bytes
/// that are on their way.
///
/// It does with the line and the machine what a ``Session`` does, step by step, where a scheduler decides what comes next.
final class SimulatedConnection {
    /// Something that can happen to it now.
    enum Step: CaseIterable {
        case flush
        case toServer
        case toClient
        case serve
        case cancelArrives
        case cancelEnds
        case cancelAgain
    }

    /// A cancel request under way.
    private enum Cancelling {
        case onItsWay(any AnswerReceiver)
        case arrived(any AnswerReceiver)
        case waiting(any AnswerReceiver)
    }

    let slot: Int
    private var line = SessionLine(statements: StatementCache(capacity: 3))
    private var machine = QueryMachine(QueryRequest(), maximumResultBytes: 1 << 20)
    private var place: (any AnswerReceiver)?
    private var isStreamed = false
    private var isPaused = false
    private var input = ByteBuffer(capacity: 64)
    private var server = SimulatedServer()
    private var outbound: [UInt8] = []
    private var inbound: [UInt8] = []
    private var mustFlush = false
    private var cancelling: Cancelling?
    private(set) var closeReason: PGError?
    private(set) var status = PGTransactionStatus.idle

    init(slot: Int) {
        self.slot = slot
    }

    var isClosed: Bool { closeReason != nil }
    var pending: Int { line.count }
    /// Whether nothing is left to happen.
    var isAtRest: Bool {
        isClosed
            || line.isEmpty && line.copying == nil && outbound.isEmpty && inbound.isEmpty && cancelling == nil
    }
    /// Whether nothing will happen to it by itself.
    var isStuck: Bool { !isClosed && possible.isEmpty }
    var cancelledStatements: Int { server.cancelled }
    /// What the driver sent and must not.
    var complaint: String? { server.complaint }
    /// How often reading stopped because somebody was behind.
    private(set) var pauses = 0
    /// How many bytes of what is streamed wait for their reader, and the most that ever did.
    private(set) var unread = 0
    private(set) var mostUnread = 0

    // MARK: The driver's side

    func submit(_ work: Submission.Work, _ receiver: any AnswerReceiver, pipeline: ObjectIdentifier? = nil) {
        let submission = Submission(work: work, receiver: receiver, lease: .owner, pipeline: pipeline)
        guard !isClosed else { return receiver.fail(PGError(.connectionClosed, "closed", retry: .safe)) }
        guard submission.isWanted else { return }
        do throws(PGError) {
            try line.submit(submission, limit: 100)
            mustFlush = true
        } catch {
            receiver.fail(error)
        }
    }

    func abandon(_ receiver: any AnswerReceiver) {
        guard !isClosed else { return }
        var first: (any AnswerReceiver)?
        var mustFailCopy = false
        if line.removeHeld(receiver) {
            // It was never sent.
        } else if line.copying === receiver {
            mustFailCopy = true
        } else {
            first = line.willAbandon(receiver)
        }
        let isAbandoned = receiver.abandon(PGError(.cancelled, "given up", retry: .unknown), patience: .seconds(5))
        if !isAbandoned { line.didNotAbandon(receiver) }
        if let first {
            if isAbandoned { cancel(first) } else { release() }
        } else if mustFailCopy {
            if isAbandoned { failCopy() }
        } else if let first = line.holdForAbandoned() {
            cancel(first)
        }
        if receiver is PendingStream { isPaused = false }
    }

    private func failCopy() {
        do throws(PGError) {
            if line.copying != nil { try line.failCopy() }
            mustFlush = true
        } catch {
            end(error)
        }
    }

    /// Somebody has taken streamed bytes.
    func didRead(_ count: Int) { unread -= count }

    /// Goes on reading, since whoever was behind has room again.
    func resumeReading() { isPaused = false }

    /// Sends a COPY's data; false where it has ended.
    func sendCopyData(_ messages: inout ByteBuffer, of stream: PendingStream) -> Bool {
        guard !isClosed, line.appendCopyData(&messages, of: stream) else { return false }
        mustFlush = true
        return true
    }

    func endCopy(of stream: PendingStream) {
        line.endCopy(of: stream)
        mustFlush = true
    }

    private func cancel(_ receiver: any AnswerReceiver) {
        cancelling = .onItsWay(receiver)
    }

    private func release() {
        line.hold = .none
        mustFlush = true
    }

    private func go(to hold: SessionLine.Hold, whileAwaiting receiver: any AnswerReceiver) -> Bool {
        guard !isClosed, line.copying == nil, line.first === receiver else { return false }
        line.hold = hold
        return true
    }

    /// The connection breaks.
    func reset() { end(PGError(.connectionClosed, "reset", retry: .unknown)) }

    private func end(_ error: PGError) {
        guard !isClosed else { return }
        closeReason = error
        place = nil
        cancelling = nil
        for receiver in line.removeAll() { receiver.fail(error) }
    }

    // MARK: What can happen

    var possible: [Step] {
        isClosed ? [] : Step.allCases.filter(isPossible)
    }

    private func isPossible(_ step: Step) -> Bool {
        switch step {
        case .flush: return mustFlush
        case .toServer: return !outbound.isEmpty
        case .toClient: return !inbound.isEmpty && !isPaused
        case .serve: return server.isBusy
        case .cancelArrives: if case .onItsWay = cancelling { return true }
        case .cancelEnds: if case .arrived = cancelling { return true }
        case .cancelAgain: if case .waiting = cancelling { return true }
        }
        return false
    }

    func perform(_ step: Step, _ random: inout SeededRandom) {
        switch step {
        case .flush: flush()
        case .toServer: server.receive(outbound.takePart(&random))
        case .toClient: receive(inbound.takePart(&random))
        case .serve: inbound += server.step()
        case .cancelArrives:
            guard case .onItsWay(let receiver) = cancelling else { return }
            inbound += server.cancel()
            cancelling = .arrived(receiver)
        case .cancelEnds:
            guard case .arrived(let receiver) = cancelling else { return }
            cancelling = nil
            if go(to: .cancelled, whileAwaiting: receiver) { cancelling = .waiting(receiver) } else { release() }
        case .cancelAgain:
            guard case .waiting(let receiver) = cancelling else { return }
            cancelling = nil
            if go(to: .cancelling, whileAwaiting: receiver) { cancelling = .onItsWay(receiver) }
        }
    }

    private func flush() {
        mustFlush = false
        var batch = ByteBuffer(capacity: 64)
        let abandoned = line.exchangeOutgoing(&batch)
        outbound += batch.copyBytes()
        line.copying?.makeRoom()
        if let abandoned { cancel(abandoned) }
    }

    private func receive(_ bytes: [UInt8]) {
        input.append(bytes)
        do throws(PGError) {
            while let frame = try BackendFrame.header(of: input.bytes), input.count >= frame.length {
                try receive(frame.tag, input.bytes.extracting(BackendFrame.headerLength..<frame.length))
                input.consume(frame.length)
            }
            handOnStreamed()
        } catch {
            end(error)
        }
    }

    private func receive(_ tag: UInt8, _ payload: RawSpan) throws(PGError) {
        if place == nil {
            guard let first = line.first else {
                throw PGError(.protocolViolation, "The server sent something unasked", retry: .unknown)
            }
            machine.restart(first.request)
            isStreamed = first.request.isStreamed || first.request.copy == .output
            place = first
            unread = 0
        }
        switch try machine.receive(tag: tag, payload: payload) {
        case .none: break
        case .begun: try begin()
        case .refuseCopyIn(let needsSync):
            try line.refuseCopy(needsSync: needsSync)
            mustFlush = true
        case .statementDone: complete()
        case .finished(let status):
            self.status = status
            complete()
        }
    }

    private func begin() throws(PGError) {
        guard let place, let opening = machine.opening else { return }
        if case .copy = opening, let stream = place as? PendingStream, !isStreamed {
            try line.beginCopy(stream)
            if stream.isAbandoned { mustFlush = true }
        }
        place.begin(opening)
    }

    private func handOnStreamed(isLast: Bool = false) {
        guard isStreamed, let place, let chunk = machine.takeStreamed() else { return }
        unread += chunk.byteCount
        if place.isAwaited { mostUnread = max(mostUnread, unread) }
        if !place.take(chunk), !isLast {
            isPaused = true
            pauses += 1
        }
    }

    private func complete() {
        handOnStreamed(isLast: true)
        place = nil
        isStreamed = false
        let completion = line.complete(machine)
        let abandoned = line.holdForAbandoned()
        completion.place?.complete(&machine)
        for (receiver, error) in completion.refused { receiver.fail(error) }
        if let abandoned { cancel(abandoned) }
        if completion.mustFlush { mustFlush = true }
    }
}
