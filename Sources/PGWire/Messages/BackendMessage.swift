/// A message from the server.
///
/// See [Message Formats](https://www.postgresql.org/docs/current/protocol-message-formats.html). A DataRow is none of
/// the cases: ``DataRow`` reads it in place.
enum BackendMessage: Sendable, Equatable {
    case authentication(Authentication)
    case backendKeyData(processID: Int32, secretKey: [UInt8])
    case bindComplete
    case closeComplete
    case commandComplete(tag: String)
    case copyBothResponse(CopyResponse)
    case copyData([UInt8])
    case copyDone
    case copyInResponse(CopyResponse)
    case copyOutResponse(CopyResponse)
    case emptyQueryResponse
    case errorResponse(PGServerError)
    /// The function's result, or nil for NULL.
    case functionCallResponse([UInt8]?)
    /// The newest protocol version that the server speaks, and the options of the startup that it did not know.
    case negotiateProtocolVersion(newest: Int32, unsupported: [String])
    case noData
    case noticeResponse(PGServerError)
    case notificationResponse(processID: Int32, channel: String, payload: String)
    case parameterDescription([PGType])
    case parameterStatus(name: String, value: String)
    case parseComplete
    case portalSuspended
    case readyForQuery(PGTransactionStatus)
    case rowDescription([PGColumn])
}

extension BackendMessage {
    /// Reads one message.
    ///
    /// - Parameter payload: what follows the header, whole.
    /// - Throws: ``PGError/Code/protocolViolation`` where the payload is not exactly one such message, and for a
    ///   DataRow, which is due only where rows are read.
    static func decode(tag: UInt8, payload: RawSpan) throws(PGError) -> BackendMessage {
        do throws(ByteReader.Failure) {
            return try decodeFields(tag: tag, payload: payload)
        } catch {
            throw malformed(tag: tag, error)
        }
    }

    private static func decodeFields(tag: UInt8, payload: RawSpan) throws(ByteReader.Failure) -> BackendMessage {
        switch tag {
        case Tag.authentication: return .authentication(try Authentication(payload: payload))
        case Tag.backendKeyData: return try backendKeyData(payload)
        case Tag.bindComplete: return try empty(.bindComplete, payload)
        case Tag.closeComplete: return try empty(.closeComplete, payload)
        case Tag.commandComplete: return try commandComplete(payload)
        case Tag.copyBothResponse: return .copyBothResponse(try CopyResponse(payload: payload))
        case Tag.copyData: return .copyData(payload.array)
        case Tag.copyDone: return try empty(.copyDone, payload)
        case Tag.copyInResponse: return .copyInResponse(try CopyResponse(payload: payload))
        case Tag.copyOutResponse: return .copyOutResponse(try CopyResponse(payload: payload))
        case Tag.emptyQueryResponse: return try empty(.emptyQueryResponse, payload)
        case Tag.errorResponse: return .errorResponse(try PGServerError(payload: payload))
        case Tag.functionCallResponse: return try functionCallResponse(payload)
        case Tag.negotiateProtocolVersion: return try negotiateProtocolVersion(payload)
        case Tag.noData: return try empty(.noData, payload)
        case Tag.noticeResponse: return .noticeResponse(try PGServerError(payload: payload))
        case Tag.notificationResponse: return try notificationResponse(payload)
        case Tag.parameterDescription: return try parameterDescription(payload)
        case Tag.parameterStatus: return try parameterStatus(payload)
        case Tag.parseComplete: return try empty(.parseComplete, payload)
        case Tag.portalSuspended: return try empty(.portalSuspended, payload)
        case Tag.readyForQuery: return try readyForQuery(payload)
        case Tag.rowDescription: return .rowDescription(try PGColumn.decodeRowDescription(payload))
        default: throw .invalidValue
        }
    }

    /// The error for a message that broke its format.
    static func malformed(tag: UInt8, _ failure: ByteReader.Failure) -> PGError {
        let name = Tag.describe(tag)
        let message =
            switch failure {
            case .truncated: "The server sent a \(name) that is too short for what it announces"
            case .unterminatedString: "The server sent a \(name) with a string that does not end"
            case .invalidUTF8: "The server sent a \(name) with text that is not UTF-8"
            case .trailingBytes: "The server sent a \(name) that goes on after its end"
            case .invalidValue:
                Tag.isKnown(tag) && tag != Tag.dataRow
                    ? "The server sent a \(name) with a value that it cannot have"
                    : "The server sent a \(name) where none was due"
            }
        return PGError(.protocolViolation, message, retry: .unknown)
    }

    // MARK: The fields of each message

