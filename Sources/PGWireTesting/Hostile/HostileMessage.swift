/// Something that a server may say at the wrong time, or that no honest server says at all.
public struct HostileMessage: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with it.
    public enum Flaw: Sendable, Hashable {
        /// Nothing: where it is due it is even right.
        case none
        /// Its last byte is missing, and its length says so.
        case short
        /// It has a byte too many, and its length says so.
        case long
        /// Its length is another one.
        case length(Int32)
        /// A count or a length inside of it is another one.
        case count(Int32)
        /// The connection ends in its midst.
        case cut
    }

    /// The message's name in the manual.
    public let name: String
    /// What is wrong with it.
    public let flaw: Flaw
    /// What is sent.
    public let bytes: [UInt8]

    /// The name and the flaw.
    public var description: String { flaw == .none ? name : "\(name) (\(flaw))" }

    /// Every message of the backend, as it should be and with every flaw that it can have.
    public static let all: [HostileMessage] = samples.flatMap(variants)

    private static let lengths: [Int32] = [0, 3, -1, .min, .max, 1 << 30 + 5, 30_001]
    private static let counts: [Int32] = [-2, .max, 0x7FFF, -1]

    private static func variants(of message: WireMessage) -> [HostileMessage] {
        func hostile(_ flaw: Flaw, _ bytes: [UInt8]) -> HostileMessage {
            HostileMessage(name: message.name, flaw: flaw, bytes: bytes)
        }
        let tag = message.bytes[0]
        let payload = Array(message.bytes.dropFirst(5))
        func framed(_ payload: [UInt8]) -> [UInt8] {
            var bytes = [tag]
            bytes.append(integer: UInt32(truncatingIfNeeded: payload.count + 4))
            return bytes + payload
        }
        var variants = [hostile(.none, message.bytes), hostile(.long, framed(payload + [0]))]
        if !payload.isEmpty {
            variants.append(hostile(.short, framed(Array(payload.dropLast()))))
            variants.append(hostile(.cut, Array(message.bytes.dropLast())))
        }
        variants += lengths.map { length in
            var bytes = [tag]
            bytes.append(integer: UInt32(bitPattern: length))
            return hostile(.length(length), bytes + payload)
        }
        guard let place = MessageFormat.named(message.name, from: .server)?.placeOfCount else { return variants }
        variants += counts.map { count in
            var number: [UInt8] = []
            number.append(integer: UInt32(bitPattern: count))
            var payload = payload
            payload.replaceSubrange(place, with: number.suffix(place.count))
            return hostile(.count(count), framed(payload))
        }
        return variants
    }

    /// One of each kind.
    private static let samples: [WireMessage] = [
        "AuthenticationOk", "AuthenticationKerberosV5", "AuthenticationCleartextPassword",
        "AuthenticationMD5Password x'01020304'", "AuthenticationGSS", "AuthenticationGSSContinue \"x\"",
        "AuthenticationSSPI", #"AuthenticationSASL ("SCRAM-SHA-256")"#,
        #"AuthenticationSASLContinue "r=abc,s=YWJj,i=4096""#, #"AuthenticationSASLFinal "v=YWJj""#,
        "BackendKeyData 7 x'01020304'", "BindComplete", "CloseComplete", #"CommandComplete "SELECT 1""#,
        "CopyBothResponse 0 (0)", #"CopyData "1\n""#, "CopyDone", "CopyInResponse 0 (0)", "CopyOutResponse 0 (0)",
        "DataRow (x'0000000000000001')", "EmptyQueryResponse",
        #"ErrorResponse ((S "ERROR") (V "ERROR") (C "XX000") (M "no"))"#, "FunctionCallResponse x'01'",
        #"NegotiateProtocolVersion 196608 ("_pq_.x")"#, "NoData",
        #"NoticeResponse ((S "NOTICE") (V "NOTICE") (C "00000") (M "note"))"#,
        #"NotificationResponse 7 "orders" "new""#, "ParameterDescription (20)", #"ParameterStatus "a" "b""#,
        "ParseComplete", "PortalSuspended", "ReadyForQuery I", "ReadyForQuery T", "ReadyForQuery E",
        #"RowDescription (("n" 0 0 20 8 -1 1))"#,
    ].compactMap { try? WireMessage(parsing: $0, from: .server) }
}

extension MessageFormat {
    /// Where the payload's first count, or length of a value, is; nil where it has none behind fields of fixed size.
    fileprivate var placeOfCount: Range<Int>? {
        var offset = code.count
        for field in fields {
            switch field {
            case .int8, .character: offset += 1
            case .int16: offset += 2
            case .int32, .oid: offset += 4
            case .list: return offset..<offset + 2
            case .longList, .value: return offset..<offset + 4
            case .string, .rest, .terminatedList: return nil
            }
        }
        return nil
    }
}
