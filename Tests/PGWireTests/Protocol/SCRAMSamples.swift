@testable import PGWire

/// An exchange whose every message is known, computed by another implementation where no RFC gives it.
struct SCRAMSample: Sendable, CustomStringConvertible {
    var user: String
    var password: String
    var proof: String
    var signature: String

    static let nonce = "rOprNGfwEbeRWgbNEkqO"
    static let serverNonce = nonce + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    static let salt = "W22ZaJ0SNY7soEsUEjb6gQ=="

    /// RFC 7677 section 3.
    static let rfc7677 = SCRAMSample(
        user: "user", password: "pencil", proof: "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        signature: "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    /// The same with the empty user of PostgreSQL's exchange.
    static let postgres = SCRAMSample(
        user: "", password: "pencil", proof: "qvT2SWdEH5Q06albL+hjSYuUhCG7VndFyzIb7CK4n9k=",
        signature: "3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=")
    /// A password beyond ASCII that SASLprep leaves as it is.
    static let beyondASCII = SCRAMSample(
        user: "", password: "pässword€", proof: "FtSk+cmyqyBZkgJOsxoMwF4IUlOhn5jLz8ey5ohCGzs=",
        signature: "ztLuSdMPPu4ayR0120hA1tXuHLNb0XGGA6L8j7OwkjQ=")

    var description: String { "\(user)/\(password)" }
    var clientFirst: String { "n,,n=\(user),r=\(Self.nonce)" }
    var clientFinal: String { "c=biws,r=\(Self.serverNonce),p=\(proof)" }
    var serverFinal: String { "v=\(signature)" }
    func scram(_ binding: SCRAMSHA256.Binding = .none) -> SCRAMSHA256 {
        SCRAMSHA256(password: password, user: user, nonce: Self.nonce, binding: binding)
    }

    static let serverFirst = serverFirst()

    /// What `tls-server-end-point` gives: 32 bytes, from 0 to 31.
    static let endPoint = [UInt8](0..<32)

    static func serverFirst(
        nonce: String = serverNonce, salt: String = salt, iterations: String = "4096", extensions: String = ""
    ) -> String {
        "r=\(nonce),s=\(salt),i=\(iterations)\(extensions)"
    }

    /// Messages with which no server gets through, and why.
    static let hostileServerFirsts: [(String, String)] = [
        ("a nonce that is not ours", serverFirst(nonce: "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j")),
        (
            "a nonce that differs in its last character",
            serverFirst(nonce: "rOprNGfwEbeRWgbNEkqP%hvYDpWUa2RaTCAfuxFIlj")
        ),
        ("only our nonce", serverFirst(nonce: nonce)),
        ("part of our nonce", serverFirst(nonce: "rOprNGfwEb")),
        ("a nonce with a space", serverFirst(nonce: nonce + "a b")),
        ("an empty nonce", serverFirst(nonce: "")),
        ("no salt", serverFirst(salt: "")),
        ("an empty salt in base64", serverFirst(salt: "====")),
        ("a salt that is not base64", serverFirst(salt: "W22ZaJ0SNY7soEsUEjb6gQ=")),
        ("no iterations", serverFirst(iterations: "0")),
        ("negative iterations", serverFirst(iterations: "-1")),
        ("iterations with a sign", serverFirst(iterations: "+4096")),
        ("iterations with a leading zero", serverFirst(iterations: "04096")),
        ("iterations in hexadecimal", serverFirst(iterations: "0x10")),
        ("iterations that are empty", serverFirst(iterations: "")),
        ("iterations above the cap", serverFirst(iterations: "10000001")),
        ("iterations above 32 bits", serverFirst(iterations: "4294967297")),
        ("iterations above 64 bits", serverFirst(iterations: "18446744073709551617")),
        ("an extension that must be understood", "m=x," + serverFirst),
        ("such an extension at the end", serverFirst(extensions: ",m=x")),
        ("attributes in another order", "s=\(salt),r=\(serverNonce),i=4096"),
        ("an attribute missing", "r=\(serverNonce),s=\(salt)"),
        ("an error", "e=unknown-user"),
        ("nothing", ""),
        ("commas", ",,,"),
        ("a trailing comma", serverFirst + ","),
        ("a name without a value", serverFirst(extensions: ",x")),
        ("a value without a name", serverFirst(extensions: ",=x")),
        ("a name that is no letter", serverFirst(extensions: ",1=x")),
        ("a long name", serverFirst(extensions: ",xy=z")),
        ("more attributes than anybody needs", serverFirst(extensions: String(repeating: ",x=y", count: 62))),
        ("the final message", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
    ]

    /// Final messages with which no server gets through, and why.
    static let hostileServerFinals: [(String, String)] = [
        ("another signature", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
        ("a signature of zeros", "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("a short signature", "v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSA=="),
        ("the signature and more", "v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOgA"),
        ("an empty signature", "v="),
        ("a signature that is not base64", "v=!"),
        ("no signature", "x=y"),
        ("the signature in the second place", "x=y,v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg="),
        ("an error", "e=invalid-proof"),
        ("an error behind the signature", "v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=,e=other-error"),
        ("an extension that must be understood", "v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=,m=x"),
        ("nothing", ""),
    ]
}

extension SCRAMSHA256 {
    /// The whole answer to a server's first message.
    func answer(serverFirst: [UInt8]) throws(PGError) -> Answer {
        let challenge = try challenge(serverFirst: serverFirst)
        return challenge.answer(saltedPassword: challenge.derivation.saltedPassword())
    }
}
