import Glibc
import TestSupport
import Testing

@testable import PGWire

/// Users who cancel, run out of time, fail, leave transactions open and lose their connections, on a small pool.
///
/// `PGWIRE_STRESS` says how many operations; `PGWIRE_STRESS_SEED` repeats a run's decisions.
@Suite("A pool under stress", .needsServer, .needsSession)
struct PoolStressTests {
    private enum Verdict: Hashable {
        /// The row was the one asked for.
        case right
        /// The error was the one that was provoked.
        case expectedError
        case wrong(String)
    }

    private static func number(_ name: String, otherwise: UInt64) -> UInt64 {
        unsafe getenv(name).flatMap { unsafe UInt64(String(cString: $0)) } ?? otherwise
    }

    private static let operations = Int(number("PGWIRE_STRESS", otherwise: 20_000))
    private static let seed = number("PGWIRE_STRESS_SEED", otherwise: .random(in: 0 ... .max))

    @Test("no row reaches the wrong query, and the pool is whole at the end")
    func storm() async throws {
        let server = try await PostgresServer.shared()
        var options = PGPool.Options()
        options.maximumConnections = 6
        options.waitTimeout = .seconds(120)
        let pool = PGPool(try PGConfiguration(url: server.url(sslMode: .ofThisRun)), options: options)
        let workers = 32
        let share = (Self.operations + workers - 1) / workers
        let highest = Tally()
        let verdicts = await withTaskGroup(of: [Verdict: Int].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var random = SeededRandom(seed: Self.seed &+ UInt64(worker) &* 0x1000_0000_0000)
                    var verdicts: [Verdict: Int] = [:]
                    for step in 0..<share {
                        let value = Int64(worker) << 32 | Int64(step)
                        verdicts[await operation(pool, value, &random), default: 0] += 1
                        let usage = pool.usage
                        highest.raise(to: usage.idle + usage.lent + usage.opening)
                    }
                    return verdicts
                }
            }
            return await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
        let wrong = verdicts.keys.filter { if case .wrong = $0 { true } else { false } }
        #expect(wrong.isEmpty, "seed \(Self.seed)")
        #expect(verdicts[.right, default: 0] > Self.operations / 2)
        #expect(verdicts[.expectedError, default: 0] > Self.operations / 100)
        #expect(highest.count <= 6)
        #expect(await eventually(within: .seconds(30)) { pool.usage.lent == 0 && pool.usage.opening == 0 })
        try await expectWhole(pool, 6)
        await pool.close()
        #expect(pool.usage == PGPool.Usage(idle: 0, lent: 0, opening: 0, waiting: 0))
    }

    /// All connections can be lent at once, and each is as after its login.
    private func expectWhole(_ pool: PGPool, _ count: Int) async throws {
        let arrived = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await pool.withConnection { connection in
                        let clean: PGQuery = """
                            SELECT coalesce(current_setting('stress.left', true), '') = ''
                                AND NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
                            """
                        let isClean = try await connection.query(clean).decode(as: Bool.self)
                        #expect(isClean == [true])
                        arrived.add()
                        #expect(await eventually(within: .seconds(30)) { arrived.count == count })
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func operation(_ pool: PGPool, _ value: Int64, _ random: inout SeededRandom) async -> Verdict {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10: await cancelled(pool, value, yields: Int.random(in: 0..<40, using: &random))
        case 10..<13: await timedOut(pool, value, Int.random(in: 0..<4000, using: &random))
        case 13..<17: await failing(pool)
        case 17..<20: await leavingOpen(pool, value)
        case 20..<22: await leavingSettings(pool, value)
        case 22..<25: await transaction(pool, value, rollsBack: Bool.random(using: &random))
        case 25 where Int.random(in: 0..<5, using: &random) == 0: await killed(pool)
        default: await judge(value) { () async throws(PGError) in try await pool.query("SELECT \(value)") }
        }
    }

    private func judge(
        _ value: Int64, _ errors: Set<PGError.Code> = [], _ query: () async throws -> PGResult
    ) async -> Verdict {
        do {
            let rows = try await query().decode(as: Int64.self)
            return rows == [value] ? .right : .wrong("\(rows) for \(value)")
        } catch let error as PGError where errors.contains(error.code) {
            return .expectedError
        } catch {
            return .wrong("\(error)")
        }
    }

    private func cancelled(_ pool: PGPool, _ value: Int64, yields: Int) async -> Verdict {
        let task = Task { () async throws(PGError) in
            try await pool.query(value % 3 == 0 ? "SELECT \(value) FROM pg_sleep(0.002)" : "SELECT \(value)")
        }
        for _ in 0..<yields { await Task.yield() }
        task.cancel()
        return await judge(value, [.cancelled]) { try await task.value }
    }

    private func timedOut(_ pool: PGPool, _ value: Int64, _ microseconds: Int) async -> Verdict {
        await judge(value, [.timeout]) {
            try await pool.query("SELECT \(value) FROM pg_sleep(0.002)", timeout: .microseconds(microseconds))
        }
    }

    private func failing(_ pool: PGPool) async -> Verdict {
        let error = await failure { () async throws(PGError) in try await pool.query("SELECT 1/0") }
        return error?.sqlState == "22012" ? .expectedError : .wrong("\(String(describing: error)) instead of 22012")
    }

    private func leavingOpen(_ pool: PGPool, _ value: Int64) async -> Verdict {
        await judge(value) {
            try await pool.withConnection { connection in
                guard connection.transactionStatus == .idle, connection.pendingQueries == 0 else {
                    throw PGError(.usage, "lent in a transaction", retry: .pointless)
                }
                try await connection.query("BEGIN")
                let rows = try await connection.query("SELECT \(value)")
                if value % 2 == 0 { _ = try? await connection.query("SELECT 1/0") }
                return rows
            }
        }
    }

    private func leavingSettings(_ pool: PGPool, _ value: Int64) async -> Verdict {
        await judge(value) {
            try await pool.withConnection { connection in
                let left = try await connection.query("SELECT coalesce(current_setting('stress.left', true), '')")
                guard try left.decode(as: String.self) == [""] else {
                    throw PGError(.usage, "lent with another's setting", retry: .pointless)
                }
                try await connection.query("SELECT set_config('stress.left', 'yes', false)")
                // Two users may not have the same lock: it must be given back as well.
                try await connection.query("SELECT pg_advisory_lock_shared(7)")
                return try await connection.query("SELECT \(value)")
            }
        }
    }

    private func transaction(_ pool: PGPool, _ value: Int64, rollsBack: Bool) async -> Verdict {
        struct Stop: Error {}
        do {
            let rows = try await pool.withTransaction { transaction in
                _ = try? await transaction.withSavepoint { try await $0.query("SELECT 1/0") }
                let rows = try await transaction.query("SELECT \(value)").decode(as: Int64.self)
                if rollsBack { throw Stop() }
                return rows
            }
            return rows == [value] ? .right : .wrong("\(rows) for \(value) in a transaction")
        } catch is Stop {
            return .expectedError
        } catch {
            return .wrong("\(error) in a transaction")
        }
    }

    private func killed(_ pool: PGPool) async -> Verdict {
        let error = await failure { () async throws(PGError) in
            try await pool.query("SELECT pg_terminate_backend(pg_backend_pid())")
        }
        // 08P01 is PgBouncer's word for it.
        let isExpected = ["57P01", "08P01"].contains(error?.sqlState) || error?.code == .connectionClosed
        return isExpected
            ? .expectedError : .wrong("\(String(describing: error)) instead of 57P01")
    }
}
