/// The first five bytes of a message from the server: what it is and how long.
///
/// See [Overview of messaging](https://www.postgresql.org/docs/current/protocol-overview.html).
struct BackendFrame: Sendable, Equatable {
    /// The byte that names the message.
    var tag: UInt8
    /// The bytes that follow the header.
    var payloadLength: Int

    /// The bytes of a header.
    static let headerLength = 5

    /// The longest message accepted when nothing else is said: 1 GiB, as long as a server can make one.
    static let defaultLimit = 1 << 30

    /// The longest message accepted before the server has proved who it is: room for any honest error, and nothing that
    /// a stranger could fill our memory with.
    static let startupLimit = 64 << 10

    /// The header and the payload together.
    var length: Int { Self.headerLength + payloadLength }

    /// Reads the header at the front of `bytes`, or nothing while fewer than five bytes have come.
    ///
    /// - Parameter limit: the longest payload to accept, in bytes.
    /// - Throws: ``PGError/Code/protocolViolation`` for a byte that names no message, and for a length that its kind of
    ///   message cannot have or that is above the limit, so that nothing is allocated for it.
    @inline(__always)
    static func header(
        of bytes: RawSpan, limit: Int = BackendFrame.defaultLimit
    ) throws(PGError) -> BackendFrame? {
        guard bytes.byteCount >= headerLength else { return nil }
        let tag = unsafe bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
        let length = unsafe Int(Int32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 1, as: Int32.self)))
        guard length >= 4, length - 4 <= min(limit, maximumPayload(of: tag)) else {
            throw refusal(tag: tag, length: length)
        }
        return BackendFrame(tag: tag, payloadLength: length - 4)
    }

    /// The longest payload that a kind of message may have; negative for a byte that names none.
    ///
    /// Only what carries data or text of the user's may be long; libpq has the same rule, and the same 30,000 bytes.
    @inline(__always)
    private static func maximumPayload(of tag: UInt8) -> Int {
        switch tag {
        case BackendMessage.Tag.dataRow, BackendMessage.Tag.copyData, BackendMessage.Tag.rowDescription,
            BackendMessage.Tag.errorResponse, BackendMessage.Tag.noticeResponse,
            BackendMessage.Tag.notificationResponse, BackendMessage.Tag.functionCallResponse:
            .max
        case BackendMessage.Tag.parameterDescription:
            // A count, and an object id for each of at most 65,535 parameters.
            2 + 4 * Int(UInt16.max)
        default:
            BackendMessage.Tag.isKnown(tag) ? 30_000 : -1
        }
    }

    private static func refusal(tag: UInt8, length: Int) -> PGError {
        guard BackendMessage.Tag.isKnown(tag) else {
            return PGError(
                .protocolViolation,
                "The peer sent a message of unknown type \(BackendMessage.Tag.describe(tag)); "
                    + "is it a PostgreSQL server?",
                retry: .unknown)
        }
        return PGError(
            .protocolViolation,
            "The server announced a \(BackendMessage.Tag.describe(tag)) of \(length) bytes, which is not acceptable",
            retry: .unknown)
    }
}
