import MCP
import TestSupport
import Testing

/// Where a fixture server keeps its sessions.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory
    case postgresql

    /// Those that can be had here.
    static var available: [StoreKind] { PostgresServer.isAvailable ? allCases : [.memory] }

    var testDescription: String { rawValue }
}

/// The program mcp-conformance-server, running.
struct FixtureServer: Sendable {
    let port: Int
    private let program: ProgramUnderTest

    private init(_ arguments: [String]) async throws {
        program = try ProgramUnderTest("mcp-conformance-server", ["--port", "0"] + arguments)
        let address = try await program.outputLine(startingWith: "listening on http://127.0.0.1:")
        port = try #require(Int(address.prefix { $0.isNumber }))
    }

    /// Runs one server for the length of the body.
    static func with(
        _ store: StoreKind, isEnded: Bool = false, _ body: (FixtureServer) async throws -> Void
    ) async throws {
        try await with(store, instances: 1, areEnded: isEnded) { try await body($0[0]) }
    }

    /// Runs several servers on the same sessions for the length of the body.
    static func with(
        _ store: StoreKind, instances: Int, areEnded: Bool = false, _ body: ([FixtureServer]) async throws -> Void
    ) async throws {
        var arguments: [String] = []
        if store == .postgresql {
            let postgres = try await PostgresServer.shared()
            let name = "conformance_\(String(UInt64.random(in: 0 ... .max), radix: 36))"
            try await postgres.sql("CREATE DATABASE \(name) OWNER mcp;", database: "postgres")
            arguments = ["--database-url", postgres.url(database: name)]
        }
        var servers: [FixtureServer] = []
        for _ in 0..<instances { servers.append(try await FixtureServer(arguments)) }
        try await body(servers)
        for server in servers {
            if server.program.currentEnding == .signalled(9) { continue }
            if areEnded {
                #expect(try await server.program.end() == .exited(0))
                continue
            }
            #expect(server.program.currentEnding == nil, "\(server.program.errors)")
            #expect(!server.program.errors.contains("Fatal error"))
            try await server.program.kill9()
        }
    }

    /// Kills the program as `kill -9` does.
    func kill() async throws { try await program.kill9() }

    /// Asks the program to end.
    func terminate() { program.signal(15) }
}
