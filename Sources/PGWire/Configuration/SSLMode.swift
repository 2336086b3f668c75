/// Whether a connection uses TLS, and what it checks, as libpq's `sslmode`.
///
/// Unix sockets never use TLS, whatever the mode, as in libpq. See
/// [SSL Mode Descriptions](https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION).
public enum SSLMode: String, Sendable, Hashable, CaseIterable {
    /// No TLS.
    case disable
    /// Plain text, and TLS where the server refuses the session in plain text. It protects against nobody.
    case allow
    /// TLS where the server offers it, plain text where it does not. It protects against nobody who can alter traffic.
    case prefer
    /// TLS or no connection. The certificate is not checked, so that it does not protect against a false server; unless
    /// there is a file of trusted certificates: then it means ``verifyCA``.
    case require
    /// TLS, with a certificate that a trusted authority signed, for whichever host.
    case verifyCA = "verify-ca"
    /// TLS, with a certificate that a trusted authority signed for the host name that was asked for.
    case verifyFull = "verify-full"
}
