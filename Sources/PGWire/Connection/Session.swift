import Logging
import Synchronization

/// The running part of a connection: one lock over the line of what waits for its answer, and a reader that belongs to
/// the loop.
///
/// Nothing is sent and no task resumed while the lock is held.
@safe final class Session: ChannelDelegate, @unchecked Sendable {
    // @unchecked Sendable: `reading` belongs to the loop's thread; everything else is immutable or guarded by `shared`.

    struct Shared: ~Copyable {
        var line: SessionLine
        var status = PGTransactionStatus.idle
        var parameters: [String: String]
        var closeReason: KeptError?
        /// Who may use the session, and who did so last.
        var lease = Lease.owner
        var lastLease = Lease.owner
        /// The earliest moment at which the loop will look for deadlines.
        var armed = MonotonicTime.distantFuture
        var onClose: [@Sendable () -> Void] = []
        var subscribers: [Subscriber] = []
    }

    /// Somebody who reads notifications, as long as he is there.
    struct Subscriber {
        weak var queue: NotificationQueue?
    }

    /// The answer that is being read, if one is.
    struct Reading: ~Copyable {
        var machine: QueryMachine
        var place: (any AnswerReceiver)?
        var isStreamed = false
    }

    let loop: PGEventLoop
    let channel: Channel
    private let deadlines: ChannelDeadline
    let shared: Mutex<Shared>
    let reading: UnsafeMutablePointer<Reading>
    let options: PGConnection.Options
    let typeNames: TypeNames
    let cancelRequest: CancelRequest?
    let logger: Logger
    private let portals = Atomic<Int>(0)

    init(
        _ established: consuming Dialer.Established, configuration: PGConfiguration, options: PGConnection.Options,
        typeNames: TypeNames, loop: PGEventLoop, logger: Logger
    ) {
        self.loop = loop
        self.options = options
        self.typeNames = typeNames
        self.logger = logger
        let session = established.session
        let route = established.route
        cancelRequest = session.cancelKey.map { CancelRequest(configuration: configuration, route: route, key: $0) }
        shared = Mutex(
            Shared(
                line: SessionLine(statements: StatementCache(capacity: options.statementCacheCapacity)),
                parameters: session.parameterStatus))
        unsafe reading = .allocate(capacity: 1)
        unsafe reading.initialize(
            to: Reading(machine: QueryMachine(QueryRequest(), maximumResultBytes: options.maximumResultBytes)))
        channel = Channel(loop: loop, parts: established.takeParts())
        deadlines = ChannelDeadline(channel)
    }

    deinit {
        unsafe reading.deinitialize(count: 1)
        unsafe reading.deallocate()
    }

    func start() {
        loop.execute { [self] in
            channel.start(self)
            // A deadline that came before the channel had somebody to tell is looked at now.
            deadlineReached(.now)
        }
    }

    var transactionStatus: PGTransactionStatus { shared.withLock { $0.status } }
    var closeReason: PGError? { shared.withLock { $0.closeReason?.error } }
    var isClosed: Bool { shared.withLock { $0.closeReason != nil } }
    var pendingQueries: Int { shared.withLock { $0.line.count } }

    /// Whether the server waits for something to do, and nobody for the server.
    var isAtRest: Bool { shared.withLock { $0.status == .idle && $0.line.isEmpty } }

    func parameter(_ name: String) -> String? { shared.withLock { $0.parameters[name] } }

    func nextPortalName() -> String {
        "pgwire_portal_\(portals.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    func forget(_ key: StatementCache.Key) {
        shared.withLock { $0.line.statements.forget(key) }
    }

    /// Calls `action` on the loop once the session has ended; at once where it has.
    func onClose(_ action: @escaping @Sendable () -> Void) {
        let isClosed = shared.withLock { shared in
            if shared.closeReason == nil { shared.onClose.append(action) }
            return shared.closeReason != nil
        }
        if isClosed { action() }
    }

