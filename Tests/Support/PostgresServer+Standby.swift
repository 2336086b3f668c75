import Foundation
import Synchronization

extension PostgresServer {
    /// Starts a standby of this server, which waits for it with every commit from then on.
    ///
    /// See [Synchronous Replication](https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION).
    ///
    /// - Parameter name: of the standby and its replication slot; small letters.
    public nonisolated func startSynchronousStandby(named name: String = "standby") async throws -> PostgresServer {
        let standby = try await PostgresServer(standbyOf: self, named: name)
        Self.running.withLock { $0[ObjectIdentifier(standby)] = standby }
        do {
            try await standby.start()
            try await sql(
                """
                ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (\(name))';
                SELECT pg_reload_conf();
                """, database: "postgres")
            let isSynchronous = try await eventually(within: .seconds(60)) {
                try await sql("SELECT sync_state FROM pg_stat_replication WHERE application_name = '\(name)'")
                    == "sync\n"
            }
            guard isSynchronous else { throw Failure(description: "the standby did not become synchronous") }
            return standby
        } catch {
            let log = standby.log()
            await standby.remove()
            throw Failure(description: "\(error)\n\(log)")
        }
    }

    /// Has a standby not listen to its primary any more, which goes on to wait for it.
    public nonisolated func stopFollowing() async throws {
        try await sql("ALTER SYSTEM SET primary_conninfo = ''; SELECT pg_reload_conf();", database: "postgres")
    }

    /// Makes a primary of a standby; returns when it takes writes, for which it then waits for nobody.
    public nonisolated func promote() async throws {
        // The setting came along with the primary's files.
        try await sql(
            """
            ALTER SYSTEM RESET synchronous_standby_names;
            SELECT pg_reload_conf();
            SELECT pg_promote();
            """, database: "postgres")
    }

    /// Stops the postmaster and its children by SIGSTOP: the kernel goes on to accept connections and bytes for them.
    public func pause() throws { try signal(SIGSTOP) }

    /// Lets them go on.
    public func resume() throws { try signal(SIGCONT) }

    private func signal(_ signal: Int32) throws {
        // Those that the postmaster forked before it stopped are found the second time.
        for _ in 0..<2 {
            for process in try processes() { Foundation.kill(process, signal) }
        }
    }
}
