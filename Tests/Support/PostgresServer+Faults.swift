import Foundation

extension PostgresServer {
    /// Has the server wait with every commit from now on until a standby has it; returns once one follows that closely.
    ///
    /// See [Synchronous Replication](https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION).
    public nonisolated func awaitStandby() async throws {
        try await sql(
            "ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (*)'; SELECT pg_reload_conf();",
            database: "postgres")
        let isSynchronous = try await eventually(within: .seconds(60)) {
            try await sql("SELECT sync_state FROM pg_stat_replication") == "sync\n"
        }
        guard isSynchronous else { throw Failure(description: "no standby became synchronous") }
    }

    /// Has a standby not listen to its primary any more, which goes on to wait for it.
    public nonisolated func stopFollowing() async throws {
        try await sql("ALTER SYSTEM SET primary_conninfo = ''; SELECT pg_reload_conf();", database: "postgres")
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
