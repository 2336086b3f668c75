import Foundation
import Glibc
public import PGWire
import PGWireTesting
import Synchronization

/// A PostgreSQL server of the tests' own: a new cluster in a folder of its own, on a free port and a Unix socket.
///
/// A watchdog process ends the server and removes its folder when the test process ends in whatever way. Tests that
/// need a server are declared with `.enabled(if: PostgresServer.isAvailable)`; those that stop or kill it take one of
/// their own from ``start(tls:settings:)``, all others take ``shared()``.
public actor PostgresServer {
    /// A role that the server has, and the way `pg_hba.conf` lets it in.
    public struct Role: Sendable {
        /// The role's name.
        public let name: String
        /// Its password, or nil where it is not asked for one.
        public let password: String?

        /// A role that a test made, or one of the server's with another password.
        public init(name: String, password: String?) {
            self.name = name
            self.password = password
        }

        /// The owner of the database `mcp`; SCRAM-SHA-256.
        public static let mcp = Role(name: "mcp", password: "mcp_pass")
        /// The superuser; let in without a password on the Unix socket, by SCRAM-SHA-256 elsewhere.
        public static let superuser = Role(name: "postgres", password: "postgres_pass")
        /// Let in without a password.
        public static let trust = Role(name: "trust_user", password: nil)
        /// Asked for its password in clear text.
        public static let cleartext = Role(name: "cleartext_user", password: "cleartext_pass")
        /// Asked for an MD5 digest of its password.
        public static let md5 = Role(name: "md5_user", password: "md5_pass")
        /// SCRAM-SHA-256, and over TCP by TLS alone.
        public static let tls = Role(name: "tls_user", password: "tls_pass")
        /// Never let in.
        public static let rejected = Role(name: "rejected_user", password: "rejected_pass")
    }

    /// The server's certificate.
    public enum TLS: Sendable {
        /// The server does not speak TLS.
        case none
        /// It names `localhost` and 127.0.0.1.
        case localhost
        /// It names `other.example` alone.
        case otherHost
    }

    /// What kept a server from working.
    public struct Failure: Error, CustomStringConvertible {
        /// What was wrong, with the server's log where that tells more.
        public let description: String
    }

    /// False where no PostgreSQL is installed, so that tests are skipped; in CI (`CI=true`) they fail instead.
    public static var isAvailable: Bool {
        PostgresInstallation.found != nil || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    /// 127.0.0.1 is the one address that it listens on.
    public nonisolated let host = "127.0.0.1"
    /// The port of TCP and of the Unix socket's name.
    public nonisolated let ownPort: UInt16
    /// The port of TCP for clients: of what stands before the server in this run, or else its own.
    public nonisolated var port: UInt16 { front.withLock { $0?.port } ?? ownPort }
    /// The folder of the Unix socket.
    public nonisolated let socketDirectory: String
    /// The certificate of the authority that signed the server's, where it speaks TLS.
    public nonisolated let rootCertificate: String?
    /// The certificate of an authority that did not sign the server's.
    public nonisolated let unrelatedRootCertificate: String?

    nonisolated let installation: PostgresInstallation
    private nonisolated let front = Mutex<Front?>(nil)
    private var process: Process?
    private let watchdog: Process
    /// Its other end is the watchdog's standard input, which ends when this is closed, by us or by our end.
    private let lifeline: Pipe

    /// Keeps every server until it is removed: a test often holds nothing but its URL.
    static let running = Mutex<[ObjectIdentifier: PostgresServer]>([:])
    private static let sharedServer = Task {
        let run = ServerUnderTest.current
        let server = try await PostgresServer.start(tls: run.encryption == .none ? .none : .localhost)
        let front = try await Front.make(run.front, before: server)
        server.front.withLock { $0 = front }
        return server
    }

    /// The server that all tests of this process share. It speaks TLS, and clients reach it without detour, unless the
    /// run's environment asks for something else; see ``ServerUnderTest``.
    public static func shared() async throws -> PostgresServer { try await sharedServer.value }

    /// Starts a server for one test, which may do with it what it likes and should end with ``remove()``.
    ///
    /// - Parameter settings: more lines for `postgresql.conf`.
    public static func start(tls: TLS = .localhost, settings: [String: String] = [:]) async throws -> PostgresServer {
        guard let installation = PostgresInstallation.found else {
            throw Failure(description: "no PostgreSQL found; PGWIRE_POSTGRES_BIN names the folder with its programs")
        }
        var attempts = 0
        while true {
            attempts += 1
            let server = try await PostgresServer(installation, tls: tls, settings: settings)
            do {
                running.withLock { $0[ObjectIdentifier(server)] = server }
                try await server.start()
                try await server.createRoles()
                return server
            } catch {
                let log = server.log()
                await server.remove()
                // Another process can take the port between our choice and the server's start.
                if log.contains("could not bind"), attempts < 5 { continue }
                throw Failure(description: "\(error)\n\(log)")
            }
        }
    }

    /// A new cluster, or a standby of another server with that one's roles, certificates and settings.
    init(
        _ installation: PostgresInstallation, tls: TLS, settings: [String: String] = [:],
        following primary: PostgresServer? = nil
    ) async throws {
        // In /tmp whatever TMPDIR says: a socket's path has 107 bytes at most.
        let folder = "/tmp/pgwire-\(UUID().uuidString.prefix(8).lowercased())"
        let files = FileManager.default
        try files.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        if geteuid() == 0, unsafe chown(folder, try Self.postgresUser().uid, try Self.postgresUser().gid) != 0 {
            throw Failure(description: "chown of \(folder) failed")
        }
        (watchdog, lifeline) = try Self.startWatchdog(of: folder)
        socketDirectory = folder
        ownPort = try Loopback.freePort()
        self.installation = installation
        var lines = ["port = \(ownPort)", "unix_socket_directories = '\(folder)'"]
        if let primary {
            try await Self.command(
                installation.program("pg_basebackup"), Self.backup(of: primary, to: "\(folder)/data"), in: folder
            ).run()
            (rootCertificate, unrelatedRootCertificate) = (primary.rootCertificate, primary.unrelatedRootCertificate)
            try Self.append(lines, to: "\(folder)/data/postgresql.conf")
            // What pg_basebackup writes there may be of a newer libpq than the one that the server finds.
            let source = "host=\(primary.socketDirectory) port=\(primary.ownPort) user=\(Role.superuser.name)"
            try Self.append(["primary_conninfo = '\(source)'"], to: "\(folder)/data/postgresql.auto.conf")
            return
        }
        try await Self.command(
            installation.program("initdb"),
            [
                "-D", "\(folder)/data", "-U", Role.superuser.name, "-E", "UTF8", "--no-locale", "--no-sync", "-A",
                "trust",
            ],
            in: folder
        ).run()
        lines += [
            "listen_addresses = '\(host)'", "fsync = off",
            "full_page_writes = off", "max_connections = 400", "shared_buffers = 32MB",
            "password_encryption = 'scram-sha-256'", "timezone = 'UTC'", "logging_collector = off",
        ]
        if tls == .none {
            (rootCertificate, unrelatedRootCertificate) = (nil, nil)
        } else {
            let names = tls == .localhost ? ["DNS:localhost", "IP:127.0.0.1"] : ["DNS:other.example"]
            let certificates = try await TestCertificates.make(in: folder, names: names)
            (rootCertificate, unrelatedRootCertificate) = (certificates.authority, certificates.otherAuthority)
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: certificates.key)
            if geteuid() == 0 {
                let user = try Self.postgresUser()
                _ = unsafe chown(certificates.key, user.uid, user.gid)
            }
            lines += [
                "ssl = on", "ssl_cert_file = '\(certificates.certificate)'", "ssl_key_file = '\(certificates.key)'",
            ]
        }
        lines += settings.map { "\($0.key) = '\($0.value.replacingOccurrences(of: "'", with: "''"))'" }
        try Self.append(lines, to: "\(folder)/data/postgresql.conf")
        try Self.hostBasedAuthentication.write(
            toFile: "\(folder)/data/pg_hba.conf", atomically: false, encoding: .utf8)
    }

    private static let hostBasedAuthentication = """
        local     all rejected_user             reject
        host      all rejected_user   all       reject
        local     all postgres                  trust
        local     replication postgres          trust
        local     all trust_user                trust
        host      all trust_user      all       trust
        local     all cleartext_user            password
        host      all cleartext_user  all       password
        local     all md5_user                  md5
        host      all md5_user        all       md5
        hostnossl all tls_user        all       reject
        local     all all                       scram-sha-256
        host      all all             all       scram-sha-256

        """

    private func createRoles() async throws {
        func create(_ role: Role) -> String {
            "CREATE ROLE \(role.name) LOGIN" + (role.password.map { " PASSWORD '\($0)'" } ?? "") + ";\n"
        }
        let password = Role.superuser.password ?? ""
        try await sql(
            """
            ALTER ROLE \(Role.superuser.name) PASSWORD '\(password)';
            \([Role.mcp, .trust, .cleartext, .tls, .rejected].map(create).joined())
            SET password_encryption = 'md5';
            \(create(.md5))
            GRANT pg_signal_backend TO \(Role.mcp.name);
            CREATE DATABASE mcp OWNER \(Role.mcp.name);
            """, database: "postgres")
    }

    // MARK: Using it

    /// A URL for the server.
    ///
    /// - Parameters:
    ///   - host: another name for 127.0.0.1, such as `localhost`.
    ///   - sslMode: with `verify-ca` and `verify-full` the URL also names ``rootCertificate``.
    ///   - parameters: more keywords of the URL.
    public nonisolated func url(
        _ role: Role = .mcp, sslMode: SSLMode? = nil, database: String = "mcp", host: String? = nil,
        unixSocket: Bool = false, parameters: [String: String] = [:]
    ) -> String {
        func encode(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        }
        var query = parameters
        query["sslmode"] = query["sslmode"] ?? sslMode?.rawValue
        if sslMode == .verifyCA || sslMode == .verifyFull {
            query["sslrootcert"] = query["sslrootcert"] ?? rootCertificate
        }
        let credentials = encode(role.name) + (role.password.map { ":" + encode($0) } ?? "")
        let place = unixSocket ? "\(encode(socketDirectory)):\(ownPort)" : "\(host ?? self.host):\(port)"
        let keywords = query.sorted { $0.key < $1.key }.map { "\($0.key)=\(encode($0.value))" }.joined(separator: "&")
        return "postgres://\(credentials)@\(place)/\(encode(database))"
            + (keywords.isEmpty ? "" : "?" + keywords)
    }

    /// Runs SQL with psql, as the superuser unless told otherwise, each statement in its own transaction, and returns
    /// the rows, unaligned.
    @discardableResult
    public nonisolated func sql(
        _ sql: String, database: String = "mcp", as role: Role = .superuser
    ) async throws -> String {
        let file = "\(socketDirectory)/\(UUID().uuidString).sql"
        try sql.write(toFile: file, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let url = url(role, database: database, unixSocket: true)
        let arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", file, url]
        return try await Command(program: installation.program("psql"), arguments: arguments, folder: socketDirectory)
            .run()
    }

    /// What the server logged so far.
    public nonisolated func log() -> String {
        String(decoding: FileManager.default.contents(atPath: "\(socketDirectory)/log") ?? Data(), as: UTF8.self)
    }

    /// What psql, and so libpq, says to connection parameters: nil where a session can be had, else why not.
    public nonisolated func libpqRefusal(_ parameters: [String: String]) async -> String? {
        let keywords = parameters.sorted { $0.key < $1.key }.map { key, value in
            let escaped = value.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "\\'")
            return "\(key)='\(escaped)'"
        }
        let arguments = ["-XAtwc", "SELECT 1", keywords.joined(separator: " ")]
        do {
            try await Command(program: installation.program("psql"), arguments: arguments, folder: socketDirectory)
                .run()
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Replaces `pg_hba.conf` and settings, and returns once the server works by them.
    public nonisolated func reconfigure(hostBasedAuthentication: String, _ settings: [String: String]) async throws {
        try hostBasedAuthentication.write(
            toFile: "\(socketDirectory)/data/pg_hba.conf", atomically: false, encoding: .utf8)
        let changes = settings.map { "ALTER SYSTEM SET \($0.key) = '\($0.value)';\n" }.joined()
        let loaded = "SELECT pg_conf_load_time()"
        let before = try await sql(loaded)
        try await sql("\(changes)SELECT pg_reload_conf()")
        // A session begun before the postmaster has read its files still shows the old time.
        let isLoaded = try await eventually { try await sql(loaded) != before }
        guard isLoaded else { throw Failure(description: "the server did not read its configuration") }
    }

    /// Gives a private key to the server's user, as the server demands.
    public nonisolated func own(_ key: String) throws {
        _ = unsafe chmod(key, 0o600)
        guard geteuid() == 0 else { return }
        let user = try Self.postgresUser()
        guard unsafe chown(key, user.uid, user.gid) == 0 else { throw Failure(description: "chown of \(key) failed") }
    }

    // MARK: Starting and ending it

    /// Starts the server after ``stop()`` or ``kill()``; returns when it accepts connections.
    public func start() async throws {
        guard process?.isRunning != true else { return }
        let log = "\(socketDirectory)/log"
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(fileURLWithPath: log)) }
        guard let output = FileHandle(forWritingAtPath: log) else { throw Failure(description: "no log file") }
        try output.seekToEnd()
        let command = Self.command(
            installation.program("postgres"), ["-D", "\(socketDirectory)/data"], in: socketDirectory)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command.program)
        process.arguments = command.arguments
        process.currentDirectoryURL = URL(fileURLWithPath: socketDirectory)
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        self.process = process
        try await wait("for the server to start") {
            guard process.isRunning else { throw Failure(description: "the server ended at its start") }
            // The file of a server that was killed still says that it is ready.
            return postmaster != nil && pidFile.count >= 8 && pidFile[7].hasPrefix("ready")
        }
    }

    /// Ends the server at once, as a crash would: `pg_ctl stop -m immediate`.
    public func stop() async throws { try await end(with: SIGQUIT) }

    /// Ends the server and tells its sessions: `pg_ctl stop -m fast`.
    public func shutDown() async throws { try await end(with: SIGINT) }

    /// Kills the postmaster with SIGKILL; returns when its children are gone too.
    public func kill() async throws { try await end(with: SIGKILL) }

    /// Ends the server at once and starts it again on the same port.
    public func restart() async throws {
        try await stop()
        try await start()
    }

    /// Ends the server for good and removes its folder.
    public func remove() async {
        try? lifeline.fileHandleForWriting.close()
        try? await wait("for the watchdog") { !watchdog.isRunning }
        Self.running.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(self)) }
    }

    /// The postmaster's process id, where it runs.
    public var postmaster: Int32? {
        guard let pid = pidFile.first.flatMap({ Int32($0) }), pid > 0 else { return nil }
        return works(pid) ? pid : nil
    }

    private func end(with signal: Int32) async throws {
        guard let postmaster else { throw Failure(description: "the server does not run") }
        guard Glibc.kill(postmaster, signal) == 0 else { throw Failure(description: "kill failed: \(errno)") }
        let process = process
        try await wait("for the server to end") {
            guard process?.isRunning != true else { return false }
            return try processes().isEmpty
        }
    }

    /// The postmaster and its children.
    func processes() throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter(works)
    }

    /// The lines of `postmaster.pid`; the first has the process id and the eighth the state.
    private var pidFile: [String] {
        let content = FileManager.default.contents(atPath: "\(socketDirectory)/data/postmaster.pid") ?? Data()
        return String(decoding: content, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// Whether a process is one of this server's: they all work in its data folder, so that an id that was given to
    /// another process is told apart.
    private func works(_ pid: Int32) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) == "\(socketDirectory)/data"
    }

    func wait(_ purpose: String, until condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !condition() {
            guard ContinuousClock.now < deadline else { throw Failure(description: "waited in vain \(purpose)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    // MARK: The system

    /// The server refuses to run as root; then its user is `postgres`.
    private static func command(_ program: String, _ arguments: [String], in folder: String) -> Command {
        guard geteuid() == 0 else { return Command(program: program, arguments: arguments, folder: folder) }
        let prefix = ["runuser", "-u", "postgres", "--", program]
        return Command(program: "/usr/bin/env", arguments: prefix + arguments, folder: folder)
    }

    private static func postgresUser() throws -> (uid: uid_t, gid: gid_t) {
        guard let entry = unsafe getpwnam("postgres") else { throw Failure(description: "there is no user postgres") }
        return unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
    }

    private static func append(_ lines: [String], to path: String) throws {
        guard let file = FileHandle(forWritingAtPath: path) else { throw Failure(description: "cannot write \(path)") }
        try file.seekToEnd()
        try file.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
        try file.close()
    }

    /// Starts a shell that outlives the test process by the moment it takes to clean up.
    private static func startWatchdog(of folder: String) throws -> (Process, Pipe) {
        let script = """
            trap '' INT TERM HUP
            read -r line
            pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
            if [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd")" = "$1/data" ]; then
                kill -CONT "$pid"
                kill -QUIT "$pid"
                tries=0
                while [ "$(readlink "/proc/$pid/cwd")" = "$1/data" ] && [ $tries -lt 200 ]; do
                    sleep 0.05
                    tries=$((tries + 1))
                done
                [ "$(readlink "/proc/$pid/cwd")" = "$1/data" ] && kill -KILL "$pid"
            fi
            rm -rf "$1"
            """
        let lifeline = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, "pgwire-watchdog", folder]
        process.standardInput = lifeline.fileHandleForReading
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, lifeline)
    }
}