    /// Ends the session, unless another than the one who calls has it.
    func close(as lease: Lease = .owner) {
        let reason = PGError(.connectionClosed, "The connection was closed", retry: .safe)
        let isFirst = shared.withLock { shared in
            guard shared.closeReason == nil, lease == .owner || lease == shared.lease else { return false }
            shared.closeReason = KeptError(reason)
            shared.line.terminate()
            return true
        }
        if isFirst { channel.close(reason) }
    }

    /// Hands all notifications that come from now on to `queue`, as long as somebody holds it.
    func subscribe(_ queue: NotificationQueue, as lease: Lease) {
        let reason: PGError? = shared.withLock { shared in
            guard lease == shared.lease else { return .leaseEnded }
            shared.subscribers.removeAll { $0.queue == nil }
            shared.subscribers.append(Subscriber(queue: queue))
            return shared.closeReason?.error
        }
        if let reason { queue.end(reason) }
    }

    // MARK: Sending

    /// Puts something into the line, its messages behind those that are there.
    func submit(_ submission: Submission, deadline: MonotonicTime) {
        do {
            let waiting = try enqueue(submission, deadline)
            guard waiting > 0 else { return }
            channel.flush()
            if waiting >= Self.earlySend { channel.flushEarly() }
        } catch {
            submission.receiver.fail(error)
        }
    }

    /// How many bytes are sent before the turn ends, so that the server begins with a long pipeline while the rest of it
    /// is made. With less, the changes between processes take longer than that saves.
    private static let earlySend = 16 << 10

    /// Returns how many bytes wait to be sent, and 0 where nobody waits for the answer any more.
    private func enqueue(_ submission: Submission, _ deadline: MonotonicTime) throws(PGError) -> Int {
        let (waiting, isEarlier) = try shared.withLock { (shared) throws(PGError) -> (Int, Bool) in
            if let reason = shared.closeReason?.error {
                throw PGError(.connectionClosed, reason.message, retry: .safe, server: reason.server)
            }
            guard submission.isWanted else { return (0, false) }
            // A pipeline that has begun needs its end before anybody else can be given the session.
            let isEnd = submission.isEndOfPipeline && shared.line.isOpen(submission.pipeline)
            guard submission.lease == shared.lease || isEnd else { throw .leaseEnded }
            try shared.line.submit(submission, limit: options.maximumPendingQueries)
            return (max(1, shared.line.outgoing.count), Self.arm(&shared, deadline))
        }
        if isEarlier { loop.schedule(deadline, deadlines) }
        return waiting
    }

    /// Has the loop look for deadlines at a moment, unless it does so earlier.
    func arm(_ deadline: MonotonicTime) {
        let isEarlier = shared.withLock { Self.arm(&$0, deadline) }
        if isEarlier { loop.schedule(deadline, deadlines) }
    }

    private static func arm(_ shared: inout Shared, _ deadline: MonotonicTime) -> Bool {
        guard deadline < shared.armed else { return false }
        shared.armed = deadline
        return true
    }

    func exchangeOutgoing(_ batch: inout ByteBuffer, isEarly: Bool) {
        let (abandoned, copying) = shared.withLock { shared in
            (shared.line.exchangeOutgoing(&batch, isEarly: isEarly), shared.line.copying)
        }
        copying?.makeRoom()
        if let abandoned { cancel(abandoned) }
    }

    // MARK: COPY

    /// How many bytes of a COPY may wait to be sent before its writer has to wait.
    static let copyHighWater = 256 << 10

    /// Appends whole CopyData messages to what is to be sent, and empties the buffer; false where the COPY has ended.
    func sendCopyData(_ messages: inout ByteBuffer, of stream: PendingStream) -> Bool {
        let isOpen = shared.withLock { $0.line.appendCopyData(&messages, of: stream) }
        if isOpen { channel.flush() }
        return isOpen
    }

    /// Whether a COPY's writer may go on at once.
    var hasRoomForCopyData: Bool { shared.withLock { $0.line.outgoing.count < Self.copyHighWater } }

    func endCopy(of stream: PendingStream) {
        shared.withLock { $0.line.endCopy(of: stream) }
        channel.flush()
    }
}
