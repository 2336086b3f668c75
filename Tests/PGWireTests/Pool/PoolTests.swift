import Synchronization
import TestSupport
import Testing

@testable import PGWire

@Suite("The pool", .needsServer)
struct PoolTests {
    private func pool(
        maximum: Int, role: PostgresServer.Role = .mcp, _ change: (inout PGPool.Options) -> Void = { _ in }
    ) async throws -> PGPool {
        let server = try await PostgresServer.shared()
        var options = PGPool.Options()
        options.maximumConnections = maximum
        options.connection = .ofThisRun
        options.waitTimeout = .seconds(60)
        change(&options)
        return PGPool(try PGConfiguration(url: server.url(role, sslMode: .ofThisRun)), options: options)
    }

    private func backend(_ pool: PGPool) async throws -> Int32 {
        try await pool.query("SELECT pg_backend_pid()").decode(as: Int32.self)[0]
    }

    @Test("there are never more connections than the maximum, and they are used again", .needsSession)
    func maximum() async throws {
        let pool = try await pool(maximum: 4) { $0.waitTimeout = .seconds(30) }
        let backends = try await withThrowingTaskGroup(of: Int32.self) { group in
            for _ in 0..<400 { group.addTask { try await backend(pool) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect((1...4).contains(backends.count))
        #expect(await eventually { pool.usage.lent == 0 && pool.usage.opening == 0 })
        #expect(pool.usage.idle == backends.count || pool.usage.idle <= 4)
        await pool.close()
        #expect(pool.usage == PGPool.Usage(idle: 0, lent: 0, opening: 0, waiting: 0))
    }

    /// Who came, in order.
    private final class Arrivals: Sendable {
        private let list = Mutex<[Int]>([])
        var numbers: [Int] { list.withLock { $0 } }
        func note(_ number: Int) { list.withLock { $0.append(number) } }
    }

    /// Holds a connection until told to give it back.
    private func holding<R>(_ pool: PGPool, _ body: () async throws -> R) async throws -> R {
        let release = OneShot<Void>()
        let taken = OneShot<Void>()
        let holder = Task {
            // Also where there is no connection to hold, which the holder's own error then tells.
            defer { taken.end(()) }
            try await pool.withConnection { _ in
                taken.end(())
                await release.wait {}
            }
        }
        await taken.wait {}
        let result: R
        do {
            result = try await body()
        } catch {
            release.end(())
            throw error
        }
        release.end(())
        try await holder.value
        return result
    }

    @Test("those who wait are served in the order in which they came")
    func fairness() async throws {
        let pool = try await pool(maximum: 1)
        let order = Arrivals()
        let waiters = try await holding(pool) {
            var waiters: [Task<Void, any Error>] = []
            for number in 0..<20 {
                waiters.append(
                    Task {
                        try await pool.withConnection { _ in order.note(number) }
                    })
                #expect(await eventually { pool.usage.waiting == number + 1 })
            }
            return waiters
        }
        for waiter in waiters { try await waiter.value }
        #expect(order.numbers == Array(0..<20))
    }

    @Test("a wait that is too long says how the pool stands")
    func waitTimeout() async throws {
        let pool = try await pool(maximum: 1) {
            $0.minimumConnections = 1
            $0.waitTimeout = .milliseconds(300)
        }
        #expect(await eventually(within: .seconds(30)) { pool.usage.idle == 1 })
        let error = try await holding(pool) {
            await failure { () async throws(PGError) in try await pool.query("SELECT 1") }
        }
        #expect(error?.code == .pool)
        #expect(error?.retry == .safe)
        #expect(error?.message.contains("1 of at most 1 are in use") == true)
        #expect(error?.address != nil)
        #expect(await eventually { pool.usage.idle == 1 })
    }

    @Test("a bounded number of tasks may wait")
    func maximumWaiters() async throws {
        let pool = try await pool(maximum: 1) { $0.maximumWaiters = 0 }
        _ = await failure { () async throws(PGError) in try await pool.query("SELECT 1") }
        let open = try await self.pool(maximum: 1) { $0.maximumWaiters = 1 }
        let (waiter, error) = try await holding(open) {
            let waiter = Task { try await open.query("SELECT 1") }
            #expect(await eventually { open.usage.waiting == 1 })
            return (waiter, await failure { () async throws(PGError) in try await open.query("SELECT 1") })
        }
        #expect(error?.code == .pool)
        #expect(try await waiter.value.count == 1)
    }

    @Test("a task that stops waiting takes no connection with it")
    func cancelledWaiter() async throws {
        let pool = try await pool(maximum: 1)
        try await holding(pool) {
            let waiters = (0..<20).map { _ in
                Task { await failure { () async throws(PGError) in try await pool.query("SELECT 1") } }
            }
            #expect(await eventually { pool.usage.waiting == 20 })
            for waiter in waiters { waiter.cancel() }
            for waiter in waiters { #expect(await waiter.value?.code == .cancelled) }
            #expect(pool.usage.waiting == 0)
        }
        #expect(await eventually { pool.usage.idle == 1 })
        #expect(try await pool.query("SELECT 1").count == 1)
    }

    @Test("a wrong password fails all who wait at once, with the cause")
    func wrongPassword() async throws {
        let pool = try await pool(maximum: 4, role: PostgresServer.Role(name: "mcp", password: "wrong")) {
            $0.waitTimeout = .seconds(30)
        }
        let start = ContinuousClock.now
        for _ in 0..<2 {
            await withTaskGroup(of: PGError?.self) { group in
                for _ in 0..<40 {
                    group.addTask { await failure { () async throws(PGError) in try await pool.query("SELECT 1") } }
                }
                for await error in group {
                    // PgBouncer has one code for whatever it refuses.
                    #expect(error?.code == (ServerUnderTest.current.isDirect ? .authentication : .server))
                    #expect(error?.sqlState == (ServerUnderTest.current.isDirect ? "28P01" : "08P01"))
                    #expect(error?.retry == .pointless)
                }
            }
        }
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(pool.usage.waiting == 0)
    }

    @Test("an open or failed transaction is never handed on", .needsSession, arguments: ["SELECT 1", "SELECT 1/0"])
    func openTransaction(last: String) async throws {
        let pool = try await pool(maximum: 1)
        let first = try await backend(pool)
        try await pool.withConnection { connection in
            try await connection.query("BEGIN")
            try await connection.query("CREATE TEMPORARY TABLE left_open (a int8)")
            _ = try? await connection.query(PGQuery(unsafeSQL: last))
        }
        try await pool.withConnection { connection in
            #expect(connection.transactionStatus == .idle)
            let rows = try await connection.query("SELECT to_regclass('left_open') IS NULL")
            #expect(try rows.decode(as: Bool.self) == [true])
        }
        #expect(try await backend(pool) == first)
    }

    @Test("a connection that is broken or closed is not lent again", .needsDirectConnection)
    func broken() async throws {
        let pool = try await pool(maximum: 1)
        let first = try await backend(pool)
        let error = await failure { () async throws(PGError) in
            try await pool.query("SELECT pg_terminate_backend(pg_backend_pid())")
        }
        // A server that ends with a part of the question unread resets the connection, and what it said is lost.
        #expect(error?.sqlState == "57P01" || error?.code == .connectionClosed)
        let second = try await backend(pool)
        #expect(second != first)
        try await pool.withConnection { $0.close() }
        #expect(try await backend(pool) != second)
        #expect(pool.usage.idle + pool.usage.lent <= 1)
    }

    @Test("a connection that the server ends while nobody uses it leaves the pool", .needsDirectConnection)
    func brokenWhileIdle() async throws {
        let pool = try await pool(maximum: 1)
        let other = try await self.pool(maximum: 1)
        let pid = try await backend(pool)
        #expect(await eventually { pool.usage.idle == 1 })
        try await other.query("SELECT pg_terminate_backend(\(pid))")
        #expect(await eventually { pool.usage.idle == 0 })
        #expect(try await backend(pool) != pid)
    }

    @Test("a query that timed out is stopped, and its connection lent again", .needsSession)
    func timeout() async throws {
        let pool = try await pool(maximum: 1)
        let first = try await backend(pool)
        for _ in 0..<5 {
            let error = await failure { () async throws(PGError) in
                try await pool.query("SELECT pg_sleep(60)", timeout: .milliseconds(50))
            }
            #expect(error?.code == .timeout)
            #expect(try await backend(pool) == first)
        }
    }

    @Test("a transaction of a task that is cancelled is rolled back before the connection is lent again")
    func cancelledTransaction() async throws {
        let pool = try await pool(maximum: 1)
        try await pool.query("CREATE TABLE IF NOT EXISTS pool_cancelled (a int8)")
        let task = Task {
            try await pool.withTransaction { transaction in
                try await transaction.query("INSERT INTO pool_cancelled VALUES (1)")
                try await transaction.query("SELECT pg_sleep(60)")
            }
        }
        let observer = try await self.pool(maximum: 1)
        let sleeping: PGQuery = """
            SELECT count(*) FROM pg_stat_activity
            WHERE query = 'SELECT pg_sleep(60)' AND state = 'active' AND backend_xid IS NOT NULL
            """
        #expect(try await eventually { try await observer.query(sleeping).decode(as: Int64.self) != [0] })
        task.cancel()
        let error = await #expect(throws: PGError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try await pool.query("SELECT count(*) FROM pool_cancelled").decode(as: Int64.self) == [0])
        try await pool.query("DROP TABLE pool_cancelled")
    }

    @Test("the minimum is opened by itself, and again when it is lost")
    func minimum() async throws {
        let pool = try await pool(maximum: 4) { $0.minimumConnections = 2 }
        #expect(await eventually { pool.usage.idle == 2 })
        try await pool.withConnection { $0.close() }
        #expect(await eventually { pool.usage.idle == 2 })
        await pool.close()
        #expect(pool.usage.idle == 0)
    }

    @Test("closing waits for what is lent")
    func drain() async throws {
        let pool = try await pool(maximum: 2)
        let task = Task { try await pool.query("SELECT pg_sleep(0.2)") }
        #expect(await eventually { pool.usage.lent == 1 })
        // Two at once, neither of whom may be forgotten.
        async let first: Void = pool.close()
        async let second: Void = pool.close()
        _ = await (first, second)
        #expect(try await task.value.count == 1)
        #expect(pool.usage == PGPool.Usage(idle: 0, lent: 0, opening: 0, waiting: 0))
        let error = await failure { () async throws(PGError) in try await pool.query("SELECT 1") }
        #expect(error?.code == .pool)
        #expect(error?.retry == .pointless)
    }

    @Test("closing does not wait longer than allowed, and closes what is still lent")
    func boundedDrain() async throws {
        let pool = try await pool(maximum: 1) { $0.drainTimeout = .milliseconds(100) }
        let task = Task { await failure { () async throws(PGError) in try await pool.query("SELECT pg_sleep(60)") } }
        #expect(await eventually { pool.usage.lent == 1 })
        let start = ContinuousClock.now
        await pool.close()
        #expect(ContinuousClock.now - start < .seconds(8))
        #expect(await task.value?.code == .connectionClosed)
    }

    @Test("closing fails those who wait")
    func closeWaiters() async throws {
        let pool = try await pool(maximum: 1)
        let (waiter, closing) = try await holding(pool) {
            let waiter = Task { await failure { () async throws(PGError) in try await pool.query("SELECT 1") } }
            #expect(await eventually { pool.usage.waiting == 1 })
            let closing = Task { await pool.close() }
            #expect(await waiter.value?.code == .pool)
            return (waiter, closing)
        }
        _ = await waiter.value
        await closing.value
    }

    @Test("ten thousand queries with cancellations at random: every row is right, and the pool is whole at the end")
    func stress() async throws {
        let pool = try await pool(maximum: 8) { $0.waitTimeout = .seconds(60) }
        let (wrong, cancelled) = await withTaskGroup(of: (Int, Int).self) { group in
            for task in Int64(0)..<50 {
                group.addTask {
                    var (wrong, cancelled) = (0, 0)
                    for number in Int64(0)..<200 {
                        let value = task * 1000 + number
                        let query = Task { () async throws(PGError) in try await pool.query("SELECT \(value)") }
                        if Int.random(in: 0..<10) == 0 {
                            for _ in 0..<Int.random(in: 0..<30) { await Task.yield() }
                            query.cancel()
                        }
                        switch await query.result {
                        case .success(let rows): if (try? rows.decode(as: Int64.self)) != [value] { wrong += 1 }
                        case .failure(let error):
                            if (error as? PGError)?.code == .cancelled { cancelled += 1 } else { wrong += 1 }
                        }
                    }
                    return (wrong, cancelled)
                }
            }
            return await group.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
        }
        #expect(wrong == 0)
        #expect(cancelled > 0)
        #expect(await eventually { pool.usage.lent == 0 && pool.usage.opening == 0 && pool.usage.waiting == 0 })
        // All eight can be lent at once.
        let arrived = Arrivals()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try? await pool.withConnection { connection in
                        try await connection.query("SELECT 1")
                        arrived.note(0)
                        _ = await eventually { arrived.numbers.count == 8 }
                    }
                }
            }
        }
        #expect(arrived.numbers.count == 8)
        await pool.close()
    }
}
