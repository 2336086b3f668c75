/// What a connection string, a service file or an environment variable can say, by libpq's names.
///
/// See [Parameter Key Words](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS).
enum ConnectionKeyword: String, Sendable, Hashable, CaseIterable {
    case host
    case hostAddress = "hostaddr"
    case port
    case database = "dbname"
    case user
    case password
    case passwordFile = "passfile"
    case service
    case connectTimeout = "connect_timeout"
    case clientEncoding = "client_encoding"
    case options
    case applicationName = "application_name"
    case fallbackApplicationName = "fallback_application_name"
    case keepalives
    case keepalivesIdle = "keepalives_idle"
    case keepalivesInterval = "keepalives_interval"
    case keepalivesCount = "keepalives_count"
    case tcpUserTimeout = "tcp_user_timeout"
    case targetSession = "target_session_attrs"
    case loadBalancing = "load_balance_hosts"
    case sslMode = "sslmode"
    case sslNegotiation = "sslnegotiation"
    case sslRootCertificate = "sslrootcert"
    case sslCertificate = "sslcert"
    case sslKey = "sslkey"
    case sslPassword = "sslpassword"
    case sslRevocationList = "sslcrl"
    case sslRevocationDirectory = "sslcrldir"
    case sslServerName = "sslsni"
    case sslCertificateMode = "sslcertmode"
    case sslMinimumVersion = "ssl_min_protocol_version"
    case sslMaximumVersion = "ssl_max_protocol_version"
    case channelBinding = "channel_binding"
    case requiredMethods = "require_auth"
    case requiredPeer = "requirepeer"
    case minimumProtocolVersion = "min_protocol_version"
    case maximumProtocolVersion = "max_protocol_version"
    case gssEncryptionMode = "gssencmode"

    /// The environment variable that says the same; nil where libpq has none.
    var variable: String? {
        switch self {
        case .database: "PGDATABASE"
        case .applicationName: "PGAPPNAME"
        case .connectTimeout: "PGCONNECT_TIMEOUT"
        case .sslPassword, .fallbackApplicationName, .keepalives, .keepalivesIdle, .keepalivesInterval,
            .keepalivesCount, .tcpUserTimeout:
            nil
        default: "PG\(rawValue.uppercased().filter { $0 != "_" })"
        }
    }
}
