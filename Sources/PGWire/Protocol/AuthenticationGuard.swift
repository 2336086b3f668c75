/// Holds a server to what the configuration accepts: `require_auth`, `channel_binding` and `sslcertmode`, for every method
/// of authentication and before anything that belongs to the password is sent.
struct AuthenticationGuard: Sendable {
    /// What was done until the server accepted the client.
    enum Exchange: Sendable, Equatable {
        /// Nothing: the server asked for nothing.
        case none
        /// A password, or its md5 digest, was sent.
        case password
        /// A whole SCRAM exchange, in which the server proved that it knows the password.
        case scram(isBound: Bool)
    }

    let policy: PGAuthenticationPolicy
    let certificateMode: PGTLSConfiguration.CertificateMode
    let security: ChannelSecurity

    /// Checks what the server asks for.
    func check(_ request: Authentication) throws(PGError) {
        let method: PGAuthenticationPolicy.Method
        switch request {
        case .cleartextPassword: method = .password
        case .md5: method = .md5
        case .sasl: method = .scramSHA256
        case .ok, .saslContinue, .saslFinal, .unsupported: return
        }
        try require(method, "The server asks for authentication by \(method.rawValue)")
        guard policy.channelBinding == .require, method != .scramSHA256 else { return }
        throw .refused(
            "The server asks for authentication by \(method.rawValue), which cannot be bound to the channel, and "
                + "channel_binding=require insists on that; allow scram-sha-256 alone for this role in pg_hba.conf")
    }

    /// Chooses how SCRAM is bound to the channel, from the mechanisms that the server offers.
    func binding(offered: [String]) throws(PGError) -> SCRAMSHA256.Binding {
        func offers(_ mechanism: String) -> Bool {
            offered.contains { $0.utf8.elementsEqual(mechanism.utf8) }
        }
        let mayBind = policy.channelBinding != .disable
        guard case .tls(let endPoint, _) = security else { return try bindingInPlainText(offers) }
        if mayBind, offers(SCRAMSHA256.boundMechanism) {
            switch endPoint {
            case .digest(let digest): return .endPoint(digest)
            case .unavailable(let reason):
                throw .refused("SCRAM cannot be bound to the TLS connection: \(reason)")
            }
        }
        guard policy.channelBinding != .require else {
            throw .refused(
                "The server does not offer \(SCRAMSHA256.boundMechanism), and channel_binding=require insists on it; "
                    + "somebody may be in between")
        }
        guard offers(SCRAMSHA256.mechanism) else { throw noMechanism(offered) }
        return mayBind ? .notOffered : .none
    }

    private func bindingInPlainText(_ offers: (String) -> Bool) throws(PGError) -> SCRAMSHA256.Binding {
        guard policy.channelBinding != .require else {
            throw .refused(
                "The connection is not encrypted, and channel_binding=require can bind to TLS alone; "
                    + "give sslmode=require or more")
        }
        guard !offers(SCRAMSHA256.boundMechanism) else {
            throw .untrusted("it offers to bind SCRAM to TLS where there is none, as if somebody had taken TLS away")
        }
        guard offers(SCRAMSHA256.mechanism) else { throw noMechanism([]) }
        return .none
    }

    private func noMechanism(_ offered: [String]) -> PGError {
        let names = offered.joined(separator: ", ").oneLine
        return .refused(
            "The server offers no mechanism of SASL that this driver knows\(names.isEmpty ? "" : " but \(names)"); "
                + "allow scram-sha-256 for this role in pg_hba.conf")
    }

    /// Checks what was done once the server accepts the client.
    func checkAcceptance(after exchange: Exchange) throws(PGError) {
        if exchange == .none {
            try require(.none, "The server lets the client in without asking for a password")
        }
        if policy.channelBinding == .require, exchange != .scram(isBound: true) {
            throw .refused(
                "The server accepted the client without binding the exchange to the channel, and "
                    + "channel_binding=require insists on that; allow scram-sha-256 alone for this role in pg_hba.conf")
        }
        guard certificateMode == .require else { return }
        switch security {
        case .tls(_, .sent): return
        case .tls(_, .missing):
            throw .refused(
                "The server accepted the client without a certificate, and sslcertmode=require insists on one; "
                    + "give sslcert and sslkey")
        case .plain, .tls(_, .notRequested):
            throw .refused(
                "The server did not ask for a client certificate, and sslcertmode=require insists on it; "
                    + "set ssl_ca_file on the server")
        }
    }

    private func require(_ method: PGAuthenticationPolicy.Method, _ fact: String) throws(PGError) {
        guard !policy.methods.contains(method) else { return }
        let accepted = policy.methods.map(\.rawValue).sorted().joined(separator: ",")
        throw .refused("\(fact), and require_auth accepts \(accepted.isEmpty ? "nothing" : "only \(accepted)")")
    }
}

extension PGError {
    /// What the configuration does not accept.
    fileprivate static func refused(_ message: String) -> PGError {
        PGError(.authentication, message, retry: .pointless)
    }
}
