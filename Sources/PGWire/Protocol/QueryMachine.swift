/// Follows the server's answer to one ``QueryRequest``: what each message means, what the whole of it was.
///
/// The answer is complete with ReadyForQuery and not before, since an error can follow CommandComplete. In the extended
/// protocol nothing but Sync follows Execute: a server in COPY mode takes any other message for an error and then answers
/// a Sync more than was counted. See
/// [Message Flow](https://www.postgresql.org/docs/current/protocol-flow.html).
struct QueryMachine: ~Copyable {
    enum Action {
        case none
        /// What is streamed begins, as ``QueryMachine/opening`` says.
        case begun
        /// Refuse the COPY that the statement began, with CopyFail, and, where the server swallowed the first one, a Sync.
        case refuseCopyIn(needsSync: Bool)
        /// The answer to a statement of a pipeline is complete.
        case statementDone
        /// The answer is complete.
        case finished(PGTransactionStatus)
    }

    fileprivate enum Step {
        /// So many Close messages are yet to be answered.
        case closing(Int)
        case parsing
        case binding
        case describing
        case executing
        case copyingIn
        case copyingOut
        case executed
        case failed
        /// Failed because the call does not fit a COPY; what the server says of it is not the cause.
        case refused
    }

    /// How many notices are kept with a result.
    static let maximumNotices = 100

    /// How many results a simple query may have.
    static let maximumResults = 10_000

    private var request: QueryRequest
    private let maximumResultBytes: Int
    private var step: Step
    /// Whether the server has closed the statements that it was asked to.
    private(set) var hasClosed: Bool
    private(set) var hasParsed = false
    /// What a RowDescription has said.
    private var described: [PGColumn]?
    private var failure: KeptError?
    private(set) var opening: StreamOpening?
    /// Whether a statement dropped all prepared ones.
    private(set) var hasDroppedStatements = false
    private var isSuspended = false
    private var hasBegunCopy = false
    private var commandTag = ""
    /// The tag of the answer before, which most often is that of this one too.
    private var lastCommandTag = ""
    private var notices: [PGServerError] = []
    private var rows = RowBatch()
    private var copied: [UInt8] = []
    private var totalBytes = 0
    private var results: [PGResult] = []

    /// - Parameter maximumResultBytes: How large the rows may be together; a larger result is read to its end and
    ///   reported as an error, with the connection still in order. Streams have no limit.
    init(_ request: QueryRequest, maximumResultBytes: Int) {
        self.request = request
        self.maximumResultBytes = maximumResultBytes
        hasClosed = request.closes.isEmpty
        step = request.firstStep
    }

    /// Follows the answer to another request from here on, as a new machine does.
    ///
    /// Most answers leave nothing behind but their command tag, and to find that out takes less than to make all anew.
    mutating func restart(_ next: consuming QueryRequest) {
        request = next
        described = nil
        hasClosed = request.closes.isEmpty
        step = request.firstStep
        hasParsed = false
        hasDroppedStatements = false
        isSuspended = false
        hasBegunCopy = false
        totalBytes = 0
        commandTag = ""
        if failure != nil { failure = nil }
        if opening != nil { opening = nil }
        if !notices.isEmpty { notices = [] }
        if !rows.isEmpty { rows = RowBatch() }
        if !copied.isEmpty { copied = [] }
        if !results.isEmpty { results = [] }
    }

    var columns: [PGColumn]? { described ?? request.knownColumns }

    // MARK: The answer

    /// What the statement, or one of several, failed with.
    private(set) var error: PGError? {
        get { failure?.error }
        set { failure = newValue.map(KeptError.init) }
    }

    /// Takes the answer to one statement, once it is complete.
    mutating func takeOutcome() -> QueryOutcome {
        if let error { return .failure(error) }
        return .result(takeResult())
    }

    /// Takes the answers to all statements, once the whole is complete.
    mutating func takeOutcomes() -> Result<[PGResult], PGError> {
        if let error { return .failure(error) }
        return .success(request.kind == .simple ? results : [takeResult()])
    }

