/// What a session has sent or is about to send, and who waits for which answer: bytes and places, no I/O.
struct SessionLine: ~Copyable {
    /// One answer to come: what was sent for it. Each kind of ``AnswerReceiver`` is one, so that a query takes one object.
    class Place: @unchecked Sendable {
        // @unchecked Sendable: the line writes it under its lock alone, and all but `isEnding` only once, before it hands it
        // to anyone. For the same reason nothing has to be checked at run time.
        @safe @exclusivity(unchecked) fileprivate(set) final var request = QueryRequest()
        /// The statement that this place prepares for the cache.
        @safe @exclusivity(unchecked) fileprivate final var prepares: PreparedStatement?
        /// Where its messages stand in the outgoing bytes, as long as they are there.
        @safe @exclusivity(unchecked) fileprivate final var bytes = 0..<0
        /// Whether it is about to be abandoned, or is.
        @safe @exclusivity(unchecked) fileprivate final var isEnding = false
    }

    /// Whether messages are held back, so that a cancel request cannot hit a query that is sent after it.
    enum Hold {
        case none
        /// A cancel request is under way.
        case cancelling
        /// The server has taken the request, and its answer to the query is yet to come.
        case cancelled
    }

    var outgoing = ByteBuffer(capacity: 4096)
    private var places = FIFO<any AnswerReceiver>()
    /// How many of the places at the end of the line are still in `outgoing`.
    private var unsent = 0
    /// What waits until the line's exclusive user is done.
    private var held = FIFO<Submission>()
    private var exclusiveUser: ObjectIdentifier?
    /// Whether the last thing sent was a statement of a pipeline, whose answer the server keeps back until it is told.
    private var needsFlush = false
    /// The pipelines of which not all statements could be taken.
    private var overflowed: Set<ObjectIdentifier> = []
    /// How the open pipeline has failed: the server skips everything up to its Sync.
    private var pipelineFailure: KeptError?
    /// The COPY whose data the server takes.
    private(set) var copying: PendingStream?

    var statements: StatementCache
    var hold = Hold.none
    /// Whether a query in the line may have been abandoned when it could not be cancelled at once.
    private(set) var hasAbandoned = false

    init(statements: StatementCache) {
        self.statements = statements
    }

    /// How many answers are yet to come.
    var count: Int { places.count + held.count }

    /// Whether no answer is yet to come, and no pipeline open.
    var isEmpty: Bool { count == 0 && exclusiveUser == nil }

    /// Whether statements of a pipeline were taken, and its end was not.
    func isOpen(_ pipeline: ObjectIdentifier?) -> Bool {
        var isOpen = exclusiveUser == pipeline
        held.forEach { isOpen = isOpen || $0.pipeline == pipeline }
        return isOpen
    }

    var first: (any AnswerReceiver)? { places.first }

    // MARK: Sending

    /// Puts something into the line, or behind it while another has it for itself.
    ///
    /// - Parameter limit: How many answers may be yet to come. The end of a pipeline is always taken, or nothing behind it
    ///   ever would be.
    mutating func submit(_ submission: Submission, limit: Int = .max) throws(PGError) {
        if count >= limit, !submission.isEndOfPipeline {
            let error = PGError(.usage, "On one connection \(count) queries wait already", retry: .safe)
            // A pipeline without one of its statements must not be done; one refusal for it is enough.
            guard let pipeline = submission.pipeline, overflowed.insert(pipeline).inserted else { throw error }
            try place(submission.failing(error))
        } else {
            try place(submission)
        }
    }

    private mutating func place(_ submission: Submission) throws(PGError) {
        if exclusiveUser == nil ? held.isEmpty : submission.pipeline == exclusiveUser {
            try append(submission)
        } else {
            held.append(submission)
        }
    }

