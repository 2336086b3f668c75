import Foundation
import MCP
import PGWire
import PostgresSessions
import TestSupport

/// A database of a test's own on the shared server, dropped at the end of ``use(_:)``.
struct TestDatabase {
    let name: String
    let server: PostgresServer

    /// Runs `body` with a new database.
    static func use<Result>(_ body: (TestDatabase) async throws -> Result) async throws -> Result {
        let server = try await PostgresServer.shared()
        let name = "sessions_\(UUID().uuidString.prefix(8).lowercased())"
        try await server.sql("CREATE DATABASE \(name) OWNER mcp", database: "postgres")
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(TestDatabase(name: name, server: server)))
        } catch {
            outcome = .failure(error)
        }
        try await server.sql("DROP DATABASE \(name) WITH (FORCE)", database: "postgres")
        return try outcome.get()
    }

    /// Runs `body` with a new database that has the tables, and a pool of connections to it.
    static func use<Result>(
        connections: Int = 4, tables: Bool = true, _ body: (TestDatabase, PGPool) async throws -> Result
    ) async throws -> Result {
        try await use { database in
            try await database.withPool(connections: connections) { pool in
                if tables { _ = try await Schema.install(in: pool) }
                return try await body(database, pool)
            }
        }
    }

    /// Runs `body` with one more pool of connections, as another instance would have.
    func withPool<Result>(connections: Int = 4, _ body: (PGPool) async throws -> Result) async throws -> Result {
        var options = PGPool.Options()
        options.maximumConnections = connections
        options.waitTimeout = .seconds(60)
        let pool = PGPool(try PGConfiguration(url: server.url(database: name)), options: options)
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(pool))
        } catch {
            outcome = .failure(error)
        }
        await pool.close()
        return try outcome.get()
    }

    /// Runs SQL as the superuser, past everything under test.
    @discardableResult
    func sql(_ text: String) async throws -> String {
        try await server.sql(text, database: name).trimmingCharacters(in: .newlines)
    }

    /// Makes everything in the tables older.
    func elapse(_ duration: Duration) async throws {
        let interval = "interval '\(duration.components.seconds) seconds'"
        try await sql(
            """
            BEGIN;
            UPDATE mcp_sessions SET created_at = created_at - \(interval), sweep_at = sweep_at - \(interval),
                last_activity = last_activity - \(interval);
            UPDATE mcp_session_values SET expires_at = expires_at - \(interval);
            UPDATE mcp_session_streams SET opened_at = opened_at - \(interval), ended_at = ended_at - \(interval);
            UPDATE mcp_session_messages SET expires_at = expires_at - \(interval);
            COMMIT;
            """)
    }
}

extension PostgresSessionStore {
    /// Opens a session of anonymous.
    func opened(timeToLive: Duration? = nil) async throws -> SessionHandle {
        let handle = SessionHandle.random()
        _ = try await open(
            NewSession(principal: .anonymous, era: .modern, protocolVersion: "2026-07-28", timeToLive: timeToLive),
            as: handle)
        return handle
    }

    /// Stores a value as anonymous.
    @discardableResult
    func storeValue(
        _ value: JSONValue, _ key: String, in handle: SessionHandle, ifVersion: Int64? = nil,
        timeToLive: Duration? = nil
    ) async throws -> StoredValueReceipt {
        try await storeValue(
            value, forKey: key, in: handle, of: .anonymous, ifVersion: ifVersion, timeToLive: timeToLive)
    }
}
