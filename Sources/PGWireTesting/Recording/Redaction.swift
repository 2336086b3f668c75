import Digests

/// Takes the secrets out of one connection's messages, and what would make two recordings of the same conversation
/// differ: credentials become those of the published test user, cancel keys and process ids become made up ones.
///
/// What a statement or its parameters hold is recorded as it is.
struct Redaction: Sendable {
    /// The keys for cancel requests of all connections, each with what stands for it.
    struct Keys: Sendable {
        private var replacements: [[UInt8]: [UInt8]] = [:]
        private var processes: [UInt32: UInt32] = [:]

        mutating func add(_ processID: UInt32, _ secret: [UInt8], of connection: Int) -> [UInt8] {
            let process = 1000 + UInt32(truncatingIfNeeded: connection)
            var replacement: [UInt8] = []
            replacement.append(integer: process)
            replacement += secret.indices.map { UInt8(truncatingIfNeeded: connection &+ $0) }
            var key: [UInt8] = []
            key.append(integer: processID)
            replacements[key + secret] = replacement
            processes[processID] = process
            return replacement
        }

        /// What stands for a key; zeros where no connection has it.
        func replacement(_ processID: UInt32, _ secret: [UInt8]) -> [UInt8] {
            var key: [UInt8] = []
            key.append(integer: processID)
            return replacements[key + secret] ?? [UInt8](repeating: 0, count: 4 + secret.count)
        }

        /// What stands for a process id; 1000 for a session that was not recorded.
        func process(_ processID: UInt32) -> UInt32 { processes[processID] ?? 1000 }
    }

    private static let salt: [UInt8] = [1, 2, 3, 4]

    private let connection: Int
    private var user = ""
    private var isDigested = false
    private var scram = SCRAMTranscript()
    /// The method by which the client authenticated itself.
    private(set) var authentication = ""

    init(connection: Int) {
        self.connection = connection
    }

    /// The message as it may be written down.
    mutating func redact(_ message: WireMessage, _ keys: inout Keys) -> WireMessage {
        switch message.name {
        case "StartupMessage": user = message.startupParameters["user"] ?? ""
        case "AuthenticationOk":
            if authentication.isEmpty { authentication = "trust" }
        case "AuthenticationCleartextPassword": authentication = "password"
        case "AuthenticationMD5Password":
            (authentication, isDigested) = ("md5", true)
            return message.replacingPayload([0, 0, 0, 5] + Self.salt)
        case "PasswordMessage": return password(message)
        case "SASLInitialResponse":
            authentication = message.saslMechanism?.lowercased() ?? ""
            return message.saslData.map { message.replacingSASLData(scram.clientFirst($0)) } ?? message
        case "AuthenticationSASLContinue": return message.replacingSASLData(scram.serverFirst(message.saslData ?? []))
        case "SASLResponse": return message.replacingSASLData(scram.clientFinal(message.saslData ?? []))
        case "AuthenticationSASLFinal": return message.replacingSASLData(scram.serverFinal(message.saslData ?? []))
        case "GSSResponse": return message.replacingPayload([])
        case "BackendKeyData":
            guard let key = message.cancelKey else { break }
            return message.replacingPayload(keys.add(key.processID, key.secret, of: connection))
        case "CancelRequest":
            guard let key = message.cancelKey else { break }
            let bytes = message.bytes.prefix(8) + keys.replacement(key.processID, key.secret)
            return WireMessage(message.name, from: message.origin, bytes: Array(bytes))
        case "NotificationResponse":
            var payload = message.bytes.dropFirst(5)
            guard let processID = payload.takeInteger(4) else { break }
            var bytes: [UInt8] = []
            bytes.append(integer: keys.process(processID))
            return message.replacingPayload(bytes + payload)
        // A password that is no message holds one nevertheless.
        case WireMessage.malformedName where message.origin == .client && message.bytes.first == UInt8(ascii: "p"):
            return WireMessage(malformed: [UInt8(ascii: "p")], from: .client)
        default: break
        }
        return message
    }

    private func password(_ message: WireMessage) -> WireMessage {
        var password = TranscriptHeader.testPassword
        if isDigested, let inner = MD5.hash(Array((password + user).utf8)),
            let outer = MD5.hash(Array(Self.hexadecimal(inner).utf8) + Self.salt)
        {
            password = "md5" + Self.hexadecimal(outer)
        }
        return message.replacingPayload(Array(password.utf8) + [0])
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
