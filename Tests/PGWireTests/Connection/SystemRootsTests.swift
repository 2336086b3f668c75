import Glibc
import TestSupport
import Testing

@testable import PGWire

/// The environment says where the system's authorities are, and belongs to a whole process: so each case has its own.
@Suite("The system's authorities", .needsServer)
struct SystemRootsTests {
    private static let laboratory = Task {
        let laboratory = try await TLSLaboratory.make()
        let pair = try await laboratory.authority.issue("system", subject: "localhost", names: ["DNS:localhost"])
        try await laboratory.use(pair)
        return laboratory
    }

    /// Connects with `sslrootcert=system`, in a process whose authorities a variable names; ends it with the outcome.
    private static func connect(_ host: String, _ port: UInt16, _ variable: String, _ path: String) async -> Never {
        unsafe setenv(variable, path, 1)
        var configuration = PGConfiguration(
            host: .tcp(host: host, port: port), user: "mcp", password: "mcp_pass", database: "mcp",
            tls: PGTLSConfiguration(mode: .verifyFull, rootCertificate: "system"))
        configuration.connectTimeout = .seconds(30)
        do {
            let connection = try await PGConnection.connect(configuration)
            let rows = try await connection.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            exit(try rows.decode(as: Bool.self) == [true] ? 0 : 3)
        } catch {
            exit(error.code == .tls ? 1 : 2)
        }
    }

    @Test("a server that one of SSL_CERT_FILE vouches for is connected to, by its name alone")
    func file() async throws {
        let laboratory = try await Self.laboratory.value
        let (port, path) = (laboratory.server.port, laboratory.authority.certificate)
        await #expect(processExitsWith: .exitCode(0)) { [port = port as UInt16, path = path as String] in
            await SystemRootsTests.connect("localhost", port, "SSL_CERT_FILE", path)
        }
        await #expect(processExitsWith: .exitCode(1)) { [port = port as UInt16, path = path as String] in
            await SystemRootsTests.connect("127.0.0.1", port, "SSL_CERT_FILE", path)
        }
    }

    @Test("a server that one of SSL_CERT_DIR vouches for is connected to")
    func folder() async throws {
        let laboratory = try await Self.laboratory.value
        let (port, path) = (laboratory.server.port, try await laboratory.authority.hashedFolder())
        await #expect(processExitsWith: .exitCode(0)) { [port = port as UInt16, path = path as String] in
            await SystemRootsTests.connect("localhost", port, "SSL_CERT_DIR", path)
        }
    }

    @Test("a server that none of them vouches for is refused")
    func stranger() async throws {
        let laboratory = try await Self.laboratory.value
        let (port, path) = (laboratory.server.port, laboratory.stranger.certificate)
        await #expect(processExitsWith: .exitCode(1)) { [port = port as UInt16, path = path as String] in
            await SystemRootsTests.connect("localhost", port, "SSL_CERT_FILE", path)
        }
    }
}
