import Logging
import Synchronization

/// The running part of a connection: one lock over the outgoing bytes and the line of queries that wait for their
/// answers, and a reader that belongs to the loop.
///
/// Nothing is sent and no task resumed while the lock is held.
@safe final class Session: ChannelDelegate, DeadlineTarget, @unchecked Sendable {
    // @unchecked Sendable: `machine` belongs to the loop's thread; everything else is immutable or guarded by `shared`.

    /// A query in the line, with what was sent for it.
    private struct Place: Sendable {
        let query: PendingQuery
        let request: QueryMachine.Request
        /// The statement that this query prepares for the cache.
        let prepares: StatementCache.Key?
        /// Where its messages stand in the outgoing bytes, as long as they are there.
        let bytes: Range<Int>
    }

    /// Whether messages are held back, so that a cancel request cannot hit a query that is sent after it.
    private enum Hold {
        case none
        /// A cancel request is under way.
        case cancelling
        /// The server has taken the request, and its answer to the query is yet to come.
        case cancelled
    }

    private struct Shared: ~Copyable {
        var outgoing = ByteBuffer(capacity: 4096)
        var line = FIFO<Place>()
        /// How many of the queries at the end of the line are still in `outgoing`.
        var unsent = 0
        var statements: StatementCache
        var status = PGTransactionStatus.idle
        var parameters: [String: String]
        var closeReason: PGError?
        var hold = Hold.none
        /// Whether a query in the line may have been abandoned when it could not be cancelled at once.
        var hasAbandoned = false
        /// The earliest moment at which the loop will look for deadlines.
        var armed = MonotonicTime.distantFuture
        var onClose: [@Sendable () -> Void] = []

        /// The query that the server is at, where a cancel request can do no harm: nobody waits for it, nor for one
        /// that was sent behind it.
        ///
        /// - Parameter ending: a query that is about to be abandoned.
        private func cancellable(_ ending: PendingQuery? = nil) -> PendingQuery? {
            guard closeReason == nil, hold == .none, line.count > unsent else { return nil }
            var sent = line.count - unsent
            var isWanted = false
            line.forEach { place in
                if sent > 0, place.query !== ending, !place.query.isAbandoned { isWanted = true }
                sent -= 1
            }
            return isWanted ? nil : line.first?.query
        }

        /// Holds back what is to be sent where the query that the server is at is to be cancelled, and returns it.
        mutating func holdForAbandoned(_ ending: PendingQuery? = nil) -> PendingQuery? {
            guard hasAbandoned, let query = cancellable(ending) else { return nil }
            hold = .cancelling
            return query
        }

        /// Takes back what was abandoned before it was sent: what is sent behind it could not be told apart by a cancel
        /// request.
        mutating func dropUnsent() {
            guard hasAbandoned, unsent > 0 else { return }
            var sent = line.count - unsent
            var dropped: [Place] = []
            line.forEach { place in
                if sent <= 0, place.query.isAbandoned { dropped.append(place) }
                sent -= 1
            }
            guard !dropped.isEmpty else { return }
            let queries = Set(dropped.map { ObjectIdentifier($0.query) })
            _ = line.removeAll { queries.contains(ObjectIdentifier($0.query)) }
            var kept = ByteBuffer(capacity: outgoing.count)
            var end = 0
            for place in dropped {
                kept.append(outgoing.bytes.extracting(end..<place.bytes.lowerBound))
                end = place.bytes.upperBound
                statements.abandon(place.request.closes)
                if let key = place.prepares { statements.didFailToPrepare(key) }
            }
            kept.append(outgoing.bytes.extracting(end..<outgoing.count))
            swap(&kept, &outgoing)
        }
    }

    /// How long to wait before a cancel request is sent again, since one that comes between two of the server's steps
    /// hits nothing.
    private static let cancelInterval: Duration = .milliseconds(100)

    /// More settings than a server reports.
    private static let maximumParameters = 256

    private let loop: PGEventLoop
    private let channel: Channel
    private let shared: Mutex<Shared>
    private let machine: UnsafeMutablePointer<QueryMachine?>
    private let options: PGConnection.Options
    private let cancelRequest: CancelRequest?
    private let logger: Logger

