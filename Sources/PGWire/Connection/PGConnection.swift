public import Logging
import Synchronization

/// A session with a server.
///
/// Any number of tasks may use it at once: their queries go out in the order in which they come and are answered in that
/// order, without waiting for each other. A transaction needs a connection that nobody else uses meanwhile, as
/// ``PGPool/withTransaction(isolation:access:deferrable:retry:file:line:_:)`` lends it.
///
/// It ends with ``close()``, or when its last user lets go of it.
///
/// See [Message Flow](https://www.postgresql.org/docs/current/protocol-flow.html).
public final class PGConnection: Sendable {
    /// Bounds on what a connection does.
    public struct Options: Sendable {
        /// How long a query may take when the call does not say. Defaults to 30 seconds.
        public var queryTimeout: Duration = .seconds(30)
        /// How many prepared statements are kept; 0 behind a pooler that hands each query to another session. Defaults
        /// to 256.
        public var statementCacheCapacity = 256
        /// How many bytes of rows a result may have. Defaults to 1 GiB.
        public var maximumResultBytes = 1 << 30
        /// How long one message of the server may be. Defaults to 1 GiB.
        public var maximumMessageBytes = 1 << 30
        /// How many queries may wait for their answers at once. Defaults to 10,000.
        public var maximumPendingQueries = 10_000
        /// How long the server may take to end a query that was cancelled, before the connection is given up. Defaults to
        /// 5 seconds.
        public var cancelPatience: Duration = .seconds(5)
        /// Whether the name of a type that somebody created (`CREATE TYPE`, `CREATE DOMAIN`, an extension) is asked for
        /// where a column first has that type, so that errors tell `mood` rather than `type 16385`. It takes a query of
        /// `pg_type`, outside of transactions, once for each type of a pool or a connection. Defaults to true.
        public var looksUpTypeNames = true

        /// The defaults.
        public init() {}
    }

    let configuration: PGConfiguration
    let options: Options
    let session: Session
    let lease: Session.Lease
    private let queryTimeout: Int64

    /// Connects and authenticates.
    ///
    /// - Parameters:
    ///   - configuration: Which servers to connect to, as whom, and how.
    ///   - options: Bounds on what the connection does.
    ///   - loop: Where the connection's I/O happens.
    ///   - logger: Hears of the server's notices at debug level.
    /// - Throws: ``PGError``, within ``PGConfiguration/connectTimeout`` for each address that is tried.
    @concurrent public static func connect(
        _ configuration: PGConfiguration, options: Options = Options(), on loop: PGEventLoop = .any(),
        logger: Logger = Logger(label: "pgwire")
    ) async throws(PGError) -> PGConnection {
        try await connect(configuration, options: options, typeNames: TypeNames(), on: loop, logger: logger)
    }

    @concurrent static func connect(
        _ configuration: PGConfiguration, options: Options, typeNames: TypeNames, on loop: PGEventLoop = .any(),
        logger: Logger
    ) async throws(PGError) -> PGConnection {
        let dialer = Dialer(configuration: configuration, loop: loop, logger: logger)
        let established = try await dialer.dial()
        // That of the host which was chosen among several.
        let configuration = established.configuration
        let session = Session(
            established, configuration: configuration, options: options, typeNames: typeNames, loop: loop,
            logger: logger)
        session.start()
        return PGConnection(configuration, options, session)
    }

    init(
        _ configuration: PGConfiguration, _ options: Options, _ session: Session, lease: Session.Lease = .owner
    ) {
        self.configuration = configuration
        self.options = options
        self.session = session
        self.lease = lease
        queryTimeout = (MonotonicTime(nanoseconds: 0) + options.queryTimeout).nanoseconds
    }

    deinit {
        if lease == .owner { session.close() }
    }

