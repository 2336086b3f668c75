/// What the server asks for, or says about, the user's credentials.
enum Authentication: Sendable, Equatable {
    /// The credentials were accepted.
    case ok
    /// The password as it is.
    case cleartextPassword
    /// The password hashed with a salt of four bytes.
    case md5(salt: [UInt8])
    /// A SASL exchange by one of these mechanisms.
    case sasl(mechanisms: [String])
    /// The server's next message of a SASL exchange.
    case saslContinue([UInt8])
    /// The server's last message of a SASL exchange.
    case saslFinal([UInt8])
    /// A method that this driver does not offer, by its code.
    case unsupported(code: Int32)
}

extension Authentication {
    /// More mechanisms than any server has; what a hostile one lists stays small.
    private static let maximumMechanisms = 64

    init(payload: RawSpan) throws(ByteReader.Failure) {
        var reader = ByteReader(payload)
        switch try reader.read(Int32.self) {
        case 0: self = .ok
        case 3: self = .cleartextPassword
        case 5: self = .md5(salt: try reader.readBytes(4).array)
        case 10:
            var mechanisms: [String] = []
            while case let name = try reader.readCString(), !name.isEmpty {
                guard mechanisms.count < Self.maximumMechanisms else { throw .invalidValue }
                mechanisms.append(name)
            }
            self = .sasl(mechanisms: mechanisms)
        case 11: self = .saslContinue(try reader.readBytes(reader.remaining).array)
        case 12: self = .saslFinal(try reader.readBytes(reader.remaining).array)
        case let code:
            // GSS and SSPI carry data of their own, which nothing here reads.
            self = .unsupported(code: code)
            return
        }
        try reader.finish()
    }

    /// What the method is called in the server's configuration, for messages.
    var name: String {
        switch self {
        case .ok: "trust"
        case .cleartextPassword: "password"
        case .md5: "md5"
        case .sasl, .saslContinue, .saslFinal: "SASL"
        case .unsupported(2): "Kerberos V5"
        case .unsupported(6): "SCM credentials"
        case .unsupported(7), .unsupported(8): "GSSAPI"
        case .unsupported(9): "SSPI"
        case .unsupported(let code): "method \(code)"
        }
    }
}
