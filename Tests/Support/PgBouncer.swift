import Foundation
import Glibc
import PGWireTesting

/// A PgBouncer of the tests' own, before a server of theirs.
///
/// It lets the roles in that have a password, by SCRAM-SHA-256, and takes TLS where the server does. It ends with the
/// test process, in whatever way that ends.
public final class PgBouncer: Sendable {
    /// When a client's server connection can become another's.
    public enum Mode: String, Sendable {
        /// When the client leaves.
        case session
        /// When the client's transaction ends.
        case transaction
    }

    /// The port of 127.0.0.1 that it listens on.
    let port: UInt16
    /// Ends PgBouncer by its end.
    private let lifeline: Pipe

    /// Starts PgBouncer; returns when it accepts connections.
    static func start(before server: PostgresServer, mode: Mode) async throws -> PgBouncer {
        let paths = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"]
        guard let program = paths.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw PostgresServer.Failure(description: "no pgbouncer found in \(paths)")
        }
        let port = try Loopback.freePort()
        let settings = "\(server.socketDirectory)/pgbouncer.ini"
        try configuration(server, port, mode).write(toFile: settings, atomically: false, encoding: .utf8)
        let users = [PostgresServer.Role.mcp, .superuser, .tls].map { "\"\($0.name)\" \"\($0.password ?? "")\"\n" }
        try users.joined().write(
            toFile: "\(server.socketDirectory)/pgbouncer.users", atomically: false, encoding: .utf8)
        let pooler = try PgBouncer(program: program, settings: settings, port: port)
        let isThere = await eventually(within: .seconds(30)) {
            guard let descriptor = try? Loopback.connect(to: port) else { return false }
            close(descriptor)
            return true
        }
        guard isThere else { throw PostgresServer.Failure(description: "pgbouncer did not start: \(server.log())") }
        return pooler
    }

    private init(program: String, settings: String, port: UInt16) throws {
        // Like PostgreSQL it refuses to run as root.
        let user = geteuid() == 0 ? "runuser -u postgres -- " : ""
        let script = """
            trap '' INT TERM HUP
            \(user)"$1" -q "$2" </dev/null >/dev/null 2>&1 &
            read -r line
            kill "$!"
            wait
            """
        lifeline = Pipe()
        self.port = port
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, "pgwire-pgbouncer", program, settings]
        process.standardInput = lifeline.fileHandleForReading
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    private static func configuration(_ server: PostgresServer, _ port: UInt16, _ mode: Mode) -> String {
        let folder = server.socketDirectory
        let encryption =
            server.rootCertificate == nil
            ? "client_tls_sslmode = disable"
            : """
            client_tls_sslmode = allow
            client_tls_cert_file = \(folder)/server.crt
            client_tls_key_file = \(folder)/server.key
            """
        return """
            [databases]
            * = host=\(folder) port=\(server.ownPort)
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = \(folder)/pgbouncer.users
            pool_mode = \(mode.rawValue)
            default_pool_size = 100
            max_client_conn = 1000
            logfile = \(folder)/pgbouncer.log
            \(encryption)

            """
    }
}