    private mutating func takeResult() -> PGResult {
        var taken = RowBatch()
        swap(&taken, &rows)
        return PGResult(
            storage: PGResult.Storage(
                columns: columns ?? [], rows: taken, commandTag: commandTag, notices: notices,
                isSuspended: isSuspended))
    }

    /// Takes the streamed rows or bytes that have come since the last time.
    mutating func takeStreamed() -> StreamChunk? {
        if request.isStreamed, !rows.isEmpty {
            defer { rows = RowBatch() }
            return .rows(PGResult.Storage(columns: columns ?? [], rows: rows))
        }
        guard !copied.isEmpty else { return nil }
        defer { copied = [] }
        return .bytes(copied)
    }

    // MARK: Messages

    /// Takes one message.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/protocolViolation`` for a message that cannot come now; the connection
    ///   is then of no further use.
    mutating func receive(tag: UInt8, payload: RawSpan) throws(PGError) -> Action {
        // What nearly every answer is made of is read in place.
        switch (tag, step) {
        case (BackendMessage.Tag.dataRow, _):
            try receiveRow(payload)
            return .none
        case (BackendMessage.Tag.bindComplete, .binding) where payload.byteCount == 0:
            step = request.stepAfterBinding
            return begin()
        case (BackendMessage.Tag.commandComplete, .executing):
            return complete(try BackendMessage.decodeCommandTag(payload, likely: lastCommandTag))
        case (BackendMessage.Tag.readyForQuery, .executed) where request.endsWithReady:
            return .finished(try BackendMessage.decodeStatus(payload))
        default:
            return try receiveOther(tag: tag, payload: payload)
        }
    }

    private mutating func receiveOther(tag: UInt8, payload: RawSpan) throws(PGError) -> Action {
        switch tag {
        case BackendMessage.Tag.copyData:
            guard case .copyingOut = step else { throw Self.misplaced(tag) }
            if failure == nil { unsafe payload.withUnsafeBytes { unsafe copied.append(contentsOf: $0) } }
            return .none
        default:
            return try receive(BackendMessage.decode(tag: tag, payload: payload), tag: tag)
        }
    }

    private mutating func receive(_ message: BackendMessage, tag: UInt8) throws(PGError) -> Action {
        switch (message, step) {
        case (.noticeResponse(let notice), _):
            note(notice)
        case (.errorResponse(let fields), .refused) where !fields.isFatal:
            break
        case (.errorResponse(let fields), _):
            return fail(PGError(server: fields))
        case (.readyForQuery(let status), .executed), (.readyForQuery(let status), .failed),
            (.readyForQuery(let status), .refused):
            guard request.endsWithReady else { throw Self.misplaced(tag) }
            return .finished(status)
        case (.readyForQuery(let status), .executing) where request.kind == .simple:
            return .finished(status)
        case (.closeComplete, .closing(let count)):
            step = count == 1 ? request.stepAfterClosing : .closing(count - 1)
            hasClosed = count == 1
        case (.parseComplete, .parsing):
            hasParsed = true
            step = .binding
        case (.rowDescription(let description), .describing):
            described = description
            step = request.stepAfterDescribing
            return begin()
        case (.noData, .describing):
            described = []
            step = request.stepAfterDescribing
            return begin()
        case (.rowDescription(let description), .executing) where request.kind == .simple:
            described = description
        default:
            return try receiveEnd(message, tag: tag)
        }
        return .none
    }

    private mutating func receiveEnd(_ message: BackendMessage, tag: UInt8) throws(PGError) -> Action {
        switch (message, step) {
        case (.commandComplete(let tag), .executing), (.commandComplete(let tag), .copyingOut),
            (.commandComplete(let tag), .copyingIn):
            return complete(tag)
        case (.emptyQueryResponse, .executing):
            return complete("")
        case (.portalSuspended, .executing) where request.hasRowLimit:
            isSuspended = true
            return complete("")
        case (.copyInResponse(let response), .executing):
            return receiveCopyIn(response)
        case (.copyOutResponse(let response), .executing):
            return receiveCopyOut(response)
        case (.copyDone, .copyingOut):
            return .none
        default:
            throw Self.misplaced(tag)
        }
    }