    /// Runs a statement.
    ///
    /// Its parameters and its result travel in binary form. A statement is prepared once and used again by the same
    /// text; one that the server has meanwhile dropped or changed is prepared anew, which happens without notice unless
    /// a transaction is open.
    ///
    /// A task that is cancelled stops waiting within a few milliseconds, and the server is asked to stop too.
    ///
    /// - Parameters:
    ///   - query: The statement.
    ///   - timeout: How long to wait for the answer; nil is ``Options/queryTimeout``.
    /// - Returns: All of its rows, what was done, and the notices that came with them.
    /// - Throws: ``PGError``; the connection remains usable unless ``isClosed`` says otherwise.
    @discardableResult
    public func query(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> PGResult {
        let now = MonotonicTime.now
        let deadline = deadline(after: timeout, from: now)
        do throws(PGError) {
            let result = try await answer(to: .query(query), from: now, until: deadline)
            return result.hasAssignedTypes ? await naming(result) : result
        } catch {
            guard forgetStale(query, error) else { throw error }
            return await naming(try await answer(to: .query(query), from: .now, until: deadline))
        }
    }

    /// When a call has to end; nil is ``Options/queryTimeout``, without the arithmetic of durations.
    func deadline(after timeout: Duration?, from now: MonotonicTime = .now) -> MonotonicTime {
        guard let timeout else { return now.advanced(byNanoseconds: queryTimeout) }
        return now + timeout
    }

    /// Forgets what was prepared of a statement where it failed because that is of no use any more; returns whether it may
    /// be run again, which in a transaction it may not.
    func forgetStale(_ query: PGQuery, _ error: PGError) -> Bool {
        guard error.isStaleStatement, !isClosed else { return false }
        session.forget(query.statementKey)
        return transactionStatus == .idle
    }

    /// Puts something into the line and waits for its whole answer.
    func answer(
        to work: consuming Submission.Work, from now: MonotonicTime = .now, until deadline: MonotonicTime
    ) async throws(PGError) -> PGResult {
        if Task.isCancelled { throw located(Self.cancelled) }
        let pending = PendingAnswer(deadline: deadline)
        let submission = Submission(work: work, receiver: pending, lease: lease)
        let wake = await pending.wait(watching: now.advanced(byNanoseconds: Self.unwatched)) {
            session.submit(submission, deadline: $0)
        }
        if case .answer(.result(let result)) = wake { return result }
        return try await finish(pending, wake)
    }

    /// What seldom has to be done about an answer: apart, since what a suspended function needs room for it pays for at each
    /// call.
    @inline(never)
    private func finish(_ pending: PendingAnswer, _ first: PendingAnswer.Wake) async throws(PGError) -> PGResult {
        var wake = first
        if case .tick = wake {
            wake = await withTaskCancellationHandler {
                await pending.wait(watching: .distantFuture) { session.arm($0) }
            } onCancel: {
                session.abandon(pending, Self.cancelled)
            }
        }
        switch wake {
        case .answer(.result(let result)): return result
        case .answer(.failure(let error)): throw located(error)
        case .tick: preconditionFailure("a wait without a tick had one")
        }
    }

    /// For how many nanoseconds an answer is waited for before the cancellation of the task is watched, which costs as
    /// much as a query.
    private static let unwatched: Int64 = 5_000_000

    private static let cancelled = PGError(.cancelled, "The query was cancelled", retry: .unknown)

    /// The error with the server's address, where it has none.
    func located(_ error: PGError) -> PGError {
        var error = error
        error.address = error.address ?? configuration.addressDescription
        return error
    }

    /// Where the session stood when the server last said so.
    public var transactionStatus: PGTransactionStatus { isHeld ? session.transactionStatus : .idle }

    /// Whether the connection has ended, be it that it was lent by a pool and given back.
    public var isClosed: Bool { !isHeld || session.isClosed }

    /// A setting that the server reports, such as `server_version` or `TimeZone`, as it is now.
    public func parameter(_ name: String) -> String? { isHeld ? session.parameter(name) : nil }

    /// How many queries wait for their answers.
    public var pendingQueries: Int { isHeld ? session.pendingQueries : 0 }

    private var isHeld: Bool { session.isHeld(by: lease) }

    /// Calls `action` once the connection has ended, whoever ended it.
    func onClose(_ action: @escaping @Sendable () -> Void) {
        session.onClose(action)
    }

    /// Ends the session. What still waits for an answer fails.
    public func close() {
        session.close(as: lease)
    }
}

extension PGError {
    /// Whether a prepared statement was gone (26000) or its columns had changed (0A000).
    var isStaleStatement: Bool {
        guard let server else { return false }
        return server.sqlState == "26000"
            || server.sqlState == "0A000" && server[.routine]?.utf8.elementsEqual("RevalidateCachedQuery".utf8) == true
    }
}
