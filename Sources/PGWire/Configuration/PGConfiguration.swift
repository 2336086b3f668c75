/// Which servers to connect to, as whom, and how.
///
/// Its description, its mirror and the errors it throws never hold a password.
///
/// See [Database Connection Control Functions](https://www.postgresql.org/docs/current/libpq-connect.html) and
/// [Client Authentication](https://www.postgresql.org/docs/current/client-authentication.html).
public struct PGConfiguration: Sendable {
    /// The servers, in the order in which they are tried; at least one, and at most ``mostHosts``.
    public var hosts: [PGHost]
    /// Whether the servers are tried in a random order instead. Defaults to ``PGLoadBalancing/disable``.
    public var loadBalancing = PGLoadBalancing.disable
    /// What kind of server will do. Defaults to ``PGTargetSession/any``.
    public var targetSession = PGTargetSession.any
    /// The role to log in as.
    public var user: String
    /// The password, for servers that ask for one and have none of their own in ``hosts``.
    public var password: String?
    /// A file that is read at each connection, where no password is given for a host, to look for the one of its address,
    /// the ``database`` and the ``user``; nil for none. It may have up to 1 MiB, and others than its owner must have no
    /// access to it; one that is not there is no error, and one that cannot be used a warning in the log.
    ///
    /// See [The Password File](https://www.postgresql.org/docs/current/libpq-pgpass.html).
    public var passwordFile: String?
    /// The database to use.
    public var database: String
    /// Whether to use TLS, what to check, and what to show. Defaults to ``SSLMode/prefer``, as libpq does.
    public var tls: PGTLSConfiguration
    /// What the server may ask for before it is trusted. Defaults to anything.
    public var authentication = PGAuthenticationPolicy()
    /// The operating system's user that the server must run as, checked on Unix sockets alone (`requirepeer`); nil
    /// takes any.
    public var requiredPeer: String?
    /// The versions of the protocol to speak: the highest is asked for, and one of them must be agreed upon. Defaults to
    /// 3.0 alone, as in libpq.
    public var protocolVersions: ClosedRange<PGProtocolVersion> = .v3_0 ... .v3_0
    /// The name that `pg_stat_activity` and the server's log show.
    public var applicationName: String?
    /// How long to wait for one address of one host, from the connecting until the session can be used, and as long
    /// again for the look-up of a host's name: more than zero and at most ``longestConnectTimeout``. Defaults to
    /// ``defaultConnectTimeout``.
    public var connectTimeout: Duration
    /// How the system notices that a server is gone.
    public var tcp = PGTCPConfiguration()
    /// Command line options for the server process, such as `-c statement_timeout=5s`.
    public var options: String?
    /// Settings that the session begins with, such as `TimeZone`. A pooler may refuse those that it does not track.
    public var settings: [String: String] = [:]

    /// Ten seconds.
    public static let defaultConnectTimeout: Duration = .seconds(10)
    /// An hour. libpq can wait without end; here every wait has one.
    public static let longestConnectTimeout: Duration = .seconds(3600)
    /// 128.
    public static let mostHosts = 128

    /// A configuration from its parts.
    ///
    /// - Parameters:
    ///   - hosts: The servers, in the order in which they are tried; at least one, and at most ``mostHosts``.
    ///   - user: The role to log in as.
    ///   - password: The password, for servers that ask for one.
    ///   - database: The database's name, or nil for the one that has the user's name.
    ///   - tls: Whether to use TLS, and what to check.
    ///   - applicationName: The name that `pg_stat_activity` and the server's log show.
    ///   - connectTimeout: How long to wait for one address of one host; see ``connectTimeout``.
    ///   - options: Command line options for the server process, such as `-c statement_timeout=5s`.
    public init(
        hosts: [PGHost], user: String, password: String? = nil, database: String? = nil,
        tls: PGTLSConfiguration = PGTLSConfiguration(), applicationName: String? = nil,
        connectTimeout: Duration = PGConfiguration.defaultConnectTimeout, options: String? = nil
    ) {
        self.hosts = hosts
        self.user = user
        self.password = password
        self.database = database ?? user
        self.tls = tls
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.options = options
    }

    /// A configuration from its parts, for one server.
    ///
    /// - Parameters:
    ///   - host: Where the server listens.
    ///   - user: The role to log in as.
    ///   - password: The password, for servers that ask for one.
    ///   - database: The database's name, or nil for the one that has the user's name.
    ///   - tls: Whether to use TLS, and what to check.
    ///   - applicationName: The name that `pg_stat_activity` and the server's log show.
    ///   - connectTimeout: How long to wait for one address of one host; see ``connectTimeout``.
    ///   - options: Command line options for the server process, such as `-c statement_timeout=5s`.
    public init(
        host: PGAddress, user: String, password: String? = nil, database: String? = nil,
        tls: PGTLSConfiguration = PGTLSConfiguration(), applicationName: String? = nil,
        connectTimeout: Duration = PGConfiguration.defaultConnectTimeout, options: String? = nil
    ) {
        self.init(
            hosts: [PGHost(host)], user: user, password: password, database: database, tls: tls,
            applicationName: applicationName, connectTimeout: connectTimeout, options: options)
    }

    /// Where the first of ``hosts`` listens. Setting it leaves that one server alone, with nothing else known of it.
    public var host: PGAddress {
        get { hosts.first?.address ?? .tcp(host: "localhost", port: PGAddress.defaultPort) }
        set { hosts = [PGHost(newValue)] }
    }

    /// `host:port/database`, or the path of a Unix socket, several separated by commas: what errors and logs call the
    /// servers.
    public var addressDescription: String {
        let places = hosts.map { "\($0.address)" }.joined(separator: ",")
        let isTCP = hosts.contains { if case .tcp = $0.address { true } else { false } }
        return isTCP ? "\(places)/\(database)" : places
    }

    /// The same for one of the servers alone, with its own password.
    func selecting(_ host: PGHost) -> PGConfiguration {
        var selected = self
        selected.hosts = [host]
        selected.password = host.password ?? password
        return selected
    }
}

extension PGConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The servers, the user and the TLS mode.
    public var description: String {
        let isTCP = hosts.contains { if case .tcp = $0.address { true } else { false } }
        let place = isTCP ? addressDescription : "\(addressDescription), database: \(database)"
        return "PGConfiguration(\(place), user: \(user), sslMode: \(tls.mode.rawValue))"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// The properties, with `<redacted>` in the place of a password.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "hosts": hosts, "loadBalancing": loadBalancing, "targetSession": targetSession, "user": user,
                "password": password.map { _ in "<redacted>" } as Any, "passwordFile": passwordFile as Any,
                "database": database, "tls": tls, "authentication": authentication, "requiredPeer": requiredPeer as Any,
                "protocolVersions": protocolVersions, "applicationName": applicationName as Any,
                "connectTimeout": connectTimeout, "tcp": tcp, "options": options as Any, "settings": settings,
            ], displayStyle: .struct)
    }
}
