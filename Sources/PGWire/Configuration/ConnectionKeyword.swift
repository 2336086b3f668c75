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
        case .host, .port, .user, .password, .service, .options: "PG\(rawValue.uppercased())"
        case .database: "PGDATABASE"
        case .applicationName: "PGAPPNAME"
        case .passwordFile, .hostAddress, .requiredPeer, .gssEncryptionMode, .connectTimeout:
            "PG\(rawValue.uppercased())"
        case .sslMode, .sslNegotiation, .sslRootCertificate, .sslCertificate, .sslKey, .sslRevocationList,
            .sslRevocationDirectory, .sslServerName, .sslCertificateMode:
            "PG\(rawValue.uppercased())"
        case .clientEncoding, .targetSession, .loadBalancing, .sslMinimumVersion, .sslMaximumVersion, .channelBinding,
            .requiredMethods, .minimumProtocolVersion, .maximumProtocolVersion:
            "PG\(rawValue.uppercased().filter { $0 != "_" })"
        case .sslPassword, .fallbackApplicationName, .keepalives, .keepalivesIdle, .keepalivesInterval,
            .keepalivesCount, .tcpUserTimeout:
            nil
        }
    }
}

/// A keyword that libpq has and this driver has not.
struct UnsupportedKeyword: Sendable {
    /// Why not.
    let reason: String
    /// The values that ask for nothing, and are passed over.
    let harmlessValues: Set<String>

    private static let kerberos = UnsupportedKeyword(
        reason: "this driver does not authenticate by Kerberos (GSSAPI)", harmlessValues: [""])
    private static let oauth = UnsupportedKeyword(
        reason: "this driver does not authenticate by OAuth", harmlessValues: [""])
    private static let scramKeys = UnsupportedKeyword(
        reason: "this driver authenticates by SCRAM with the password alone", harmlessValues: [""])

    static let byName: [String: UnsupportedKeyword] = [
        "krbsrvname": kerberos, "gsslib": kerberos,
        "gssdelegation": UnsupportedKeyword(reason: kerberos.reason, harmlessValues: ["", "0"]),
        "oauth_issuer": oauth, "oauth_client_id": oauth, "oauth_client_secret": oauth, "oauth_scope": oauth,
        "scram_client_key": scramKeys, "scram_server_key": scramKeys,
        "sslcompression": UnsupportedKeyword(
            reason: "this driver does not compress, which would weaken TLS", harmlessValues: ["", "0"]),
        "sslkeylogfile": UnsupportedKeyword(
            reason: "this driver does not write the secrets of TLS to a file", harmlessValues: [""]),
        "replication": UnsupportedKeyword(
            reason: "this driver does not speak the replication protocol",
            harmlessValues: ["", "0", "false", "off", "no"]),
    ]
}