    private static func misplaced(_ tag: UInt8) -> PGError {
        PGError(
            .protocolViolation, "The server sent \(BackendMessage.Tag.describe(tag)) where it cannot come",
            retry: .unknown)
    }

    private mutating func begin() -> Action {
        guard request.isStreamed, case .executing = step else {
            if case .executed = step, !request.endsWithReady { return .statementDone }
            return .none
        }
        opening = .rows(columns ?? [])
        return .begun
    }

    private mutating func complete(_ tag: String) -> Action {
        commandTag = tag
        lastCommandTag = tag
        if tag.utf8.first == UInt8(ascii: "D"), tag == "DISCARD ALL" || tag == "DEALLOCATE ALL" {
            hasDroppedStatements = true
        }
        guard request.kind == .simple else {
            step = .executed
            return request.endsWithReady ? .none : .statementDone
        }
        step = .executing
        if request.copy != .refused, failure == nil, !hasBegunCopy {
            refuse("The statement is no COPY of the kind that this call is for")
        }
        keepResult(isEmpty: tag.isEmpty)
        return .none
    }

    /// Keeps the result of one of a simple query's statements.
    private mutating func keepResult(isEmpty: Bool) {
        if failure == nil, !isEmpty, results.count < Self.maximumResults { results.append(takeResult()) }
        rows = RowBatch()
        described = nil
        notices = []
    }

    private mutating func fail(_ cause: PGError) -> Action {
        error = cause
        step = .failed
        return request.endsWithReady ? .none : .statementDone
    }

    private mutating func note(_ notice: PGServerError) {
        if notices.count < Self.maximumNotices { notices.append(notice) }
        guard notice.isUnreplicatedCommit, failure == nil else { return }
        error = PGError(unreplicated: notice)
    }

    // MARK: COPY and rows

    private mutating func receiveCopyIn(_ response: CopyResponse) -> Action {
        guard request.copy == .input, canBeginCopy else {
            refuse("COPY … FROM STDIN needs a call of its own that sends its data")
            step = .refused
            return .refuseCopyIn(needsSync: request.kind == .extended)
        }
        step = .copyingIn
        hasBegunCopy = true
        opening = .copy(response)
        return .begun
    }

    private mutating func receiveCopyOut(_ response: CopyResponse) -> Action {
        step = .copyingOut
        guard request.copy == .output, canBeginCopy else {
            refuse("COPY … TO STDOUT needs a call of its own that receives its data")
            return .none
        }
        hasBegunCopy = true
        opening = .copy(response)
        return .begun
    }

    private var canBeginCopy: Bool { failure == nil && !hasBegunCopy }

    private mutating func refuse(_ what: String) {
        error = PGError(.usage, what, retry: .pointless)
    }

    private mutating func receiveRow(_ payload: RawSpan) throws(PGError) {
        guard case .executing = step, let columns else { throw Self.misplaced(BackendMessage.Tag.dataRow) }
        try DataRow.check(payload, columns: columns.count)
        guard failure == nil else { return }
        // A row without columns has no bytes and takes room all the same.
        totalBytes += payload.byteCount + MemoryLayout<Int>.size
        guard request.isStreamed || totalBytes <= maximumResultBytes else {
            error = PGError(
                .unexpectedResult, "The result is larger than the \(maximumResultBytes) bytes allowed",
                retry: .pointless)
            rows = RowBatch()
            results = []
            return
        }
        rows.append(payload.extracting(2..<payload.byteCount))
    }
}

extension QueryRequest {
    fileprivate var firstStep: QueryMachine.Step {
        switch kind {
        case .extended:
            let closes = closes.count + (closesPortal ? 1 : 0)
            return closes == 0 ? stepAfterClosing : .closing(closes)
        case .simple: return .executing
        case .sync: return .executed
        }
    }

    fileprivate var stepAfterClosing: QueryMachine.Step {
        if parses { return .parsing }
        return binds ? .binding : stepAfterBinding
    }

    fileprivate var stepAfterBinding: QueryMachine.Step { knownColumns == nil ? .describing : stepAfterDescribing }

    fileprivate var stepAfterDescribing: QueryMachine.Step { executes ? .executing : .executed }
}
