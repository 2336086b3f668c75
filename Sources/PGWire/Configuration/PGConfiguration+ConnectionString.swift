extension PGConfiguration {
    /// Reads a connection URL: `postgres://user:password@host:port,host:port/database?keyword=value&…`.
    ///
    /// It is read as libpq reads it, but that a character which could split the URL in more than one way is refused: a
    /// `#`, and a second or late `@`. A host that begins with a slash (`%2Fvar%2Frun%2Fpostgresql`, or
    /// `?host=/var/run/postgresql`) is the directory of a Unix socket; one that begins with `@` is a socket in Linux's
    /// abstract namespace. Keywords are those of ``init(connectionString:environment:)``; they win over the same
    /// thing earlier in the URL.
    ///
    /// Of the environment, nothing is read unless it is passed along: neither variables nor files in the home folder.
    /// See ``init(connectionString:environment:)`` for what is read then, and for the defaults.
    ///
    /// See [Connection URIs](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/configuration``. It names what is wrong and quotes nothing of the URL
    ///   but an unknown keyword.
    public init(
        url: String, environment: [String: String] = [:]
    ) throws(PGError) {
        try self.init(try ConnectionURL(url).parameters, environment)
    }

    /// Reads a connection string: a URL, or keywords and values as in `host=localhost dbname='my db'`.
    ///
    /// The keywords are those of libpq 18 with libpq's meaning, but for those that this driver has no use for
    /// (`krbsrvname`, `gsslib`, `gssdelegation`, `oauth_…`, `scram_client_key`, `scram_server_key`, `sslcompression`,
    /// `sslkeylogfile`, `replication`): these are refused unless they ask for nothing. `gssencmode` may be `disable` or
    /// `prefer`, which is plain TLS here, and not `require`. `client_encoding` is UTF-8 whatever is said, so that only
    /// `UTF8` and `auto` are accepted. Where a keyword comes twice, the later one counts.
    ///
    /// What the string leaves out comes from the service that `service` or `PGSERVICE` names, then from the
    /// environment's variables, then from the defaults: `localhost`, port 5432, the operating system's user, a database
    /// with the user's name, `sslmode=prefer`, and ten seconds to connect. These are libpq's, but for the host, where
    /// libpq takes a Unix socket in a directory that depends on how it was built, and the time, where libpq waits
    /// without end; `connect_timeout=0` means ``longestConnectTimeout``.
    ///
    /// Where no password is given, one is looked for in the file that `passfile` or `PGPASSFILE` names, else in
    /// `~/.pgpass`, for each host, whenever a connection is made; see ``passwordFile``.
    ///
    /// Variables that are read: those of libpq's keywords, such as `PGHOST` and `PGSSLMODE`, and `PGREQUIRESSL`,
    /// `PGSERVICEFILE`, `PGSYSCONFDIR`, `PGTZ`, `PGGEQO` and `HOME`. One that is empty counts as absent. `PGDATESTYLE`
    /// is not read, as the driver reads dates in binary form and sets the style of the session to ISO.
    ///
    /// See [Database Connection Control Functions](https://www.postgresql.org/docs/current/libpq-connect.html) and
    /// [Environment Variables](https://www.postgresql.org/docs/current/libpq-envars.html).
    ///
    /// - Parameters:
    ///   - connectionString: The URL, or the keywords and values.
    ///   - environment: The variables, such as ``processEnvironment``. Nothing of it is read unless it is passed along:
    ///     with the default there are no variables and no home folder.
    /// - Throws: ``PGError`` with ``PGError/Code/configuration``. It names what is wrong and quotes nothing of the string
    ///   but an unknown keyword.
    public init(
        connectionString: String, environment: [String: String] = [:]
    ) throws(PGError) {
        let parameters =
            ConnectionURL.isURL(connectionString)
            ? try ConnectionURL(connectionString).parameters : try KeywordValueString(connectionString).parameters
        try self.init(parameters, environment)
    }

    /// What the environment alone says, as `psql` without arguments has it; see
    /// ``init(connectionString:environment:)``.
    ///
    /// - Throws: ``PGError`` with ``PGError/Code/configuration``, which quotes no value.
    public static func fromEnvironment(
        _ environment: [String: String] = processEnvironment
    ) throws(PGError) -> PGConfiguration {
        try PGConfiguration(connectionString: "", environment: environment)
    }

    /// The variables of the process that say something about connections.
    public static var processEnvironment: [String: String] {
        ProcessEnvironment.values(of: ConnectionEnvironment.variables)
    }

    private init(
        _ explicit: ConnectionParameters, _ environment: [String: String]
    ) throws(PGError) {
        let environment = environment.filter { !$0.value.isEmpty }
        var parameters = explicit
        try ConnectionEnvironment.fill(&parameters, from: environment)
        try self.init(parameters)
        for (name, variable) in ConnectionEnvironment.settings { settings[name] = environment[variable] }
        passwordFile = parameters.text(.passwordFile) ?? environment["HOME"].map { "\($0)/.pgpass" }
        try validate()
    }
}