    init(
        _ established: consuming Dialer.Established, configuration: PGConfiguration, options: PGConnection.Options,
        loop: PGEventLoop, logger: Logger
    ) {
        self.loop = loop
        self.options = options
        self.logger = logger
        let session = established.session
        let route = established.route
        cancelRequest = session.cancelKey.map { CancelRequest(configuration: configuration, route: route, key: $0) }
        shared = Mutex(
            Shared(
                statements: StatementCache(capacity: options.statementCacheCapacity),
                parameters: session.parameterStatus))
        unsafe machine = .allocate(capacity: 1)
        unsafe machine.initialize(to: nil)
        channel = Channel(loop: loop, parts: established.takeParts())
    }

    deinit {
        unsafe machine.deinitialize(count: 1)
        unsafe machine.deallocate()
    }

    func start() {
        loop.execute { [self] in channel.start(self) }
    }

    var transactionStatus: PGTransactionStatus { shared.withLock { $0.status } }
    var closeReason: PGError? { shared.withLock { $0.closeReason } }
    var pendingQueries: Int { shared.withLock { $0.line.count } }

    func parameter(_ name: String) -> String? { shared.withLock { $0.parameters[name] } }

    func forget(_ key: StatementCache.Key) {
        shared.withLock { $0.statements.forget(key) }
    }

    /// Calls `action` on the loop once the session has ended; at once where it has.
    func onClose(_ action: @escaping @Sendable () -> Void) {
        let isClosed = shared.withLock { shared in
            if shared.closeReason == nil { shared.onClose.append(action) }
            return shared.closeReason != nil
        }
        if isClosed { action() }
    }

    func close() {
        let reason = PGError(.connectionClosed, "The connection was closed", retry: .safe)
        let isFirst = shared.withLock { shared in
            guard shared.closeReason == nil else { return false }
            shared.closeReason = reason
            FrontendMessage.terminate(into: &shared.outgoing)
            return true
        }
        if isFirst { channel.close(reason) }
    }

    // MARK: Sending

    /// Puts a query into the line and its messages behind those of the queries before it.
    func submit(_ query: PGQuery, _ pending: PendingQuery, deadline: MonotonicTime) {
        do {
            guard try enqueue(query, pending) else { return }
            arm(deadline)
            channel.flush()
        } catch {
            pending.answer(.failure(error))
        }
    }

    /// Returns whether anybody still waits for the query; otherwise nothing is sent.
    private func enqueue(_ query: PGQuery, _ pending: PendingQuery) throws(PGError) -> Bool {
        try shared.withLock { (shared) throws(PGError) -> Bool in
            if let reason = shared.closeReason {
                throw PGError(.connectionClosed, reason.message, retry: .safe, server: reason.server)
            }
            guard shared.line.count < options.maximumPendingQueries else {
                throw PGError(
                    .usage, "On one connection \(shared.line.count) queries wait already", retry: .safe)
            }
            guard pending.isAwaited else { return false }
            let start = shared.outgoing.writePosition
            do throws(PGError) {
                let place = try Self.append(query, pending, to: &shared)
                shared.line.append(place)
                shared.unsent += 1
            } catch {
                shared.outgoing.truncate(to: start)
                throw error
            }
            return true
        }
    }

    /// Has the loop look for deadlines at a moment, unless it does so earlier.
    private func arm(_ deadline: MonotonicTime) {
        let isEarlier = shared.withLock { shared in
            guard deadline < shared.armed else { return false }
            shared.armed = deadline
            return true
        }
        if isEarlier { loop.schedule(deadline, self) }
    }

