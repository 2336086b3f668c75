/// Whether a connection uses TLS, what it checks, and what it shows of itself.
///
/// The names in parentheses are libpq's keywords, whose meaning each property has; see
/// [SSL Support](https://www.postgresql.org/docs/current/libpq-ssl.html).
public struct PGTLSConfiguration: Sendable, Hashable {
    /// How TLS begins.
    public enum Negotiation: String, Sendable, Hashable, CaseIterable {
        /// The client asks first, in plain text, whether the server speaks TLS.
        case postgres
        /// The TLS handshake comes first, with the protocol `postgresql` named in it (ALPN): one round trip less, for
        /// PostgreSQL 17 and later. It needs ``SSLMode/require`` or more.
        case direct
    }

    /// A version of TLS.
    public enum Version: String, Sendable, Hashable, CaseIterable, Comparable {
        /// TLS 1.0, which libssl 3 refuses at its usual level of security.
        case tls1_0 = "TLSv1"
        /// TLS 1.1, which libssl 3 refuses at its usual level of security.
        case tls1_1 = "TLSv1.1"
        /// TLS 1.2.
        case tls1_2 = "TLSv1.2"
        /// TLS 1.3.
        case tls1_3 = "TLSv1.3"

        public static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
    }

    /// Whether a client certificate is sent.
    public enum CertificateMode: String, Sendable, Hashable, CaseIterable {
        /// Never, whatever the server asks for.
        case disable
        /// Where the server asks and there is one.
        case allow
        /// The server must ask for one, and there must be one.
        case require
    }

    /// Whether to use TLS, and what to check (`sslmode`). Defaults to ``SSLMode/prefer``.
    public var mode: SSLMode
    /// How TLS begins (`sslnegotiation`). Defaults to ``Negotiation/postgres``.
    public var negotiation = Negotiation.postgres
    /// A file of PEM certificates to trust, or `system` for the system's (`sslrootcert`); nil is
    /// `~/.postgresql/root.crt` where that exists.
    public var rootCertificate: String?
    /// A file with the client's certificate (`sslcert`); nil is `~/.postgresql/postgresql.crt` where that exists.
    public var certificate: String?
    /// A file with the certificate's private key (`sslkey`); nil is `~/.postgresql/postgresql.key`.
    public var key: String?
    /// What the private key is encrypted with (`sslpassword`).
    public var keyPassword: String?
    /// Whether to send the certificate (`sslcertmode`). Defaults to ``CertificateMode/allow``.
    public var certificateMode = CertificateMode.allow
    /// A file of revoked certificates (`sslcrl`); nil is `~/.postgresql/root.crl` where that exists.
    public var revocationList: String?
    /// A folder of revoked certificates, as `openssl rehash` prepares it (`sslcrldir`).
    public var revocationDirectory: String?
    /// Whether the hello names the host, unless it is an address (`sslsni`). Defaults to true.
    public var sendsServerName = true
    /// The least version of TLS (`ssl_min_protocol_version`). Defaults to TLS 1.2.
    public var minimumVersion = Version.tls1_2
    /// The highest version of TLS (`ssl_max_protocol_version`); nil is the highest that libssl has.
    public var maximumVersion: Version?

    /// The defaults with a mode and trusted certificates.
    public init(mode: SSLMode = .prefer, rootCertificate: String? = nil) {
        self.mode = mode
        self.rootCertificate = rootCertificate
    }
}
