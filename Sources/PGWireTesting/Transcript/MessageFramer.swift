/// Cuts the two byte streams of one connection into messages and names them.
///
/// Bytes are handed on as ``WireMessage/malformedName`` where they are no message of the protocol, so that whatever a side
/// says is seen.
public struct MessageFramer: Sendable {
    /// Longer messages are taken for malformed.
    private static let maximumLength = 256 << 20

    private enum Phase {
        /// The client's next message has no tag.
        case beginning
        /// The server's next byte is the answer to a request for encryption, unless it begins an error.
        case encryptionRequested
        case session
    }

    private var phase = Phase.beginning
    private var client: [UInt8] = []
    private var server: [UInt8] = []
    /// The name of the client's next message with the tag `p`.
    private var credentials = "PasswordMessage"

    /// A framer for a connection that is about to begin.
    public init() {}

    /// Whether part of a message of this side has come.
    public func hasPart(of origin: MessageOrigin) -> Bool {
        origin == .client ? !client.isEmpty : !server.isEmpty
    }

    /// Takes what a side sent, and returns the messages that are whole with it.
    public mutating func receive(_ bytes: [UInt8], from origin: MessageOrigin) -> [WireMessage] {
        switch origin {
        case .client: client += bytes
        case .server: server += bytes
        }
        var messages: [WireMessage] = []
        while let message = origin == .client ? nextOfClient() : nextOfServer() { messages.append(message) }
        return messages
    }

    private mutating func nextOfClient() -> WireMessage? {
        let isTagged = phase == .session
        guard let bytes = Self.take(from: &client, tagged: isTagged) else { return nil }
        guard let format = Self.format(of: bytes, from: .client, tagged: isTagged, credentials: credentials) else {
            return WireMessage(malformed: bytes, from: .client)
        }
        switch format.name {
        case "SSLRequest", "GSSENCRequest": phase = .encryptionRequested
        case "StartupMessage": phase = .session
        default: break
        }
        return WireMessage(format.name, from: .client, bytes: bytes)
    }

    private mutating func nextOfServer() -> WireMessage? {
        if phase == .encryptionRequested, let answer = server.first, answer != UInt8(ascii: "E") {
            phase = .beginning
            return WireMessage("EncryptionResponse", from: .server, bytes: [server.removeFirst()])
        }
        guard let bytes = Self.take(from: &server, tagged: true) else { return nil }
        guard let format = Self.format(of: bytes, from: .server, tagged: true, credentials: nil) else {
            return WireMessage(malformed: bytes, from: .server)
        }
        switch format.name {
        case "AuthenticationCleartextPassword", "AuthenticationMD5Password": credentials = "PasswordMessage"
        case "AuthenticationSASL": credentials = "SASLInitialResponse"
        case "AuthenticationSASLContinue": credentials = "SASLResponse"
        case "AuthenticationGSS", "AuthenticationSSPI", "AuthenticationGSSContinue": credentials = "GSSResponse"
        default: break
        }
        return WireMessage(format.name, from: .server, bytes: bytes)
    }

    /// Takes a message from the front, or all of it where its length is none; nil where it is not whole yet.
    private static func take(from buffer: inout [UInt8], tagged: Bool) -> [UInt8]? {
        let start = tagged ? 1 : 0
        guard buffer.count >= start + 4 else { return nil }
        let length = buffer[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        let isLength = (4...maximumLength).contains(length)
        guard !isLength || buffer.count >= start + length else { return nil }
        let count = isLength ? start + length : buffer.count
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private static func format(
        of bytes: [UInt8], from origin: MessageOrigin, tagged: Bool, credentials: String?
    ) -> MessageFormat? {
        MessageFormat.all.first { format in
            guard format.origin == origin else { return false }
            switch format.framing {
            case .bare: return false
            case .untagged: return !tagged && bytes.dropFirst(4).starts(with: format.code)
            case .tagged(let tag):
                guard tagged, bytes.first == tag, bytes.dropFirst(5).starts(with: format.code) else { return false }
                return origin == .server || tag != UInt8(ascii: "p") || format.name == credentials
            }
        }
    }
}
