internal import Digests

/// The client's side of a SCRAM-SHA-256 exchange without channel binding, RFC 5802 and RFC 7677.
///
/// The password is used as its UTF-8 bytes. For ASCII that is what SASLprep (RFC 4013) makes of it. A password with other
/// characters would have to be brought into the form NFKC, for which Swift's library has nothing: as PostgreSQL does
/// where it cannot prepare a password, its bytes are taken as they are. They match what the server keeps unless NFKC
/// changes the password, as it does with ligatures, full-width letters and accents written apart.
struct SCRAMSHA256: Sendable {
    /// The mechanism's name in the server's list.
    static let mechanism = "SCRAM-SHA-256"

    /// The most iterations accepted when nothing else is said: about ten seconds of work. Servers use 4,096 unless told
    /// otherwise.
    static let defaultMaximumIterations = 10_000_000

    /// What follows when the server's first message was accepted.
    struct Answer: Sendable, Equatable {
        /// The client's final message.
        var clientFinal: [UInt8]
        /// The signature that only a server which knows the password's verifier can make.
        var serverSignature: [UInt8]
    }

    /// No channel binding, and no authorization identity (`gs2-header`).
    private static let header = "n,,"

    private let password: [UInt8]
    private let nonce: [UInt8]
    private let clientFirstBare: [UInt8]
    private let maximumIterations: Int

    /// An exchange with a nonce of 18 random bytes, or the one given.
    ///
    /// - Parameters:
    ///   - user: empty, since PostgreSQL takes the user from the startup and ignores this one.
    ///   - nonce: printable ASCII without a comma.
    init(
        password: String, user: String = "", nonce: String = randomNonce(),
        maximumIterations: Int = defaultMaximumIterations
    ) {
        self.password = Array(password.utf8)
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
    var clientFirst: [UInt8] { Array(Self.header.utf8) + clientFirstBare }

    /// Answers the server's first message.
    ///
    /// The work grows with the iterations that the server asks for, from a millisecond for 4,096 to about ten seconds for
    /// ``defaultMaximumIterations``.
    ///
    /// - Throws: ``PGError/Code/authentication`` for a message that is malformed, demands an extension, does not continue
    ///   our nonce, has no salt, or asks for less than one or too many iterations.
    func answer(serverFirst: [UInt8]) throws(PGError) -> Answer {
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

        let salted = PBKDF2.sha256(password: password, salt: salt, iterations: iterations)
        let clientKey = HMACSHA256.authenticate(Array("Client Key".utf8), key: salted)
        let serverKey = HMACSHA256.authenticate(Array("Server Key".utf8), key: salted)
        let comma = [UInt8(ascii: ",")]
        let withoutProof = Array("c=\(Base64.encode(Array(Self.header.utf8))),r=".utf8) + serverNonce
        let authMessage = clientFirstBare + comma + serverFirst + comma + withoutProof
        let clientSignature = HMACSHA256.authenticate(authMessage, key: SHA256.hash(clientKey))
        let proof = zip(clientKey, clientSignature).map { $0 ^ $1 }
        return Answer(
            clientFinal: withoutProof + Array(",p=\(Base64.encode(proof))".utf8),
            serverSignature: HMACSHA256.authenticate(authMessage, key: serverKey))
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
