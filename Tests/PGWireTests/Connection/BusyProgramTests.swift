import Glibc
import TestSupport
import Testing

@testable import PGWire

/// What has to work while other tasks have all of the program's threads. Each case has a process of its own, since the
/// threads are those of all tests.
@Suite("In a program that is busy", .needsServer, .needsDirectConnection)
struct BusyProgramTests {
    /// Has a query's time run out while every thread but the loop's is taken, and ends the process with what became of the
    /// connection.
    private static func cancel(_ port: UInt16, _ mode: SSLMode) async -> Never {
        let configuration = PGConfiguration(
            host: .tcp(host: "127.0.0.1", port: port), user: "mcp", password: "mcp_pass", database: "mcp",
            tls: PGTLSConfiguration(mode: mode))
        let loop = PGEventLoop.any()
        do {
            let connection = try await PGConnection.connect(configuration, on: loop)
            let end = ContinuousClock.now + .seconds(10)
            for _ in 0..<64 { Task { while ContinuousClock.now < end {} } }
            let status = await Task(executorPreference: loop) { () async -> Int32 in
                let error = await failure { () async throws(PGError) in
                    try await connection.query("SELECT pg_sleep(60)", timeout: .milliseconds(100))
                }
                guard error?.code == .timeout else { return 2 }
                let isFree = await eventually(within: .seconds(4)) { connection.pendingQueries == 0 }
                return isFree && !connection.isClosed ? 0 : 1
            }.value
            exit(status)
        } catch {
            exit(3)
        }
    }

    @Test("a cancel request goes out in time, with TLS and without", .needsTLS)
    func cancellation() async throws {
        let server = try await PostgresServer.shared()
        await #expect(processExitsWith: .exitCode(0)) { [port = server.port as UInt16] in
            await BusyProgramTests.cancel(port, .require)
        }
        await #expect(processExitsWith: .exitCode(0)) { [port = server.port as UInt16] in
            await BusyProgramTests.cancel(port, .disable)
        }
    }
}
