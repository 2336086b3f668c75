@testable import PGWire

/// One message of each kind, as bytes and as the value that they stand for.
struct BackendSample: Sendable, CustomStringConvertible {
    var name: String
    var tag: UInt8
    var payload: [UInt8]
    var message: BackendMessage
    /// Whether the payload says where it ends, so that any other length is malformed. The rest end in bytes that take
    /// what the frame leaves.
    var endsItself = true

    var description: String { name }

    init(_ name: String, _ tag: Character, _ fields: Field..., gives message: BackendMessage, endsItself: Bool = true) {
        self.name = name
        self.tag = tag.asciiValue ?? 0
        self.payload = encode(fields)
        self.message = message
        self.endsItself = endsItself
    }

    static let all: [BackendSample] = [
        BackendSample("AuthenticationOk", "R", .int32(0), gives: .authentication(.ok)),
        BackendSample("AuthenticationCleartextPassword", "R", .int32(3), gives: .authentication(.cleartextPassword)),
        BackendSample(
            "AuthenticationMD5Password", "R", .int32(5), .bytes([1, 2, 3, 4]),
            gives: .authentication(.md5(salt: [1, 2, 3, 4]))),
        BackendSample(
            "AuthenticationSASL", "R", .int32(10), .string("SCRAM-SHA-256-PLUS"), .string("SCRAM-SHA-256"), .string(""),
            gives: .authentication(.sasl(mechanisms: ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]))),
        BackendSample(
            "AuthenticationSASLContinue", "R", .int32(11), .bytes([7, 8]),
            gives: .authentication(.saslContinue([7, 8])), endsItself: false),
        BackendSample(
            "AuthenticationSASLFinal", "R", .int32(12), .bytes([9]),
            gives: .authentication(.saslFinal([9])), endsItself: false),
        BackendSample(
            "AuthenticationGSS", "R", .int32(7), gives: .authentication(.unsupported(code: 7)), endsItself: false),
        BackendSample(
            "BackendKeyData", "K", .int32(4711), .bytes([1, 2, 3, 4]),
            gives: .backendKeyData(processID: 4711, secretKey: [1, 2, 3, 4]), endsItself: false),
        BackendSample("BindComplete", "2", gives: .bindComplete),
        BackendSample("CloseComplete", "3", gives: .closeComplete),
        BackendSample("CommandComplete", "C", .string("INSERT 0 1"), gives: .commandComplete(tag: "INSERT 0 1")),
        BackendSample(
            "CopyBothResponse", "W", .int8(0), .int16(0),
            gives: .copyBothResponse(CopyResponse(format: .text, columnFormats: []))),
        BackendSample("CopyData", "d", .bytes([1, 2]), gives: .copyData([1, 2]), endsItself: false),
        BackendSample("CopyDone", "c", gives: .copyDone),
        BackendSample(
            "CopyInResponse", "G", .int8(1), .int16(2), .int16(1), .int16(1),
            gives: .copyInResponse(CopyResponse(format: .binary, columnFormats: [.binary, .binary]))),
        BackendSample(
            "CopyOutResponse", "H", .int8(0), .int16(1), .int16(0),
            gives: .copyOutResponse(CopyResponse(format: .text, columnFormats: [.text]))),
        BackendSample("EmptyQueryResponse", "I", gives: .emptyQueryResponse),
        BackendSample(
            "ErrorResponse", "E", .int8(0x53), .string("FEHLER"), .int8(0x56), .string("ERROR"), .int8(0x43),
            .string("23505"), .int8(0x4D), .string("doppelt"), .int8(0),
            gives: .errorResponse(
                PGServerError(fields: [0x53: "FEHLER", 0x56: "ERROR", 0x43: "23505", 0x4D: "doppelt"]))),
        BackendSample(
            "FunctionCallResponse", "V", .int32(2), .bytes([5, 6]), gives: .functionCallResponse([5, 6])),
        BackendSample("FunctionCallResponse of NULL", "V", .int32(-1), gives: .functionCallResponse(nil)),
        BackendSample(
            "NegotiateProtocolVersion", "v", .int32(196_608), .int32(2), .string("_pq_.a"), .string("_pq_.b"),
            gives: .negotiateProtocolVersion(newest: 196_608, unsupported: ["_pq_.a", "_pq_.b"])),
        BackendSample("NoData", "n", gives: .noData),
        BackendSample(
            "NoticeResponse", "N", .int8(0x4D), .string("note"), .int8(0),
            gives: .noticeResponse(PGServerError(fields: [0x4D: "note"]))),
        BackendSample(
            "NotificationResponse", "A", .int32(12), .string("orders"), .string("new"),
            gives: .notificationResponse(processID: 12, channel: "orders", payload: "new")),
        BackendSample(
            "ParameterDescription", "t", .int16(2), .int32(20), .int32(-1),
            gives: .parameterDescription([PGType(rawValue: 20), PGType(rawValue: 0xFFFF_FFFF)])),
        BackendSample(
            "ParameterStatus", "S", .string("TimeZone"), .string("UTC"),
            gives: .parameterStatus(name: "TimeZone", value: "UTC")),
        BackendSample("ParseComplete", "1", gives: .parseComplete),
        BackendSample("PortalSuspended", "s", gives: .portalSuspended),
        BackendSample("ReadyForQuery", "Z", .int8(0x54), gives: .readyForQuery(.inTransaction)),
        BackendSample(
            "RowDescription", "T", .int16(2),
            .string("id"), .int32(16_384), .int16(1), .int32(20), .int16(8), .int32(-1), .int16(1),
            .string(""), .int32(0), .int16(0), .int32(25), .int16(-1), .int32(-1), .int16(0),
            gives: .rowDescription([
                PGColumn(
                    name: "id", tableOID: 16_384, columnNumber: 1, type: PGType(rawValue: 20), typeSize: 8,
                    typeModifier: -1, format: .binary),
                PGColumn(name: "", type: PGType(rawValue: 25), typeSize: -1, typeModifier: -1, format: .text),
            ])),
    ]
}

/// A field of a message that a test makes up.
enum Field: Sendable {
    case int8(Int8)
    case int16(Int16)
    case int32(Int32)
    case string(String)
    case bytes([UInt8])
}

/// The fields one after the other.
func encode(_ fields: [Field]) -> [UInt8] {
    var buffer = ByteBuffer()
    for field in fields {
        switch field {
        case .int8(let value): buffer.append(value)
        case .int16(let value): buffer.append(value)
        case .int32(let value): buffer.append(value)
        case .string(let value): buffer.append(cString: value)
        case .bytes(let value): buffer.append(value)
        }
    }
    return buffer.copyBytes()
}

extension [UInt8] {
    /// The bytes, as the driver reads them.
    var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get { unsafe span.bytes }
    }
}

/// Decodes the payload of a message.
func decode(_ tag: UInt8, _ payload: [UInt8]) throws(PGError) -> BackendMessage {
    try BackendMessage.decode(tag: tag, payload: payload.rawSpan)
}

/// The error that the body throws.
func failure<T>(_ body: () throws(PGError) -> T) -> PGError? {
    do throws(PGError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