    private static func append(
        _ query: PGQuery, _ pending: PendingQuery, to shared: inout Shared
    ) throws(PGError) -> Place {
        let key = StatementCache.Key(sql: query.sql, types: query.parameters.types)
        var request = QueryMachine.Request()
        var prepares: StatementCache.Key?
        var statement = ""
        let start = shared.outgoing.writePosition
        let plan = shared.statements.plan(for: key)
        switch plan {
        case .bind(let name, let columns):
            statement = name
            request.knownColumns = columns
        case .prepare(let name):
            statement = name
            prepares = key
            request.parses = true
        case .unnamed:
            request.parses = true
        }
        request.closes = shared.statements.takeAbandoned()
        do throws(PGError) {
            for name in request.closes { try FrontendMessage.close(statement: name, into: &shared.outgoing) }
            if request.parses {
                try FrontendMessage.parse(name: statement, sql: key.sql, types: key.types, into: &shared.outgoing)
            }
            try query.parameters.appendBind(statement: statement, to: &shared.outgoing)
            if request.knownColumns == nil { try FrontendMessage.describe(portal: "", into: &shared.outgoing) }
            try FrontendMessage.execute(into: &shared.outgoing)
            FrontendMessage.sync(into: &shared.outgoing)
        } catch {
            shared.statements.abandon(request.closes)
            if let prepares { shared.statements.didFailToPrepare(prepares) }
            throw error
        }
        return Place(
            query: pending, request: request, prepares: prepares, bytes: start..<shared.outgoing.writePosition)
    }

    func exchangeOutgoing(_ batch: inout ByteBuffer) {
        let abandoned: PendingQuery? = shared.withLock { shared in
            guard shared.hold == .none else { return nil }
            shared.dropUnsent()
            swap(&shared.outgoing, &batch)
            shared.unsent = 0
            return shared.holdForAbandoned()
        }
        if let abandoned { cancel(abandoned) }
    }

    // MARK: Giving up

    /// Stops waiting for a query's answer, and has the server stop too.
    func abandon(_ pending: PendingQuery, _ error: PGError) {
        // Held before the task goes on, so that what it sends next cannot come between the query and its cancel request.
        let first: PendingQuery? = shared.withLock { shared in
            guard cancelRequest != nil else { return nil }
            shared.hasAbandoned = true
            return shared.holdForAbandoned(pending)
        }
        let isAbandoned = pending.abandon(error, patience: options.cancelPatience)
        if isAbandoned { arm(.now + options.cancelPatience) }
        if let first {
            if isAbandoned { cancel(first) } else { release() }
        } else if let first = shared.withLock({ $0.holdForAbandoned() }) {
            cancel(first)
        }
    }

    private func release() {
        shared.withLock { $0.hold = .none }
        channel.flush()
    }

    /// Sends cancel requests, one after the other, until the server has answered the query. Messages are held back
    /// meanwhile.
    private func cancel(_ pending: PendingQuery) {
        guard let cancelRequest else { return }
        Task {
            let deadline = MonotonicTime.now + options.cancelPatience
            do throws(PGError) {
                while true {
                    try await cancelRequest.send(on: loop, until: deadline)
                    guard go(to: .cancelled, whileAwaiting: pending) else { break }
                    try? await Task.sleep(for: Self.cancelInterval)
                    guard go(to: .cancelling, whileAwaiting: pending) else { return }
                }
                release()
            } catch {
                // Whether the signal is still under way cannot be known: nothing may be sent any more.
                let error = error
                loop.execute { self.channel.end(error) }
            }
        }
    }

    /// Returns whether the answer to `pending` is still to come; the hold is what it was where it is not.
    private func go(to hold: Hold, whileAwaiting pending: PendingQuery) -> Bool {
        shared.withLock { shared in
            guard shared.closeReason == nil, shared.line.first?.query === pending else { return false }
            shared.hold = hold
            return true
        }
    }

    func deadlineReached(_ now: MonotonicTime) {
        var expired: [PendingQuery] = []
        var mustGiveUp = false
        let next = shared.withLock { shared in
            var next = MonotonicTime.distantFuture
            // An earlier entry of the heap may still be under way; the one that has come is not.
            if shared.armed <= now { shared.armed = .distantFuture }
            guard shared.closeReason == nil else { return next }
            shared.line.forEach { place in
                switch place.query.due(at: now) {
                case .nothing(let until): next = min(next, until)
                case .timeout: expired.append(place.query)
                case .giveUp: mustGiveUp = true
                }
            }
            return next
        }
        arm(next)
        for query in expired {
            abandon(query, PGError(.timeout, "The query took longer than its timeout allows", retry: .unknown))
        }
        if mustGiveUp {
            channel.end(PGError(.timeout, "The server did not end a cancelled query in time", retry: .unknown))
        }
    }

    // MARK: Receiving

