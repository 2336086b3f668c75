/// What a kind of message looks like.
///
/// The formats are a table of their own, and not the driver's codec, so that a transcript shows what a server sent even
/// where the driver would read it wrongly.
struct MessageFormat: Sendable {
    /// What stands before the fields.
    enum Framing: Sendable, Equatable {
        /// A byte that names the message, and its length.
        case tagged(UInt8)
        /// The length alone: the first message of a connection.
        case untagged
        /// Neither: the answer to a request for encryption.
        case bare
    }

    /// The message's name in the manual.
    let name: String
    let origin: MessageOrigin
    let framing: Framing
    /// The first bytes of the payload, which tell it from other messages with the same frame.
    let code: [UInt8]
    let fields: [FieldForm]

    private init(
        _ name: String, _ origin: MessageOrigin, _ framing: Framing, code: [UInt8] = [], _ fields: [FieldForm] = []
    ) {
        self.name = name
        self.origin = origin
        self.framing = framing
        self.code = code
        self.fields = fields
    }

    private static func client(_ name: String, _ tag: Character, _ fields: FieldForm...) -> MessageFormat {
        MessageFormat(name, .client, .tagged(tag.asciiValue ?? 0), fields)
    }

    private static func first(_ name: String, code: [UInt8], _ fields: FieldForm...) -> MessageFormat {
        MessageFormat(name, .client, .untagged, code: code, fields)
    }

    private static func server(_ name: String, _ tag: Character, _ fields: FieldForm...) -> MessageFormat {
        MessageFormat(name, .server, .tagged(tag.asciiValue ?? 0), fields)
    }

    private static func authentication(_ name: String, _ code: UInt8, _ fields: FieldForm...) -> MessageFormat {
        MessageFormat(name, .server, .tagged(UInt8(ascii: "R")), code: [0, 0, 0, code], fields)
    }

    private static let report: FieldForm = .terminatedList([.character, .string])

    /// Every message. Where several have the same frame, the one without a code comes last.
    static let all: [MessageFormat] = [
        first("CancelRequest", code: [4, 210, 22, 46], .int32, .rest),
        first("SSLRequest", code: [4, 210, 22, 47]),
        first("GSSENCRequest", code: [4, 210, 22, 48]),
        first("StartupMessage", code: [0, 3], .int16, .terminatedList([.string, .string])),

        client("Bind", "B", .string, .string, .list([.int16]), .list([.value]), .list([.int16])),
        client("Close", "C", .character, .string),
        client("CopyData", "d", .rest),
        client("CopyDone", "c"),
        client("CopyFail", "f", .string),
        client("Describe", "D", .character, .string),
        client("Execute", "E", .string, .int32),
        client("Flush", "H"),
        client("FunctionCall", "F", .oid, .list([.int16]), .list([.value]), .int16),
        client("Parse", "P", .string, .string, .list([.oid])),
        client("PasswordMessage", "p", .string),
        client("SASLInitialResponse", "p", .string, .value),
        client("SASLResponse", "p", .rest),
        client("GSSResponse", "p", .rest),
        client("Query", "Q", .string),
        client("Sync", "S"),
        client("Terminate", "X"),

        MessageFormat("EncryptionResponse", .server, .bare, [.character]),
        authentication("AuthenticationOk", 0),
        authentication("AuthenticationKerberosV5", 2),
        authentication("AuthenticationCleartextPassword", 3),
        authentication("AuthenticationMD5Password", 5, .rest),
        authentication("AuthenticationGSS", 7),
        authentication("AuthenticationGSSContinue", 8, .rest),
        authentication("AuthenticationSSPI", 9),
        authentication("AuthenticationSASL", 10, .terminatedList([.string])),
        authentication("AuthenticationSASLContinue", 11, .rest),
        authentication("AuthenticationSASLFinal", 12, .rest),
        server("BackendKeyData", "K", .int32, .rest),
        server("BindComplete", "2"),
        server("CloseComplete", "3"),
        server("CommandComplete", "C", .string),
        server("CopyBothResponse", "W", .int8, .list([.int16])),
        server("CopyData", "d", .rest),
        server("CopyDone", "c"),
        server("CopyInResponse", "G", .int8, .list([.int16])),
        server("CopyOutResponse", "H", .int8, .list([.int16])),
        server("DataRow", "D", .list([.value])),
        server("EmptyQueryResponse", "I"),
        server("ErrorResponse", "E", report),
        server("FunctionCallResponse", "V", .value),
        server("NegotiateProtocolVersion", "v", .int32, .longList([.string])),
        server("NoData", "n"),
        server("NoticeResponse", "N", report),
        server("NotificationResponse", "A", .int32, .string, .string),
        server("ParameterDescription", "t", .list([.oid])),
        server("ParameterStatus", "S", .string, .string),
        server("ParseComplete", "1"),
        server("PortalSuspended", "s"),
        server("ReadyForQuery", "Z", .character),
        server("RowDescription", "T", .list([.string, .oid, .int16, .oid, .int16, .int32, .int16])),
    ]

    /// The format of this name.
    static func named(_ name: String, from origin: MessageOrigin) -> MessageFormat? {
        all.first { $0.name == name && $0.origin == origin }
    }

    /// The fields of a message as text; nil where it is not of this format.
    func text(of message: [UInt8]) -> String? {
        guard var payload = payload(of: message) else { return nil }
        var texts: [String] = []
        for field in fields {
            guard let text = field.text(&payload) else { return nil }
            texts.append(text)
        }
        return payload.isEmpty ? texts.joined(separator: " ") : nil
    }

    /// What follows the frame and the code; nil where they are others.
    private func payload(of message: [UInt8]) -> ArraySlice<UInt8>? {
        var rest = message[...]
        switch framing {
        case .bare: break
        case .tagged(let tag):
            guard rest.popFirst() == tag else { return nil }
            fallthrough
        case .untagged:
            let count = rest.count
            guard let length = rest.takeInteger(4), length == count else { return nil }
        }
        guard rest.starts(with: code) else { return nil }
        return rest.dropFirst(code.count)
    }

    /// Makes the message of its fields' text.
    func bytes(_ text: inout FieldReader) throws(FieldReader.Failure) -> [UInt8] {
        var payload = code
        for field in fields { try field.append(&text, to: &payload) }
        try text.finish()
        var message: [UInt8] = []
        switch framing {
        case .bare: return payload
        case .tagged(let tag): message.append(tag)
        case .untagged: break
        }
        message.append(integer: UInt32(truncatingIfNeeded: payload.count + 4))
        return message + payload
    }
}
