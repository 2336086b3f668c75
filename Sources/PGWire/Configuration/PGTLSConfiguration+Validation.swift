extension PGTLSConfiguration {
    /// Checks the paths and passwords, and that no value takes away what another one asks for.
    func validate() throws(PGError) {
        func refuse(_ problem: String) -> PGError { PGError(.configuration, problem, retry: .pointless) }
        try PGError.refuseZeroByte(in: rootCertificate, "The path of the root certificates")
        try PGError.refuseZeroByte(in: certificate, "The path of the client's certificate")
        try PGError.refuseZeroByte(in: key, "The path of the client's key")
        try PGError.refuseZeroByte(in: keyPassword, "The password of the client's key")
        try PGError.refuseZeroByte(in: revocationList, "The path of the revoked certificates")
        try PGError.refuseZeroByte(in: revocationDirectory, "The folder of the revoked certificates")
        let strong: Set<SSLMode> = [.require, .verifyCA, .verifyFull]
        guard negotiation == .postgres || strong.contains(mode) else {
            throw refuse("sslnegotiation=direct needs sslmode=require, verify-ca or verify-full")
        }
        guard rootCertificate != "system" || mode == .verifyFull else {
            throw refuse("sslrootcert=system needs sslmode=verify-full")
        }
        guard minimumVersion <= maximumVersion ?? .tls1_3 else {
            throw refuse("ssl_min_protocol_version is above ssl_max_protocol_version")
        }
    }
}
