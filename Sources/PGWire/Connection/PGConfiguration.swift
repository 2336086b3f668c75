/// Which server to connect to, as whom, and how.
///
/// Its description, its mirror and the errors it throws never hold the password.
public struct PGConfiguration: Sendable {
    /// Where the server listens.
    public var host: PGAddress
    /// The role to log in as.
    public var user: String
    /// The password, for servers that ask for one.
    public var password: String?
    /// The database to use.
    public var database: String
    /// Whether to use TLS, what to check, and what to show. Defaults to ``SSLMode/prefer``, as libpq does.
    public var tls: PGTLSConfiguration
    /// What the server may ask for before it is trusted. Defaults to anything.
    public var authentication = PGAuthenticationPolicy()
    /// The versions of the protocol to speak: the highest is asked for, and one of them must be agreed upon. Defaults to
    /// 3.0 alone, as in libpq.
    public var protocolVersions: ClosedRange<PGProtocolVersion> = .v3_0 ... .v3_0
    /// The name that `pg_stat_activity` and the server's log show.
    public var applicationName: String?
    /// How long to wait, all in all, until a connection can be used: more than zero and at most
    /// ``longestConnectTimeout``. Defaults to ``defaultConnectTimeout``.
    public var connectTimeout: Duration
    /// Command line options for the server process, such as `-c statement_timeout=5s`.
    public var options: String?

    /// Ten seconds.
    public static let defaultConnectTimeout: Duration = .seconds(10)
    /// An hour. libpq can wait without end; here every wait has one.
    public static let longestConnectTimeout: Duration = .seconds(3600)

    /// A configuration from its parts.
    ///
    /// - Parameter database: the database's name, or nil for the one that has the user's name.
    public init(
        host: PGAddress, user: String, password: String? = nil, database: String? = nil,
        tls: PGTLSConfiguration = PGTLSConfiguration(), applicationName: String? = nil,
        connectTimeout: Duration = PGConfiguration.defaultConnectTimeout, options: String? = nil
    ) {
        self.host = host
        self.user = user
        self.password = password
        self.database = database ?? user
        self.tls = tls
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.options = options
    }

    /// `host:port/database`, or the path of a Unix socket: what errors and logs call the server.
    public var addressDescription: String {
        switch host {
        case .tcp: "\(host)/\(database)"
        case .unix: "\(host)"
        }
    }

    /// Checks what the types alone cannot promise, such as a zero byte, which would end a startup parameter early and
    /// begin another one.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/configuration``, which never quotes a value.
    public func validate() throws(PGError) {
        func check(_ value: String?, _ name: String) throws(PGError) {
            guard let value, value.utf8.contains(0) else { return }
            throw PGError(.configuration, "\(name) contains a zero byte", retry: .pointless)
        }
        switch host {
        case .tcp(let host, let port):
            try check(host, "The host name")
            guard !host.isEmpty else { throw PGError(.configuration, "The host name is empty", retry: .pointless) }
            guard port != 0 else { throw PGError(.configuration, "The port is not 1 to 65535", retry: .pointless) }
        case .unix(let path):
            try check(path, "The socket's path")
            guard (1...PGAddress.longestPath).contains(path.utf8.count) else {
                let limit = PGAddress.longestPath
                throw PGError(.configuration, "The socket's path is not 1 to \(limit) bytes long", retry: .pointless)
            }
        }
        guard !user.isEmpty else { throw PGError(.configuration, "The user is empty", retry: .pointless) }
        try check(user, "The user")
        try check(password, "The password")
        try check(database, "The database")
        try tls.validate()
        try authentication.validate()
        try check(applicationName, "The application name")
        try check(options, "The options")
        guard connectTimeout > .zero, connectTimeout <= Self.longestConnectTimeout else {
            throw PGError(.configuration, "The connect timeout is not above zero and up to an hour", retry: .pointless)
        }
    }
}

extension PGConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The server, the user and the TLS mode.
    public var description: String {
        let place = if case .unix = host { "\(host), database: \(database)" } else { addressDescription }
        return "PGConfiguration(\(place), user: \(user), sslMode: \(tls.mode.rawValue))"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// The properties, with `<redacted>` in the place of a password.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "host": host, "user": user, "password": password.map { _ in "<redacted>" } as Any,
                "database": database, "tls": tls, "authentication": authentication,
                "protocolVersions": protocolVersions,
                "applicationName": applicationName as Any, "connectTimeout": connectTimeout, "options": options as Any,
            ], displayStyle: .struct)
    }
}
