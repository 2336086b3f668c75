import Digests

/// A SCRAM-SHA-256 exchange as a transcript holds it: with the published password, and with nonces and a salt that are
/// always the same (RFC 5802, RFC 7677).
///
/// Recording turns a real exchange into such a one. A replay turns that into the exchange with the client that it has,
/// whose nonce is another one. Both hand over every message of the exchange in its order.
struct SCRAMTranscript: Sendable {
    static let clientNonce = "published+client+nonce"
    static let serverNonce = "published+server+nonce"
    static let salt = Array("published salt!!".utf8)
    /// More than any server asks for; so that a transcript cannot keep a processor busy.
    static let maximumIterations = 1_000_000

    private let nonce: String
    /// The digest of the certificate that the client has seen, where a replay has one of its own.
    private let endPoint: [UInt8]?
    private var clientFirstBare: [UInt8] = []
    private var serverFirst: [UInt8] = []
    private var iterations = 4096
    private var serverSignature: [UInt8] = []

    init(nonce: String = SCRAMTranscript.clientNonce, endPoint: [UInt8]? = nil) {
        self.nonce = nonce
        self.endPoint = endPoint
    }

    /// The client's nonce in its first message.
    static func nonce(of clientFirst: [UInt8]) -> String? {
        attributes(clientFirst).first { $0.name == UInt8(ascii: "r") }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// The client's first message, after the same header.
    mutating func clientFirst(_ data: [UInt8]) -> [UInt8] {
        let parts = data.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return data }
        clientFirstBare = Array("n=,r=\(nonce)".utf8)
        return Array(parts[0]) + [UInt8(ascii: ",")] + Array(parts[1]) + [UInt8(ascii: ",")] + clientFirstBare
    }

    /// The server's first message, which asks for the same number of iterations.
    mutating func serverFirst(_ data: [UInt8]) -> [UInt8] {
        let count = Self.attributes(data).first { $0.name == UInt8(ascii: "i") }?.value
        iterations = count.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
        guard (1...Self.maximumIterations).contains(iterations) else { return data }
        serverFirst = Array(
            "r=\(nonce)\(Self.serverNonce),s=\(Base64.encode(Self.salt)),i=\(iterations)".utf8)
        return serverFirst
    }

    /// The client's final message, with the proof of the published password.
    mutating func clientFinal(_ data: [UInt8]) -> [UInt8] {
        guard !serverFirst.isEmpty, let input = Self.attributes(data).first, input.name == UInt8(ascii: "c") else {
            return data
        }
        var binding = input.value
        if let endPoint, let bytes = Base64.decode(String(decoding: binding, as: UTF8.self)),
            bytes.first == UInt8(ascii: "p")
        {
            binding = Array(Base64.encode(Array("p=tls-server-end-point,,".utf8) + endPoint).utf8)[...]
        }
        let withoutProof = Array("c=".utf8) + binding + Array(",r=\(nonce)\(Self.serverNonce)".utf8)
        let comma = [UInt8(ascii: ",")]
        let message = clientFirstBare + comma + serverFirst + comma + withoutProof
        let salted = PBKDF2.sha256(
            password: Array(TranscriptHeader.testPassword.utf8), salt: Self.salt, iterations: iterations)
        let clientKey = HMACSHA256.authenticate(Array("Client Key".utf8), key: salted)
        let signature = HMACSHA256.authenticate(message, key: SHA256.hash(clientKey))
        serverSignature = HMACSHA256.authenticate(
            message, key: HMACSHA256.authenticate(Array("Server Key".utf8), key: salted))
        return withoutProof + Array(",p=\(Base64.encode(zip(clientKey, signature).map { $0 ^ $1 }))".utf8)
    }

    /// The server's final message: an error as it is, or the signature of the published password.
    func serverFinal(_ data: [UInt8]) -> [UInt8] {
        data.starts(with: "v=".utf8) ? Array("v=\(Base64.encode(serverSignature))".utf8) : data
    }

    private static func attributes(_ message: [UInt8]) -> [(name: UInt8, value: ArraySlice<UInt8>)] {
        message.split(separator: UInt8(ascii: ",")).compactMap { part in
            guard part.count >= 2, part[part.startIndex + 1] == UInt8(ascii: "=") else { return nil }
            return (part[part.startIndex], part.dropFirst(2))
        }
    }
}
