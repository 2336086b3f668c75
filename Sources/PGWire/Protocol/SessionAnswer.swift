/// Reads the answer to a ``SessionQuestion``, up to ReadyForQuery.
struct SessionAnswer: Sendable {
    /// More messages than such an answer has, with settings reported and notices between them.
    private static let maximumMessages = 1_000

    private let question: SessionQuestion
    private var answer: Bool?
    private var failure: PGError?
    private var messages = 0

    /// The settings that the server reported meanwhile.
    private(set) var parameterStatus: [String: String] = [:]

    init(to question: SessionQuestion) {
        self.question = question
    }

    /// Takes the server's next message; nil while the answer is not complete.
    ///
    /// - Throws: ``PGError`` where the server refuses to answer, or answers something else.
    mutating func receive(tag: UInt8, payload: RawSpan) throws(PGError) -> Bool? {
        messages += 1
        guard messages <= Self.maximumMessages else { throw Self.unexpected }
        if tag == BackendMessage.Tag.dataRow {
            try receiveRow(payload)
            return nil
        }
        switch try BackendMessage.decode(tag: tag, payload: payload) {
        case .rowDescription, .commandComplete, .noticeResponse: return nil
        case .parameterStatus(let name, let value):
            parameterStatus[name] = value
            return nil
        case .errorResponse(let error):
            if error.isFatal { throw PGError(server: error) }
            failure = PGError(server: error)
            return nil
        case .readyForQuery(.idle):
            if let failure { throw failure }
            guard let answer else { throw Self.unexpected }
            return answer
        default: throw Self.unexpected
        }
    }

    private mutating func receiveRow(_ payload: RawSpan) throws(PGError) {
        var place: Range<Int>?
        try DataRow.forEachCell(in: payload, columns: 1) { _, offset, length in
            if length >= 0 { place = offset..<(offset + length) }
        }
        guard answer == nil, let place, let value = question.answer(payload.extracting(place).array) else {
            throw Self.unexpected
        }
        answer = value
    }

    private static var unexpected: PGError {
        PGError(
            .protocolViolation, "The server did not answer whether it is a standby or takes writes", retry: .pointless)
    }
}
