import Digests

@testable import PGWire

/// The server's side of a startup in a simulation: it asks for credentials by one of the methods, checks them as PostgreSQL
/// does, or lies.
struct SimulatedLogin {
    enum Method: CaseIterable {
        case trust
        case password
        case md5
        case scram
    }

    /// What a server does that does not know the password.
    enum Lie: CaseIterable {
        /// It signs with the key of another password.
        case wrongSignature
        /// It accepts the client's proof and gives none of its own.
        case noSignature
        /// It accepts the client before the exchange has ended.
        case earlyAcceptance
        /// Its nonce is not one that continues the client's.
        case ownNonce
    }

    private enum State {
        case unasked
        case asked
        /// SCRAM's first messages were exchanged.
        case challenged(clientFirst: String, serverFirst: String)
        case over
    }

    typealias S = ServerMessage

    private static let salt: [UInt8] = [1, 2, 3, 4]

    let method: Method
    /// What the server does instead of the truth, with SCRAM alone; nil where it is honest.
    let lie: Lie?
    let user: String
    let password: String
    private var inbox: [UInt8] = []
    private var state = State.unasked

    init(_ method: Method, lie: Lie?, user: String, password: String) {
        self.method = method
        self.lie = method == .scram ? lie : nil
        self.user = user
        self.password = password
    }

    mutating func receive(_ bytes: [UInt8]) { inbox += bytes }

    /// Whether a whole message waits.
    var isBusy: Bool {
        if case .over = state { return false }
        return inbox.count >= header && inbox.count >= messageLength
    }

    /// The startup has no tag.
    private var header: Int { if case .unasked = state { 4 } else { 5 } }
    private var messageLength: Int { header - 4 + inbox[header - 4..<header].reduce(0) { $0 << 8 | Int($1) } }

    /// Takes one message and returns what the server says to it.
    mutating func step() -> [UInt8] {
        guard isBusy else { return [] }
        let payload = Array(inbox[header..<messageLength])
        inbox.removeFirst(messageLength)
        switch state {
        case .unasked: return ask()
        case .asked where method == .scram: return challenge(payload)
        case .asked: return payload == expected + [0] ? accept() : refuse()
        case .challenged(let clientFirst, let serverFirst): return verify(payload, clientFirst, serverFirst)
        case .over: return []
        }
    }

    private mutating func ask() -> [UInt8] {
        state = .asked
        switch method {
        case .trust: return accept()
        case .password: return S.message("R", .int32(3))
        case .md5: return S.message("R", .int32(5), .bytes(Self.salt))
        case .scram: return S.message("R", .int32(10), .string("SCRAM-SHA-256"), .int8(0))
        }
    }

    /// The payload of the PasswordMessage that is right.
    private var expected: [UInt8] {
        guard method == .md5, let inner = MD5.hash(Array((password + user).utf8)),
            let outer = MD5.hash(Array(Self.hexadecimal(inner).utf8) + Self.salt)
        else { return Array(password.utf8) }
        return Array("md5\(Self.hexadecimal(outer))".utf8)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private mutating func accept() -> [UInt8] {
        state = .over
        return S.session
    }

    private mutating func refuse() -> [UInt8] {
        state = .over
        return S.error("28P01", "password authentication failed", severity: "FATAL")
    }

    // MARK: SCRAM

    private mutating func challenge(_ payload: [UInt8]) -> [UInt8] {
        // Behind the mechanism's name and the length of the message.
        let message = String(decoding: payload.drop { $0 != 0 }.dropFirst(5), as: UTF8.self)
        let clientFirst = String(message.dropFirst("n,,".count))
        let nonce = lie == .ownNonce ? "another" : clientFirst.split(separator: "r=").last.map(String.init) ?? ""
        let serverFirst = "r=\(nonce)server,s=\(Base64.encode(Self.salt)),i=2"
        state = .challenged(clientFirst: clientFirst, serverFirst: serverFirst)
        if lie == .earlyAcceptance { return accept() }
        return S.message("R", .int32(11), .bytes(Array(serverFirst.utf8)))
    }

    private mutating func verify(_ payload: [UInt8], _ clientFirst: String, _ serverFirst: String) -> [UInt8] {
        let parts = String(decoding: payload, as: UTF8.self).split(separator: ",p=")
        guard parts.count == 2, let proof = Base64.decode(String(parts[1])) else { return refuse() }
        let message = Array("\(clientFirst),\(serverFirst),\(parts[0])".utf8)
        let known = lie == .wrongSignature ? "not known" : password
        let salted = PBKDF2.sha256(password: Array(known.utf8), salt: Self.salt, iterations: 2)
        let clientKey = HMACSHA256.authenticate(Array("Client Key".utf8), key: salted)
        let signature = HMACSHA256.authenticate(message, key: SHA256.hash(clientKey))
        if lie == nil, zip(clientKey, signature).map({ $0 ^ $1 }) != proof { return refuse() }
        if lie == .noSignature { return accept() }
        let own = HMACSHA256.authenticate(message, key: HMACSHA256.authenticate(Array("Server Key".utf8), key: salted))
        return S.message("R", .int32(12), .bytes(Array("v=\(Base64.encode(own))".utf8))) + accept()
    }
}
