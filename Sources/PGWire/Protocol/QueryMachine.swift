/// Follows the answer to one extended query: what each message means, what the whole of it was.
///
/// The query is `[Close …] [Parse] Bind [Describe] Execute Sync`; the answer is complete with ReadyForQuery and not
/// before, since an error can follow CommandComplete. Nothing but Sync follows Execute: a server in COPY mode takes any
/// other message for an error and then answers a Sync more than was counted. See
/// [Extended Query](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY).
struct QueryMachine {
    /// What was sent, as far as it decides what has to come back.
    struct Request: Sendable {
        /// The statements for which Close messages went ahead.
        var closes: [String] = []
        var parses = false
        /// The columns, where they are known from an earlier execution; otherwise a Describe was sent.
        var knownColumns: [PGColumn]?
    }

    enum Action {
        case none
        /// Refuse the COPY that the statement began: CopyFail and, since the server swallowed the first one, a Sync.
        case refuseCopyIn
        /// The answer is complete.
        case finished(PGTransactionStatus)
    }

    private enum Step {
        /// So many Close messages are yet to be answered.
        case closing(Int)
        case parsing
        case binding
        case describing
        case executing
        case copyingOut
        case executed
        case failed
        /// Failed because the call does not fit a COPY; what the server says of it is not the cause.
        case refused
    }

    /// How many notices are kept with a result.
    static let maximumNotices = 100

    private let request: Request
    private let maximumResultBytes: Int
    private var step: Step
    /// Whether the server has closed the statements that it was asked to.
    private(set) var hasClosed: Bool
    private(set) var hasParsed = false
    private(set) var columns: [PGColumn]?
    private(set) var error: PGError?
    private var commandTag = ""
    private var notices: [PGServerError] = []
    private var bytes: [UInt8] = []
    private var rows: [Int] = []

    /// - Parameter maximumResultBytes: How large the rows may be together; a larger result is read to its end and
    ///   reported as an error, with the connection still in order.
    init(_ request: Request, maximumResultBytes: Int) {
        self.request = request
        self.maximumResultBytes = maximumResultBytes
        columns = request.knownColumns
        hasClosed = request.closes.isEmpty
        step = .closing(request.closes.count)
        if hasClosed { beginStatement() }
    }

    private mutating func beginStatement() {
        step = request.parses ? .parsing : .binding
    }

    /// The answer, once it is complete.
    func outcome() -> Result<PGResult, PGError> {
        if let error { return .failure(error) }
        let storage = PGResult.Storage(columns: columns ?? [], bytes: bytes, rows: rows)
        return .success(PGResult(storage: storage, commandTag: commandTag, notices: notices))
    }

    /// Takes one message.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/protocolViolation`` for a message that cannot come now; the connection
    ///   is then of no further use.
    mutating func receive(tag: UInt8, payload: RawSpan) throws(PGError) -> Action {
        if tag == BackendMessage.Tag.dataRow {
            try receiveRow(payload)
            return .none
        }
        return try receive(BackendMessage.decode(tag: tag, payload: payload), tag: tag)
    }

    private mutating func receive(_ message: BackendMessage, tag: UInt8) throws(PGError) -> Action {
        switch (message, step) {
        case (.noticeResponse(let notice), _):
            if notices.count < Self.maximumNotices { notices.append(notice) }
        case (.errorResponse(let fields), .refused) where !fields.isFatal:
            break
        case (.errorResponse(let fields), _):
            error = PGError(server: fields)
            step = .failed
        case (.readyForQuery(let status), .executed), (.readyForQuery(let status), .failed),
            (.readyForQuery(let status), .refused):
            return .finished(status)
        case (.closeComplete, .closing(let count)):
            step = .closing(count - 1)
            hasClosed = count == 1
            if hasClosed { beginStatement() }
        case (.parseComplete, .parsing):
            hasParsed = true
            step = .binding
        case (.bindComplete, .binding):
            step = request.knownColumns == nil ? .describing : .executing
        case (.rowDescription(let description), .describing):
            columns = description
            step = .executing
        case (.noData, .describing):
            columns = []
            step = .executing
        case (.commandComplete(let tag), .executing), (.commandComplete(let tag), .copyingOut):
            commandTag = tag
            step = .executed
        case (.emptyQueryResponse, .executing):
            step = .executed
        case (.copyInResponse, .executing):
            refuse("COPY … FROM STDIN needs a call that sends its data")
            step = .refused
            return .refuseCopyIn
        case (.copyOutResponse, .executing):
            refuse("COPY … TO STDOUT needs a call that receives its data")
            step = .copyingOut
        case (.copyData, .copyingOut), (.copyDone, .copyingOut):
            break
        default:
            throw PGError(
                .protocolViolation,
                "The server sent \(BackendMessage.Tag.describe(tag)) where it cannot come", retry: .unknown)
        }
        return .none
    }

    private mutating func refuse(_ what: String) {
        error = PGError(.usage, what, retry: .pointless)
    }

    private mutating func receiveRow(_ payload: RawSpan) throws(PGError) {
        guard case .executing = step, let columns else {
            throw PGError(.protocolViolation, "The server sent a DataRow where it cannot come", retry: .unknown)
        }
        try DataRow.forEachCell(in: payload, columns: columns.count) { _, _, _ in }
        guard error == nil else { return }
        // A row without columns has no bytes and takes room all the same.
        let size = bytes.count + payload.byteCount + rows.count * MemoryLayout<Int>.size
        guard size <= maximumResultBytes else {
            error = PGError(
                .unexpectedResult, "The result is larger than the \(maximumResultBytes) bytes allowed",
                retry: .pointless)
            bytes = []
            rows = []
            return
        }
        rows.append(bytes.count)
        unsafe payload.extracting(2..<payload.byteCount).withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
}