    private mutating func append(_ submission: Submission) throws(PGError) {
        let isMember = submission.pipeline != nil && !submission.isEndOfPipeline
        if isMember, let pipelineFailure { throw pipelineFailure.error }
        let start = outgoing.writePosition
        do throws(PGError) {
            let place = submission.receiver
            place.prepares = try encode(submission, &place.request)
            place.bytes = start..<outgoing.writePosition
            places.append(place)
        } catch {
            outgoing.truncate(to: start)
            guard case .pipelined = submission.work else { throw error }
            return try append(submission.failing(error))
        }
        unsent += 1
        exclusiveUser = submission.exclusiveUser
        needsFlush = isMember
        // Who waits for it is told at once; what the server says of it later is of no interest.
        if case .failing(let error) = submission.work {
            pipelineFailure = KeptError(PGError(abortedBy: submission.receiver, error))
            throw error
        }
    }

    /// Takes out what is to be sent now.
    ///
    /// Behind a query that was abandoned nothing goes out that somebody waits for, since then the query could not be
    /// cancelled any more.
    ///
    /// - Parameter isEarly: Whether more is sent soon, so that the server need not be told to answer what is here.
    /// - Returns: What ``holdForAbandoned()`` does.
    mutating func exchangeOutgoing(_ batch: inout ByteBuffer, isEarly: Bool = false) -> (any AnswerReceiver)? {
        // Behind a COPY nothing is sent, so that no cancel request can hit it.
        guard hold == .none || copying != nil else { return nil }
        if let abandoned = holdForAbandoned() { return abandoned }
        takeBackUnsent()
        if let wanted = firstWantedBehindAbandoned() {
            exchangeOutgoing(&batch, before: wanted)
        } else {
            if needsFlush, !isEarly {
                FrontendMessage.flush(into: &outgoing)
                needsFlush = false
            }
            swap(&outgoing, &batch)
            unsent = 0
        }
        return holdForAbandoned()
    }

    /// Leaves out what was abandoned before it was sent: what is sent behind it could not be told apart by a cancel
    /// request.
    private mutating func takeBackUnsent() {
        guard hasAbandoned, unsent > 0 else { return }
        var kept = ByteBuffer(capacity: outgoing.count)
        var end = 0
        var removed = 0
        var dropped: Set<ObjectIdentifier> = []
        for place in unsentPlaces {
            if place.canBeTakenBack {
                kept.append(outgoing.bytes.extracting(end..<place.bytes.lowerBound))
                end = place.bytes.upperBound
                removed += place.bytes.count
                dropped.insert(ObjectIdentifier(place))
                statements.abandon(place.request.closes)
            } else {
                place.bytes = place.bytes.lowerBound - removed..<place.bytes.upperBound - removed
            }
        }
        guard !dropped.isEmpty else { return }
        kept.append(outgoing.bytes.extracting(end..<outgoing.count))
        swap(&kept, &outgoing)
        unsent -= dropped.count
        _ = places.removeAll { dropped.contains(ObjectIdentifier($0)) }
    }

    /// The first unsent query that somebody waits for, where one before it was abandoned and has to be sent all the same.
    private func firstWantedBehindAbandoned() -> (any AnswerReceiver)? {
        guard hasAbandoned, unsent > 0 else { return nil }
        var isBehind = false
        for place in unsentPlaces {
            if place.isGivenUp {
                isBehind = isBehind || place.request.endsWithReady
            } else if isBehind, place.request.kind != .sync {
                return place
            }
        }
        return nil
    }

    /// Takes out what is to be sent before a place, which stays with all that is behind it.
    private mutating func exchangeOutgoing(_ batch: inout ByteBuffer, before wanted: any AnswerReceiver) {
        let position = wanted.bytes.lowerBound
        batch.append(outgoing.bytes.extracting(0..<position))
        outgoing.consume(position)
        var left = 0
        for place in unsentPlaces {
            guard place.bytes.lowerBound >= position else { continue }
            place.bytes = place.bytes.lowerBound - position..<place.bytes.upperBound - position
            left += 1
        }
        unsent = left
    }

