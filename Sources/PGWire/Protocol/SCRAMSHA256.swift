internal import Digests

/// The client's side of a SCRAM-SHA-256 exchange, with and without channel binding: RFC 5802, RFC 5929 and RFC 7677.
struct SCRAMSHA256: Sendable {
    /// The mechanism's name in the server's list.
    static let mechanism = "SCRAM-SHA-256"
    /// The name of the mechanism with channel binding.
    static let boundMechanism = "SCRAM-SHA-256-PLUS"

    /// How the exchange is bound to the channel under it.
    enum Binding: Sendable, Equatable {
        /// It is not, and the client does not mean to.
        case none
        /// The client would, and has seen that the server does not offer it. A server that did offer it knows then that
        /// somebody altered its offer.
        case notOffered
        /// To the server's certificate, whose digest this is (`tls-server-end-point`).
        case endPoint([UInt8])

        /// The mechanism to choose.
        var mechanism: String {
            if case .endPoint = self { SCRAMSHA256.boundMechanism } else { SCRAMSHA256.mechanism }
        }

        /// How the client's first message begins (`gs2-header`); it names no authorization identity.
        var header: String {
            switch self {
            case .none: "n,,"
            case .notOffered: "y,,"
            case .endPoint: "p=tls-server-end-point,,"
            }
        }

        /// What the client's final message repeats (`cbind-input`).
        var input: [UInt8] {
            if case .endPoint(let digest) = self { Array(header.utf8) + digest } else { Array(header.utf8) }
        }
    }

    /// A server's first message that was accepted, and the work that it asks for.
    struct Challenge: Sendable {
        /// What turns the password into the key for ``answer(saltedPassword:)``.
        let derivation: PasswordDerivation
        fileprivate let withoutProof: [UInt8]
        fileprivate let authMessage: [UInt8]
    }

    /// What follows when the server's first message was accepted.
    struct Answer: Sendable, Equatable {
        /// The client's final message.
        var clientFinal: [UInt8]
        /// The signature that only a server which knows the password's verifier can make.
        var serverSignature: [UInt8]
    }

    private let password: [UInt8]
    private let binding: Binding
    private let nonce: [UInt8]
    private let clientFirstBare: [UInt8]
    private let maximumIterations: Int

    /// An exchange with a nonce of 18 random bytes, or the one given.
    ///
    /// - Parameters:
    ///   - maximumIterations: The most iterations to do for a server.
    ///   - user: empty, since PostgreSQL takes the user from the startup and ignores this one.
    ///   - nonce: printable ASCII without a comma.
    init(
        password: String, user: String = "", nonce: String = randomNonce(), binding: Binding = .none,
        maximumIterations: Int = PGAuthenticationPolicy().maximumSCRAMIterations
    ) {
        self.password = SASLprep.prepare(password)
        self.binding = binding
        self.nonce = Array(nonce.utf8)
        self.maximumIterations = maximumIterations
        precondition(Self.isNonce(self.nonce[...]), "a nonce is printable ASCII without a comma")
        let escaped = user.utf8.flatMap { byte in
            switch byte {
            case UInt8(ascii: "="): Array("=3D".utf8)
            case UInt8(ascii: ","): Array("=2C".utf8)
            default: [byte]
            }
        }
        clientFirstBare = Array("n=".utf8) + escaped + Array(",r=".utf8) + self.nonce
    }

    /// A nonce that nobody can predict.
    static func randomNonce() -> String { Base64.encode(SecureRandom.bytes(18)) }

    /// The client's first message.
    var clientFirst: [UInt8] { Array(binding.header.utf8) + clientFirstBare }

    /// Reads the server's first message.
    ///
    /// - Throws: ``PGError/Code/authentication`` for a message that is malformed, demands an extension, does not continue
    ///   our nonce, has no salt, or asks for less than one or too many iterations.
    func challenge(serverFirst: [UInt8]) throws(PGError) -> Challenge {
        let attributes = try SCRAMAttributes(serverFirst)
        guard attributes.names.starts(with: [UInt8(ascii: "r"), UInt8(ascii: "s"), UInt8(ascii: "i")]) else {
            throw .untrusted("its first message lacks a nonce, a salt or an iteration count")
        }
        let serverNonce = attributes.values[0]
        guard Self.isNonce(serverNonce), serverNonce.starts(with: nonce), serverNonce.count > nonce.count else {
            throw .untrusted("its nonce does not continue ours")
        }
        guard let salt = Base64.decode(String(decoding: attributes.values[1], as: UTF8.self)), !salt.isEmpty else {
            throw .untrusted("its salt is empty or not base64")
        }
        let iterations = try readIterations(attributes.values[2])

        let comma = [UInt8(ascii: ",")]
        let withoutProof = Array("c=\(Base64.encode(binding.input)),r=".utf8) + serverNonce
        return Challenge(
            derivation: PasswordDerivation(password: password, salt: salt, iterations: iterations),
            withoutProof: withoutProof, authMessage: clientFirstBare + comma + serverFirst + comma + withoutProof)
    }

    /// Checks the server's final message against the signature that it must have.
    ///
    /// - Throws: ``PGError/Code/authentication`` for an error that the server reports, a malformed message, and another
    ///   signature.
    static func verify(serverFinal: [UInt8], signature: [UInt8]) throws(PGError) {
        let attributes = try SCRAMAttributes(serverFinal)
        guard attributes.names.first == UInt8(ascii: "v") else {
            throw .untrusted("its last message has no signature")
        }
        guard let received = Base64.decode(String(decoding: attributes.values[0], as: UTF8.self)),
            constantTimeEquals(received, signature)
        else {
            throw .untrusted("its signature is wrong, so that it does not know the password")
        }
    }

    /// A positive decimal number without leading zeros (`posit-number`).
    private func readIterations(_ digits: ArraySlice<UInt8>) throws(PGError) -> Int {
        let isNumber =
            !digits.isEmpty && digits.first != UInt8(ascii: "0")
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber else { throw .untrusted("its iteration count is not a positive number") }
        let limit = min(maximumIterations, Int(Int32.max))
        guard let iterations = Int(String(decoding: digits, as: UTF8.self)), iterations <= limit else {
            throw .untrusted("it asks for more than \(limit) iterations")
        }
        return iterations
    }

    private static func isNonce(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") }
    }
}

extension SCRAMSHA256.Challenge {
    /// The answer, from the key that ``derivation`` gives.
    func answer(saltedPassword: [UInt8]) -> SCRAMSHA256.Answer {
        let clientKey = HMACSHA256.authenticate(Array("Client Key".utf8), key: saltedPassword)
        let serverKey = HMACSHA256.authenticate(Array("Server Key".utf8), key: saltedPassword)
        let clientSignature = HMACSHA256.authenticate(authMessage, key: SHA256.hash(clientKey))
        let proof = zip(clientKey, clientSignature).map { $0 ^ $1 }
        return SCRAMSHA256.Answer(
            clientFinal: withoutProof + Array(",p=\(Base64.encode(proof))".utf8),
            serverSignature: HMACSHA256.authenticate(authMessage, key: serverKey))
    }
}
