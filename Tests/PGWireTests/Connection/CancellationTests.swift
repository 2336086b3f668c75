import PGWireTesting
import TestSupport
import Testing

@testable import PGWire

@Suite("Cancellation and timeouts", .needsServer)
struct CancellationTests {
    private func connect(_ mode: SSLMode = .ofThisRun) async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        return try await PGConnection.connect(
            try PGConfiguration(url: server.url(sslMode: mode)), options: .ofThisRun)
    }

    private func backend(_ connection: PGConnection) async throws -> Int32 {
        try await connection.query("SELECT pg_backend_pid()").decode(as: Int32.self)[0]
    }

    /// Whether the server is busy with a query of that backend.
    private func isActive(_ pid: Int32, _ observer: PGConnection) async throws -> Bool {
        let query: PGQuery = "SELECT count(*) FROM pg_stat_activity WHERE pid = \(pid) AND state = 'active'"
        return try await observer.query(query).decode(as: Int64.self) == [1]
    }

    @Test(
        "a timeout ends the query on the server, and the connection goes on", .needsSession,
        arguments: ServerUnderTest.current.modes)
    func timeout(mode: SSLMode) async throws {
        let connection = try await connect(mode)
        let observer = try await connect()
        let pid = try await backend(connection)
        let error = await failure { () async throws(PGError) in
            try await connection.query("SELECT pg_sleep(60)", timeout: .milliseconds(100))
        }
        #expect(error?.code == .timeout)
        #expect(error?.retry == .unknown)
        #expect(try await eventually { try await !isActive(pid, observer) })
        #expect(try await backend(connection) == pid)
    }

    @Test("a cancelled task stops waiting at once, and the server stops too", .needsSession)
    func cancellation() async throws {
        let connection = try await connect()
        let observer = try await connect()
        let pid = try await backend(connection)
        let task = Task {
            await failure { () async throws(PGError) in try await connection.query("SELECT pg_sleep(60)") }
        }
        #expect(try await eventually { try await isActive(pid, observer) })
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(try await eventually { try await !isActive(pid, observer) })
        #expect(try await backend(connection) == pid)
    }

    @Test("a query that is cancelled at whatever moment ends on the server", .needsSession, arguments: [false, true])
    func atWhateverMoment(onLoop: Bool) async throws {
        let connection = try await connect()
        let pid = try await backend(connection)
        let start = ContinuousClock.now
        for round in 0..<60 {
            let loop = PGEventLoop.any()
            let task = Task {
                await withTaskExecutorPreference(onLoop ? loop : nil) {
                    await failure { () async throws(PGError) in try await connection.query("SELECT pg_sleep(60)") }
                }
            }
            for _ in 0..<round { await Task.yield() }
            task.cancel()
            #expect(await task.value?.code == .cancelled)
            #expect(try await connection.query("SELECT \(Int64(round))").decode(as: Int64.self) == [Int64(round)])
        }
        #expect(try await backend(connection) == pid)
        // Had the patience of one been exhausted, the connection would be closed.
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test("a late cancel never hits the next query")
    func lateCancel() async throws {
        let connection = try await connect()
        for round in Int64(0)..<200 {
            // Some rounds are cancelled before the query ends, some after, some just then.
            let task = Task {
                await failure { () async throws(PGError) in try await connection.query("SELECT pg_sleep(0.002)") }
            }
            try await Task.sleep(for: .microseconds(round * 40))
            task.cancel()
            for step in Int64(0)..<3 {
                let value = round * 10 + step
                #expect(try await connection.query("SELECT \(value)").decode(as: Int64.self) == [value])
            }
            let error = await task.value
            #expect(error == nil || error?.code == .cancelled)
        }
        #expect(!connection.isClosed)
    }

    @Test("a query that waits behind another and is cancelled ends when its turn comes", .needsSession)
    func behindAnother() async throws {
        let connection = try await connect()
        let pid = try await backend(connection)
        let first = Task { try await connection.query("SELECT pg_sleep(2)") }
        #expect(await eventually { connection.pendingQueries == 1 })
        let second = Task {
            await failure { () async throws(PGError) in try await connection.query("SELECT pg_sleep(60)") }
        }
        #expect(await eventually { connection.pendingQueries == 2 })
        second.cancel()
        #expect(await second.value?.code == .cancelled)
        #expect(try await first.value.count == 1)
        #expect(try await backend(connection) == pid)
    }

    @Test("a task that was cancelled before sends nothing", .needsSession)
    func cancelledBefore() async throws {
        let connection = try await connect()
        try await connection.query("CREATE TEMPORARY TABLE t (a int8)")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await failure { () async throws(PGError) in try await connection.query("INSERT INTO t VALUES (1)") }
        }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(try await connection.query("SELECT count(*) FROM t").decode(as: Int64.self) == [0])
    }

    @Test("a timeout that is over before it begins is a timeout")
    func noTime() async throws {
        let connection = try await connect()
        for timeout in [Duration.zero, .seconds(-5), .seconds(Int64.min)] {
            let error = await failure { () async throws(PGError) in
                try await connection.query("SELECT pg_sleep(60)", timeout: timeout)
            }
            #expect(error?.code == .timeout)
        }
        #expect(try await connection.query("SELECT 1", timeout: .seconds(Int64.max)).count == 1)
    }

    @Test("connecting can be cancelled")
    func connecting() async throws {
        let server = try ScriptedServer([.receiveUntagged, .receiveToEnd])
        let task = Task {
            await failure { () async throws(PGError) in try await PGConnection.connect(.scripted(port: server.port)) }
        }
        #expect(await eventually { server.connections == 1 })
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(await eventually { server.hasEnded(0) })
    }
}
