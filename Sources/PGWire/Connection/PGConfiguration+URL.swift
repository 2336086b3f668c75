extension PGConfiguration {
    /// Reads a connection URL: `postgres://user:password@host:port/database?keyword=value&…`.
    ///
    /// What the URL leaves out is `localhost`, port 5432, the operating system's user, and a database with the user's
    /// name. A host that begins with a slash (`%2Fvar%2Frun%2Fpostgresql`, or `?host=/var/run/postgresql`) is the
    /// directory of a Unix socket. Keywords are `host`, `port`, `user`, `password`, `dbname`, `sslmode`, `sslrootcert`,
    /// `application_name`, `connect_timeout` and `options`; they win over the same thing earlier in the URL, and an
    /// empty value counts as none. Environment variables are not read.
    ///
    /// `connect_timeout` is in seconds. Zero and less mean ``longestConnectTimeout``, where libpq waits without end.
    ///
    /// See [Connection URIs](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/configuration``. It names what is wrong and quotes nothing of the URL
    ///   but an unknown keyword.
    public init(url: String) throws(PGError) {
        var parts = try ConnectionURL(url)
        func take(_ keyword: String) -> String? {
            guard let value = parts.parameters.removeValue(forKey: keyword), !value.isEmpty else { return nil }
            return value
        }
        let host = take("host")
        let port = take("port")
        let user = take("user")
        let password = take("password")
        let database = take("dbname")
        let sslMode = take("sslmode")
        let sslRootCertificate = take("sslrootcert")
        let applicationName = take("application_name")
        let connectTimeout = take("connect_timeout")
        let options = take("options")
        if let unknown = parts.parameters.keys.min() { throw .url("it has the unknown keyword \(unknown)") }

        let number = if let port { try Self.port(port) } else { PGAddress.defaultPort }
        let timeout =
            if let connectTimeout { try Self.connectTimeout(connectTimeout) } else { Self.defaultConnectTimeout }
        let mode = if let sslMode { try Self.sslMode(sslMode) } else { SSLMode.prefer }
        let role = if let user { user } else { try Self.operatingSystemUser() }
        self.init(
            host: try Self.address(host: host ?? "localhost", port: number), user: role, password: password,
            database: database, tls: PGTLSConfiguration(mode: mode, rootCertificate: sslRootCertificate),
            applicationName: applicationName, connectTimeout: timeout,
            options: options)
        try validate()
    }

    private static func address(host: String, port: UInt16) throws(PGError) -> PGAddress {
        guard !host.utf8.contains(UInt8(ascii: ",")) else { throw .severalHosts }
        guard host.utf8.first != UInt8(ascii: "/") else { return .unix(directory: host, port: port) }
        let printable = host.utf8.allSatisfy { byte in
            (0x21...0x7E).contains(byte) && !#"/?#@[]\"<>"#.utf8.contains(byte)
        }
        guard printable else {
            throw .url("the host has a character that no host name has (international names are written in Punycode)")
        }
        if host.utf8.contains(UInt8(ascii: ":")) {
            // An IPv6 address; what follows its % is the name of an interface.
            let address = host.utf8.prefix { $0 != UInt8(ascii: "%") }
            let colons = address.count { $0 == UInt8(ascii: ":") }
            guard (2...7).contains(colons), address.allSatisfy({ "0123456789abcdefABCDEF:.".utf8.contains($0) }) else {
                throw .url("the host is not an IPv6 address, yet has a colon")
            }
        } else if host.utf8.contains(UInt8(ascii: "%")) {
            throw .url("the host has a % that belongs to no IPv6 address")
        }
        return .tcp(host: host, port: port)
    }

    private static func port(_ text: String) throws(PGError) -> UInt16 {
        guard !text.utf8.contains(UInt8(ascii: ",")) else { throw .severalHosts }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(text), port != 0 else {
            throw .url("the port is not 1 to 65535")
        }
        return port
    }

    private static func sslMode(_ text: String) throws(PGError) -> SSLMode {
        if let mode = SSLMode(rawValue: text) { return mode }
        throw .url("sslmode is none of \(SSLMode.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    private static func connectTimeout(_ text: String) throws(PGError) -> Duration {
        guard let seconds = Int(text) else { throw .url("connect_timeout is not a whole number of seconds") }
        let timeout = Duration.seconds(seconds)
        return seconds <= 0 ? longestConnectTimeout : min(timeout, longestConnectTimeout)
    }
}

extension PGError {
    /// An error about a connection URL, whose message must quote none of its values.
    static func url(_ problem: String) -> PGError {
        PGError(.configuration, "The connection URL is not valid: \(problem)", retry: .pointless)
    }

    static var severalHosts: PGError { .url("several hosts are not supported yet") }
}