    private var unsentPlaces: [any AnswerReceiver] {
        var sent = places.count - unsent
        var found: [any AnswerReceiver] = []
        places.forEach { place in
            if sent <= 0 { found.append(place) }
            sent -= 1
        }
        return found
    }

    // MARK: COPY

    /// The server takes data now.
    mutating func beginCopy(_ stream: PendingStream) throws(PGError) {
        copying = stream
        if stream.isAbandoned { try failCopy() }
    }

    /// Appends CopyData messages that are whole already, and empties `messages`; false where the server takes none any more.
    mutating func appendCopyData(_ messages: inout ByteBuffer, of stream: PendingStream) -> Bool {
        guard copying === stream, stream.isOpen else { return false }
        if outgoing.isEmpty {
            swap(&messages, &outgoing)
        } else {
            outgoing.append(contentsOf: messages)
            messages.consume(messages.count)
        }
        return true
    }

    mutating func endCopy(of stream: PendingStream) {
        guard copying === stream, stream.isOpen else { return }
        FrontendMessage.copyDone(into: &outgoing)
    }

    mutating func failCopy() throws(PGError) {
        try FrontendMessage.copyFail("the client gave up", into: &outgoing)
    }

    /// Refuses the COPY at the front of the line.
    mutating func refuseCopy(needsSync: Bool) throws(PGError) {
        // The queries behind were sent already, and a server in COPY mode swallows what is not COPY's: with them the
        // count of answers is lost.
        guard places.count == 1, outgoing.isEmpty else {
            throw PGError(.usage, "COPY … FROM STDIN was sent as one of several queries", retry: .unknown)
        }
        try FrontendMessage.copyFail("this call does not send data", into: &outgoing)
        if needsSync { FrontendMessage.sync(into: &outgoing) }
    }

    mutating func terminate() {
        FrontendMessage.terminate(into: &outgoing)
    }

    // MARK: Answers

    /// What the loop does once the answer at the front is complete.
    struct Completion {
        var place: (any AnswerReceiver)?
        /// What the server will not answer, each with the reason: the rest of a failed pipeline, and what could not be
        /// sent after a wait.
        var refused: [(any AnswerReceiver, PGError)] = []
        /// Whether there may be something to send.
        var mustFlush = false
    }

    /// Takes the first place out, whose answer `machine` has followed to its end.
    mutating func complete(_ machine: borrowing QueryMachine) -> Completion {
        var completion = Completion()
        guard let place = places.popFirst() else { return completion }
        completion.place = place
        settleStatements(of: place, machine)
        if !place.request.endsWithReady, !place.request.isRefusal, let error = machine.error {
            let failure = PGError(abortedBy: place, error)
            pipelineFailure = KeptError(failure)
            completion.refused = skipPipeline().map { ($0, failure) }
        }
        if place.request.kind == .sync { pipelineFailure = nil }
        if place.request.copy == .input { copying = nil }
        if place.request.endsWithReady, let user = exclusiveUser, places.isEmpty {
            exclusiveUser = nil
            overflowed.remove(user)
            completion.refused += appendHeld()
            completion.mustFlush = true
        }
        if hold == .cancelled {
            hold = .none
            completion.mustFlush = true
        }
        // What was kept back behind it goes out now.
        if hasAbandoned, unsent > 0 { completion.mustFlush = true }
        if places.isEmpty { hasAbandoned = false }
        return completion
    }

    private mutating func settleStatements(of place: any AnswerReceiver, _ machine: borrowing QueryMachine) {
        if machine.hasDroppedStatements { statements.forgetAll() }
        if !machine.hasClosed { statements.abandon(place.request.closes) }
        guard let statement = place.prepares else { return }
        if machine.hasParsed {
            statements.didPrepare(statement, columns: machine.columns)
        } else {
            statements.didFailToPrepare(statement)
        }
    }

