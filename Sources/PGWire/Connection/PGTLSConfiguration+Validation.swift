extension PGTLSConfiguration {
    /// Checks what the types alone cannot promise.
    ///
    /// - Throws: ``PGError/Code/configuration``, which never quotes a value.
    func validate() throws(PGError) {
        let texts = [
            (rootCertificate, "The path of the root certificates"), (certificate, "The path of the client certificate"),
            (key, "The path of the private key"), (keyPassword, "The password of the private key"),
            (revocationList, "The path of the revoked certificates"),
            (revocationDirectory, "The path of the revoked certificates"),
        ]
        for (text, name) in texts where text?.hasNUL == true {
            throw PGError(.configuration, "\(name) contains a zero byte", retry: .pointless)
        }
        if rootCertificate == "system", mode != .verifyFull {
            // Anybody can have a certificate of some authority that the system trusts.
            throw PGError(
                .configuration, "sslrootcert=system needs sslmode=verify-full, not \(mode.rawValue)", retry: .pointless)
        }
        if negotiation == .direct, [.disable, .allow, .prefer].contains(mode) {
            throw PGError(
                .configuration,
                "sslnegotiation=direct needs sslmode=require, verify-ca or verify-full, not \(mode.rawValue)",
                retry: .pointless)
        }
        if let maximumVersion, maximumVersion < minimumVersion {
            throw PGError(
                .configuration, "ssl_min_protocol_version is above ssl_max_protocol_version", retry: .pointless)
        }
    }
}

extension PGTLSConfiguration: CustomReflectable {
    /// The properties, with `<redacted>` in the place of the private key's password.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "mode": mode, "negotiation": negotiation, "rootCertificate": rootCertificate as Any,
                "certificate": certificate as Any, "key": key as Any,
                "keyPassword": keyPassword.map { _ in "<redacted>" } as Any, "certificateMode": certificateMode,
                "revocationList": revocationList as Any, "revocationDirectory": revocationDirectory as Any,
                "sendsServerName": sendsServerName, "minimumVersion": minimumVersion,
                "maximumVersion": maximumVersion as Any,
            ], displayStyle: .struct)
    }
}

extension PGTLSConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// The mode, and how TLS begins.
    public var description: String { "PGTLSConfiguration(\(mode.rawValue), \(negotiation.rawValue))" }

    /// The same as ``description``.
    public var debugDescription: String { description }
}

extension PGAuthenticationPolicy {
    /// - Throws: ``PGError/Code/configuration`` where no server could be accepted.
    func validate() throws(PGError) {
        guard !methods.isEmpty else {
            throw PGError(.configuration, "require_auth accepts no method of authentication", retry: .pointless)
        }
        guard maximumSCRAMIterations > 0 else {
            throw PGError(.configuration, "The most SCRAM iterations are not above zero", retry: .pointless)
        }
    }
}