    func received(_ input: inout ByteBuffer) {
        do throws(PGError) {
            while let frame = try BackendFrame.header(of: input.bytes, limit: options.maximumMessageBytes) {
                guard input.count >= frame.length else {
                    input.reserve(frame.length - input.count)
                    return
                }
                try receive(frame.tag, input.bytes.extracting(BackendFrame.headerLength..<frame.length))
                input.consume(frame.length)
            }
        } catch {
            channel.end(error)
        }
    }

    private func receive(_ tag: UInt8, _ payload: RawSpan) throws(PGError) {
        switch tag {
        case BackendMessage.Tag.parameterStatus, BackendMessage.Tag.notificationResponse:
            note(try BackendMessage.decode(tag: tag, payload: payload))
        case BackendMessage.Tag.noticeResponse, BackendMessage.Tag.errorResponse:
            guard try hasMachine() else {
                try receiveUnasked(BackendMessage.decode(tag: tag, payload: payload))
                return
            }
            try advance(tag, payload)
        default:
            guard try hasMachine() else {
                throw PGError(
                    .protocolViolation, "The server sent \(BackendMessage.Tag.describe(tag)) unasked", retry: .unknown)
            }
            try advance(tag, payload)
        }
    }

    /// Whether a query waits for what comes; its machine is made with its first message.
    private func hasMachine() throws(PGError) -> Bool {
        if unsafe machine.pointee != nil { return true }
        guard let request = shared.withLock({ $0.line.first?.request }) else { return false }
        unsafe machine.pointee = QueryMachine(request, maximumResultBytes: options.maximumResultBytes)
        return true
    }

    private func advance(_ tag: UInt8, _ payload: RawSpan) throws(PGError) {
        guard let action = unsafe try machine.pointee?.receive(tag: tag, payload: payload) else { return }
        switch action {
        case .none: break
        case .refuseCopyIn: try refuseCopyIn()
        case .finished(let status): finish(status)
        }
    }

    private func refuseCopyIn() throws(PGError) {
        // The queries behind were sent already, and a server in COPY mode swallows what is not COPY's: with them the
        // count of answers is lost.
        try shared.withLock { (shared) throws(PGError) in
            guard shared.line.count == 1, shared.outgoing.isEmpty else {
                throw PGError(.usage, "COPY … FROM STDIN was sent as one of several queries", retry: .unknown)
            }
            try FrontendMessage.copyFail("this call does not send data", into: &shared.outgoing)
            FrontendMessage.sync(into: &shared.outgoing)
        }
        channel.flush()
    }

    private func finish(_ status: PGTransactionStatus) {
        guard let machine = unsafe machine.pointee.take() else { return }
        var mustFlush = false
        var abandoned: PendingQuery?
        let query: PendingQuery? = shared.withLock { shared in
            shared.status = status
            guard let place = shared.line.popFirst() else { return nil }
            if !machine.hasClosed { shared.statements.abandon(place.request.closes) }
            if let key = place.prepares {
                if machine.hasParsed {
                    shared.statements.didPrepare(key, columns: machine.columns)
                } else {
                    shared.statements.didFailToPrepare(key)
                }
            }
            mustFlush = shared.hold == .cancelled
            if mustFlush { shared.hold = .none }
            if shared.line.isEmpty { shared.hasAbandoned = false }
            abandoned = shared.holdForAbandoned()
            return place.query
        }
        query?.answer(machine.outcome())
        if let abandoned { cancel(abandoned) }
        if mustFlush { channel.flush() }
    }

    private func note(_ message: BackendMessage) {
        guard case .parameterStatus(let name, let value) = message else { return }
        shared.withLock { shared in
            if shared.parameters.count < Self.maximumParameters || shared.parameters[name] != nil {
                shared.parameters[name] = value
            }
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
        // What the server said before it closed says more than that it closed.
        let reason = unsafe machine.pointee?.error ?? error
        let (places, actions) = shared.withLock { shared in
            if shared.closeReason == nil { shared.closeReason = reason }
            let actions = shared.onClose
            shared.onClose = []
            return (shared.line.removeAll(), actions)
        }
        unsafe machine.pointee = nil
        for place in places {
            place.query.answer(
                .failure(PGError(reason.code, reason.message, retry: .unknown, server: reason.server)))
        }
        for action in actions { action() }
    }
}
