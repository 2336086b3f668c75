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
    }

    private struct Shared: ~Copyable {
        var outgoing = ByteBuffer(capacity: 4096)
        var line = FIFO<Place>()
        var statements: StatementCache
        var status = PGTransactionStatus.idle
        var parameters: [String: String]
        var closeReason: PGError?
        /// Set while a cancel request is under way, so that it cannot hit a query that is sent after it.
        var isHeld = false
        /// The earliest moment at which the loop will look for deadlines.
        var armed = MonotonicTime.distantFuture
        var onClose: [@Sendable () -> Void] = []
    }

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
        let reason = PGError(.connectionClosed, "the connection was closed", retry: .safe)
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
            try enqueue(query, pending)
            arm(deadline)
            channel.flush()
        } catch {
            pending.answer(.failure(error))
        }
    }

    private func enqueue(_ query: PGQuery, _ pending: PendingQuery) throws(PGError) {
        try shared.withLock { (shared) throws(PGError) in
            if let reason = shared.closeReason {
                throw PGError(.connectionClosed, reason.message, retry: .safe, server: reason.server)
            }
            guard shared.line.count < options.maximumPendingQueries else {
                throw PGError(
                    .usage, "\(shared.line.count) queries wait on one connection already", retry: .safe)
            }
            let start = shared.outgoing.writePosition
            do throws(PGError) {
                let place = try Self.append(query, pending, to: &shared)
                shared.line.append(place)
            } catch {
                shared.outgoing.truncate(to: start)
                throw error
            }
        }
    }

    /// Has the loop look for deadlines at `time`, unless it does so earlier anyway.
    private func arm(_ time: MonotonicTime) {
        let isEarliest = shared.withLock { shared in
            guard time < shared.armed else { return false }
            shared.armed = time
            return true
        }
        if isEarliest { loop.schedule(time, self) }
    }

    private static func append(
        _ query: PGQuery, _ pending: PendingQuery, to shared: inout Shared
    ) throws(PGError) -> Place {
        let key = StatementCache.Key(sql: query.sql, types: query.parameters.types)
        var request = QueryMachine.Request()
        var prepares: StatementCache.Key?
        var statement = ""
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
        do throws(PGError) {
            if request.parses {
                try FrontendMessage.parse(name: statement, sql: key.sql, types: key.types, into: &shared.outgoing)
            }
            try query.parameters.appendBind(statement: statement, to: &shared.outgoing)
            if request.knownColumns == nil { try FrontendMessage.describe(portal: "", into: &shared.outgoing) }
            try FrontendMessage.execute(into: &shared.outgoing)
            for name in shared.statements.takeAbandoned() {
                try FrontendMessage.close(statement: name, into: &shared.outgoing)
                request.closes.append(name)
            }
            FrontendMessage.sync(into: &shared.outgoing)
        } catch {
            if let prepares { shared.statements.didFailToPrepare(prepares) }
            throw error
        }
        return Place(query: pending, request: request, prepares: prepares)
    }

    func exchangeOutgoing(_ batch: inout ByteBuffer) {
        shared.withLock { shared in
            if !shared.isHeld { swap(&shared.outgoing, &batch) }
        }
    }

    // MARK: Giving up

    /// Stops waiting for a query's answer, and has the server stop too.
    func abandon(_ pending: PendingQuery, _ error: PGError) {
        guard pending.abandon(error, patience: options.cancelPatience) else { return }
        arm(.now + options.cancelPatience)
        cancel(pending)
    }

    /// Sends a cancel request for a query that alone is under way: with others behind it, it could hit one of those.
    private func cancel(_ pending: PendingQuery) {
        guard let cancelRequest else { return }
        let mayCancel = shared.withLock { shared in
            guard shared.closeReason == nil, !shared.isHeld, shared.line.count == 1,
                shared.line.first?.query === pending, shared.outgoing.isEmpty
            else { return false }
            shared.isHeld = true
            return true
        }
        guard mayCancel else { return }
        Task {
            do throws(PGError) {
                try await cancelRequest.send(on: loop, until: .now + options.cancelPatience)
                shared.withLock { $0.isHeld = false }
                channel.flush()
            } catch {
                // Whether the signal is still under way cannot be known: nothing may be sent any more.
                let error = error
                loop.execute { self.channel.end(error) }
            }
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
            abandon(query, PGError(.timeout, "the query took longer than its timeout allows", retry: .unknown))
        }
        if mustGiveUp {
            channel.end(PGError(.timeout, "the server did not end a cancelled query in time", retry: .unknown))
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
                    .protocolViolation, "the server sent \(BackendMessage.Tag.describe(tag)) unasked", retry: .unknown)
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
        let query: PendingQuery? = shared.withLock { shared in
            shared.status = status
            guard let place = shared.line.popFirst() else { return nil }
            // After an error the server skipped the Close messages.
            if machine.error != nil { shared.statements.abandon(place.request.closes) }
            if let key = place.prepares {
                if machine.hasParsed {
                    shared.statements.didPrepare(key, columns: machine.columns)
                } else {
                    shared.statements.didFailToPrepare(key)
                }
            }
            return place.query
        }
        query?.answer(machine.outcome())
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
        case .noticeResponse(let notice): logger.debug("notice: \(notice.severity) \(notice.message)")
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
