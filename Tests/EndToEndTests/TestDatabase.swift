import TestSupport

/// A database of a test's own on the shared server.
enum TestDatabase {
    /// Creates an empty database and returns its URL.
    static func create() async throws -> String {
        let server = try await PostgresServer.shared()
        let name = "e2e_\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        try await server.sql("CREATE DATABASE \(name) OWNER mcp;", database: "postgres")
        return server.url(database: name)
    }
}

extension ProgramUnderTest {
    /// Starts the server on a database, on a free port.
    static func server(_ databaseURL: String, _ arguments: [String] = []) throws -> ProgramUnderTest {
        try ProgramUnderTest(
            "simple-postgres-session", ["--port", "0", "--log-level", "error"] + arguments,
            environment: ["DATABASE_URL": databaseURL])
    }
}
