import COpenSSL

/// Errors of libssl and libcrypto, with what helps against them.
enum TLSFailure {
    /// The reason that libcrypto left in its queue, as an error.
    static func error(_ what: String) -> PGError {
        let code = ERR_get_error()
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else {
            return PGError(.tls, what, retry: .pointless)
        }
        let text = unsafe String(cString: reason)
        let cure = cure(for: text).map { "; \($0)" } ?? ""
        return PGError(.tls, "\(what): \(text)\(cure)", retry: .pointless)
    }

    /// A certificate of the server's that the check refused.
    static func refusedCertificate(_ verdict: Int) -> PGError {
        let text = unsafe String(cString: X509_verify_cert_error_string(verdict))
        let cure: String? =
            switch CInt(clamping: verdict) {
            case X509_V_ERR_CERT_HAS_EXPIRED: "renew it on the server, or set this machine's clock"
            case X509_V_ERR_CERT_NOT_YET_VALID: "set this machine's clock, or wait"
            case X509_V_ERR_CERT_REVOKED: "the server needs another one"
            case X509_V_ERR_UNABLE_TO_GET_CRL:
                "the revocation lists of sslcrl and sslcrldir must have one of each authority"
            case X509_V_ERR_CRL_HAS_EXPIRED: "renew the list of revoked certificates"
            case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE:
                "sslrootcert must name the certificate of the authority that signed it"
            default: nil
            }
        return PGError(
            .tls, "The server's certificate is refused: \(text)\(cure.map { "; \($0)" } ?? "")", retry: .pointless)
    }

    private static func cure(for reason: String) -> String? {
        switch reason {
        case "wrong version number", "http request", "packet length too long", "record layer failure":
            "what answers here does not speak TLS"
        case "unsupported protocol", "tlsv1 alert protocol version", "no protocols available":
            "client and server have no version of TLS in common; see ssl_min_protocol_version and "
                + "ssl_max_protocol_version on both sides"
        case "tlsv13 alert certificate required", "peer did not return a certificate":
            "the server wants a client certificate; give sslcert and sslkey"
        case "tlsv1 alert unknown ca", "sslv3 alert bad certificate", "sslv3 alert certificate expired",
            "sslv3 alert certificate revoked", "sslv3 alert certificate unknown",
            "sslv3 alert unsupported certificate", "tlsv1 alert decrypt error":
            "the server refuses the client certificate of sslcert"
        case "tlsv1 alert no application protocol": "the server does not speak PostgreSQL's protocol under TLS"
        case "bad decrypt", "bad password read", "problems getting password", "empty password", "maybe wrong password":
            "sslpassword must be the private key's"
        case "key values mismatch": "sslkey must be the key of sslcert"
        default: nil
        }
    }
}
