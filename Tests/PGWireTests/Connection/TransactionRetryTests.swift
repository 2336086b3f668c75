import TestSupport
import Testing

@testable import PGWire

@Suite("Transactions that are tried again", .needsServer, .needsSession)
struct TransactionRetryTests {
    private struct Wrapped: Error { let cause: any Error }

    private func pool(_ maximum: Int = 4) async throws -> PGPool {
        let server = try await PostgresServer.shared()
        var options = PGPool.Options()
        options.maximumConnections = maximum
        options.waitTimeout = .seconds(60)
        return PGPool(try PGConfiguration(url: server.url(sslMode: .ofThisRun)), options: options)
    }

    private func conflict(_ state: String) -> PGQuery {
        PGQuery(unsafeSQL: "DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '\(state)'; END $$")
    }

    @Test("a pause doubles up to its maximum and is shortened by up to a half, whatever the numbers")
    func pauses() {
        var retry = PGTransactionRetry.attempts(5)
        #expect(
            (1...9).map { retry.pause(after: $0, random: 0) }
                == [10, 20, 40, 80, 160, 320, 640, 1000, 1000].map { .milliseconds($0) })
        #expect(retry.pause(after: 3, random: 1) == .milliseconds(20))
        retry.initialPause = .seconds(Int64.max)
        retry.maximumPause = .seconds(Int64.max)
        #expect(retry.pause(after: .max, random: 0) == .seconds(3600))
        retry.initialPause = .seconds(-1)
        #expect(retry.pause(after: 1, random: 0) >= .zero)
    }

    @Test("a conflict runs the closure again from BEGIN, as often as allowed", arguments: ["40001", "40P01"])
    func again(state: String) async throws {
        let pool = try await pool()
        let runs = Tally()
        let result = try await pool.withTransaction(retry: .attempts(3)) { transaction in
            let run = runs.add()
            #expect(
                try await transaction.query("SELECT pg_current_xact_id_if_assigned() IS NULL").decode(as: Bool.self)
                    == [true])
            try await transaction.query("SELECT pg_current_xact_id()")
            if run < 3 { try await transaction.query(conflict(state)) }
            return run
        }
        #expect(result == 3)
        let error = await #expect(throws: PGError.self) {
            try await pool.withTransaction(retry: .attempts(2)) { transaction in
                runs.add()
                try await transaction.query(conflict(state))
            }
        }
        #expect(error?.sqlState == state)
        #expect(error?.transactionOutcome == .rolledBack)
        #expect(runs.count == 5)
        #expect(await eventually { pool.usage.lent == 0 })
    }

    @Test(
        "also where the closure hid the conflict: by swallowing it, or in an error of its own",
        arguments: [true, false])
    func hidden(swallows: Bool) async throws {
        let pool = try await pool()
        let runs = Tally()
        try await pool.withTransaction(retry: .attempts(2)) { transaction in
            guard runs.add() == 1 else { return }
            do {
                try await transaction.query(conflict("40001"))
            } catch  where !swallows {
                throw Wrapped(cause: error)
            } catch {}
        }
        #expect(runs.count == 2)
    }

    @Test("no other error, and no conflict that a savepoint confined")
    func others() async throws {
        let pool = try await pool()
        let runs = Tally()
        await #expect(throws: PGError.self) {
            try await pool.withTransaction(retry: .attempts(5)) { transaction in
                runs.add()
                try await transaction.query("SELECT 1/0")
            }
        }
        await #expect(throws: Wrapped.self) {
            try await pool.withTransaction(retry: .attempts(5)) { transaction in
                runs.add()
                _ = try? await transaction.withSavepoint { try await $0.query(conflict("40001")) }
                throw Wrapped(cause: CancellationError())
            }
        }
        #expect(runs.count == 2)
    }

    @Test("no attempt begins after the time allowed")
    func boundedTime() async throws {
        let pool = try await pool()
        let runs = Tally()
        var retry = PGTransactionRetry.attempts(1_000_000)
        retry.maximumTime = .seconds(1)
        try await pool.query("SELECT 1")
        let start = ContinuousClock.now
        let error = await #expect(throws: PGError.self) {
            try await pool.withTransaction(retry: retry) { transaction in
                runs.add()
                try await transaction.query(conflict("40001"))
            }
        }
        #expect(error?.sqlState == "40001")
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect((2...30).contains(runs.count))
    }

    @Test("a task that is cancelled between two attempts makes no other")
    func cancelledBetween() async throws {
        let pool = try await pool()
        let runs = Tally()
        var retry = PGTransactionRetry.attempts(10)
        (retry.initialPause, retry.maximumPause, retry.maximumTime) = (.seconds(60), .seconds(60), .seconds(600))
        let task = Task { [retry] in
            try await pool.withTransaction(retry: retry) { transaction in
                runs.add()
                try await transaction.query(conflict("40001"))
            }
        }
        #expect(await eventually { runs.count == 1 && pool.usage.lent == 0 && pool.usage.idle == 1 })
        task.cancel()
        let error = await #expect(throws: PGError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(error?.transactionOutcome == .rolledBack)
        #expect(error?.sqlState == "40001")
        #expect(runs.count == 1)
    }

    @Test("an outcome that is not known is never tried again")
    func unknown() async throws {
        let pool = try await pool()
        let runs = Tally()
        let error = await #expect(throws: PGError.self) {
            try await pool.withTransaction(retry: .attempts(5)) { transaction in
                runs.add()
                // The deferred trigger of this constraint ends the server's process in the middle of COMMIT.
                try await transaction.query(
                    """
                    CREATE FUNCTION pg_temp.die() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
                    """)
                try await transaction.query("CREATE TEMPORARY TABLE dying (a int8)")
                try await transaction.query(
                    """
                    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON dying DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION pg_temp.die()
                    """)
                try await transaction.query("INSERT INTO dying VALUES (1)")
            }
        }
        #expect(error?.code == .transaction)
        #expect(error?.transactionOutcome == .unknown)
        #expect(error?.retry == .unknown)
        #expect(runs.count == 1)
    }

    @Test("transactions that get in each other's way all succeed in the end, and none is lost or doubled")
    func serializable() async throws {
        let pool = try await pool(8)
        let server = try await PostgresServer.shared()
        try await server.sql(
            "CREATE TABLE counter (n int8); INSERT INTO counter VALUES (0); GRANT ALL ON counter TO mcp")
        let runs = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10 {
                        var retry = PGTransactionRetry.attempts(1000)
                        (retry.initialPause, retry.maximumTime) = (.milliseconds(2), .seconds(120))
                        try await pool.withTransaction(isolation: .serializable, retry: retry) { transaction in
                            runs.add()
                            let n = try await transaction.query("SELECT n FROM counter").decode(as: Int64.self)[0]
                            try await transaction.query("UPDATE counter SET n = \(n + 1)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await pool.query("SELECT n FROM counter").decode(as: Int64.self) == [80])
        #expect(runs.count > 80)
        try await server.sql("DROP TABLE counter")
    }
}