    private static func empty(
        _ message: BackendMessage, _ payload: RawSpan
    ) throws(ByteReader.Failure) -> BackendMessage {
        guard payload.byteCount == 0 else { throw .trailingBytes }
        return message
    }

    private static func backendKeyData(_ payload: RawSpan) throws(ByteReader.Failure) -> BackendMessage {
        var reader = ByteReader(payload)
        let processID = try reader.read(Int32.self)
        // Four bytes in protocol 3.0, four to 256 in 3.2.
        guard reader.remaining >= 4 else { throw .truncated }
        guard reader.remaining <= 256 else { throw .trailingBytes }
        let secretKey = try reader.readBytes(reader.remaining).array
        return .backendKeyData(processID: processID, secretKey: secretKey)
    }

    private static func commandComplete(_ payload: RawSpan) throws(ByteReader.Failure) -> BackendMessage {
        .commandComplete(tag: try commandTag(payload))
    }

    private static func commandTag(_ payload: RawSpan) throws(ByteReader.Failure) -> String {
        var reader = ByteReader(payload)
        let tag = try reader.readCString()
        try reader.finish()
        return tag
    }

    /// Reads a CommandComplete alone.
    ///
    /// - Parameter likely: What its tag most likely is: to compare takes a fourth of what it takes to make a string.
    static func decodeCommandTag(_ payload: RawSpan, likely: String) throws(PGError) -> String {
        if payload.isCString(likely) { return likely }
        do throws(ByteReader.Failure) {
            return try commandTag(payload)
        } catch {
            throw malformed(tag: Tag.commandComplete, error)
        }
    }

    /// Reads a ReadyForQuery alone.
    static func decodeStatus(_ payload: RawSpan) throws(PGError) -> PGTransactionStatus {
        do throws(ByteReader.Failure) {
            return try status(payload)
        } catch {
            throw malformed(tag: Tag.readyForQuery, error)
        }
    }

    private static func functionCallResponse(_ payload: RawSpan) throws(ByteReader.Failure) -> BackendMessage {
        var reader = ByteReader(payload)
        let length = Int(try reader.read(Int32.self))
        guard length >= -1 else { throw .invalidValue }
        let result: [UInt8]? = length == -1 ? nil : try reader.readBytes(length).array
        try reader.finish()
        return .functionCallResponse(result)
    }

    private static func negotiateProtocolVersion(_ payload: RawSpan) throws(ByteReader.Failure) -> BackendMessage {
        var reader = ByteReader(payload)
        let newest = try reader.read(Int32.self)
        let count = Int(try reader.read(Int32.self))
        guard count >= 0 else { throw .invalidValue }
        // Each option takes a byte at least.
        guard count <= reader.remaining else { throw .truncated }
        var options: [String] = []
        for _ in 0..<count { options.append(try reader.readCString()) }
        try reader.finish()
        return .negotiateProtocolVersion(newest: newest, unsupported: options)
    }

    private static func notificationResponse(_ payload: RawSpan) throws(ByteReader.Failure) -> BackendMessage {
        var reader = ByteReader(payload)
        let processID = try reader.read(Int32.self)
        let channel = try reader.readCString()
        let text = try reader.readCString()
        try reader.finish()
        return .notificationResponse(processID: processID, channel: channel, payload: text)
    }

    private static func parameterDescription(_ payload: RawSpan) throws(ByteReader.Failure) -> BackendMessage {
        var reader = ByteReader(payload)
        let count = Int(try reader.read(UInt16.self))
        guard count * MemoryLayout<UInt32>.size <= reader.remaining else { throw .truncated }
        var types: [PGType] = []
        types.reserveCapacity(count)
        for _ in 0..<count { types.append(PGType(rawValue: try reader.read(UInt32.self))) }
        try reader.finish()
        return .parameterDescription(types)
    }

    private static func parameterStatus(_ payload: RawSpan) throws(ByteReader.Failure) -> BackendMessage {
        var reader = ByteReader(payload)
        let name = try reader.readCString()
        let value = try reader.readCString()
        try reader.finish()
        return .parameterStatus(name: name, value: value)
    }

    private static func readyForQuery(_ payload: RawSpan) throws(ByteReader.Failure) -> BackendMessage {
        .readyForQuery(try status(payload))
    }

    private static func status(_ payload: RawSpan) throws(ByteReader.Failure) -> PGTransactionStatus {
        var reader = ByteReader(payload)
        guard let status = PGTransactionStatus(rawValue: try reader.read(UInt8.self)) else { throw .invalidValue }
        try reader.finish()
        return status
    }
}