    /// Takes out the statements of the failed pipeline, which the server does not answer.
    private mutating func skipPipeline() -> [any AnswerReceiver] {
        var skipped: [any AnswerReceiver] = []
        while let next = places.first, !next.request.endsWithReady {
            _ = places.popFirst()
            unsent = min(unsent, places.count)
            statements.abandon(next.request.closes)
            if let statement = next.prepares { statements.didFailToPrepare(statement) }
            skipped.append(next)
        }
        return skipped
    }

    /// Puts into the line what had to wait, up to the next who has it for itself.
    private mutating func appendHeld() -> [(any AnswerReceiver, PGError)] {
        var refused: [(any AnswerReceiver, PGError)] = []
        func attempt(_ submission: Submission) {
            do throws(PGError) {
                if submission.isWanted { try append(submission) }
            } catch {
                refused.append((submission.receiver, error))
            }
        }
        while exclusiveUser == nil, let next = held.popFirst() { attempt(next) }
        // The rest of a pipeline that has begun may be waiting among others.
        if let exclusiveUser {
            for submission in held.removeAll(where: { $0.pipeline == exclusiveUser }) { attempt(submission) }
        }
        return refused
    }

    // MARK: Giving up

    /// Takes out what waits without having been sent; false where it is in the line or not here.
    mutating func removeHeld(_ receiver: any AnswerReceiver) -> Bool {
        !held.removeAll { $0.receiver === receiver && $0.pipeline == nil }.isEmpty
    }

    /// Treats a place as abandoned from here on: who waits for it is told next, and what he sends then must not come
    /// between the query and its cancel request. Returns what ``holdForAbandoned()`` does.
    mutating func willAbandon(_ receiver: any AnswerReceiver) -> (any AnswerReceiver)? {
        receiver.isEnding = true
        hasAbandoned = true
        return holdForAbandoned()
    }

    /// Somebody still waits for what was to be abandoned, or its answer has come.
    func didNotAbandon(_ receiver: any AnswerReceiver) {
        receiver.isEnding = false
    }

    /// Holds back what is to be sent where the query that the server is at is to be cancelled, and returns it.
    mutating func holdForAbandoned() -> (any AnswerReceiver)? {
        guard hasAbandoned, let receiver = cancellable() else { return nil }
        hold = .cancelling
        return receiver
    }

    /// The query that the server is at, where a cancel request can do no harm: nobody waits for it, nor for one that was
    /// sent behind it.
    private func cancellable() -> (any AnswerReceiver)? {
        guard hold == .none, copying == nil, places.count > unsent, places.first?.request.kind != .sync else {
            return nil
        }
        var sent = places.count - unsent
        var isWanted = false
        places.forEach { place in
            if sent > 0, !place.isGivenUp, place.request.kind != .sync { isWanted = true }
            sent -= 1
        }
        return isWanted ? nil : places.first
    }

    /// Everything that waits.
    func forEachReceiver(_ body: (any AnswerReceiver, _ isSubmitted: Bool) -> Void) {
        places.forEach { body($0, true) }
        held.forEach { body($0.receiver, false) }
    }

    /// Takes out everything, since the connection has ended.
    mutating func removeAll() -> [any AnswerReceiver] {
        copying = nil
        unsent = 0
        return places.removeAll() + held.removeAll().map(\.receiver)
    }
}

extension AnswerReceiver {
    /// Whether nobody waits for it any more, or is about not to.
    fileprivate var isGivenUp: Bool { isEnding || isAbandoned }

    /// Whether it may be left out before it is sent: nothing else relies on it.
    fileprivate var canBeTakenBack: Bool {
        isGivenUp && request.kind == .extended && request.endsWithReady && !request.isStreamed
            && prepares == nil
    }
}

extension PGError {
    /// What the statements of a pipeline behind a failed one are told.
    fileprivate init(abortedBy receiver: any AnswerReceiver, _ cause: PGError) {
        self.init(abortedBy: (receiver as? PipelineAnswer)?.number ?? 0, cause)
    }
}
