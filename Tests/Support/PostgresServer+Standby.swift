import Synchronization

extension PostgresServer {
    /// Starts a standby that follows this server by streaming replication; it takes about two seconds.
    ///
    /// It has this server's roles and settings, reads its certificates where they are, and ends with ``remove()``, before
    /// this server does.
    public nonisolated func startStandby() async throws -> PostgresServer {
        let standby = try await PostgresServer(installation, tls: .none, following: self)
        Self.running.withLock { $0[ObjectIdentifier(standby)] = standby }
        do {
            try await standby.start()
        } catch {
            let log = standby.log()
            await standby.remove()
            throw Failure(description: "\(error)\n\(log)")
        }
        return standby
    }

    /// Makes a standby a primary; returns when it takes writes.
    public nonisolated func promote() async throws {
        let answer = try await sql("SELECT pg_promote(true, 60)", database: "postgres")
        guard answer.hasPrefix("t") else { throw Failure(description: "pg_promote answered \(answer)") }
    }

    /// What pg_basebackup is called with.
    static func backup(of primary: PostgresServer, to folder: String) -> [String] {
        [
            "-D", folder, "-h", primary.socketDirectory, "-p", "\(primary.ownPort)", "-U", Role.superuser.name, "-R",
            "-X",
            "stream", "-c", "fast", "--no-sync",
        ]
    }
}
