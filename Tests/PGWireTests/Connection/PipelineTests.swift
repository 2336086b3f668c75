import TestSupport
import Testing

@testable import PGWire

@Suite("A pipeline", .needsServer, .needsSession)
struct PipelineTests {
    private func connect(_ mode: SSLMode = .ofThisRun) async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        let connection = try await PGConnection.connect(try PGConfiguration(url: server.url(sslMode: mode)))
        try await connection.simpleQuery("CREATE TEMP TABLE t (x int PRIMARY KEY)")
        return connection
    }

    private func count(_ connection: PGConnection) async throws -> Int64 {
        try await connection.query("SELECT count(*) FROM t").decode(as: Int64.self)[0]
    }

    @Test("runs its statements in order, with typed results", arguments: ServerUnderTest.current.modes)
    func order(mode: SSLMode) async throws {
        let connection = try await connect(mode)
        let (sum, tags) = try await connection.withPipeline { pipeline in
            let inserts = (1...500).map { pipeline.query("INSERT INTO t VALUES (\(Int32($0)))") }
            let sum = pipeline.query("SELECT sum(x) FROM t")
            var tags = Set<String>()
            for insert in inserts { tags.insert(try await insert.result.commandTag) }
            return (try await sum.rows(as: Int64.self), tags)
        }
        #expect(sum == [500 * 501 / 2])
        #expect(tags == ["INSERT 0 1"])
        #expect(try await count(connection) == 500)
    }

    @Test("answers may be awaited on the way")
    func onTheWay() async throws {
        let connection = try await connect()
        let total = try await connection.withPipeline { pipeline in
            var total: Int64 = 0
            for number in Int64(1)...20 {
                total += try await pipeline.query("SELECT \(number) + \(total)").rows(as: Int64.self)[0]
            }
            return total
        }
        #expect(total > 20)
        #expect(try await connection.withPipeline { _ in 5 } == 5)
    }

    @Test("whose statement fails undoes those before it and says of those behind which one it was")
    func failing() async throws {
        let connection = try await connect()
        var outcomes: [PGError?] = []
        let error = await PGWireTests.failure { () async throws in
            try await connection.withPipeline { pipeline in
                let answers = [1, 2, 2, 3, 4].map { pipeline.query("INSERT INTO t VALUES (\(Int32($0)))") }
                for answer in answers {
                    outcomes.append(await PGWireTests.failure { () async throws(PGError) in try await answer.result })
                }
                // The server has failed it already.
                let late = pipeline.query("SELECT 1")
                outcomes.append(await PGWireTests.failure { () async throws(PGError) in try await late.result })
            }
        }
        #expect(outcomes.map(\.?.code) == [nil, nil, .server, .pipelineAborted, .pipelineAborted, .pipelineAborted])
        #expect(outcomes.map(\.?.failedStatement) == [nil, nil, nil, 3, 3, 3])
        #expect(error?.sqlState == "23505")
        #expect(try await count(connection) == 0)
    }

    @Test("one of whose statements cannot even be sent fails as a whole", arguments: [0, 1, 4])
    func unsendable(position: Int) async throws {
        let connection = try await connect()
        var late: PGError?
        let error = await PGWireTests.failure { () async throws in
            try await connection.withPipeline { pipeline in
                for number in Int32(0)..<5 {
                    if number == position {
                        pipeline.query("SELECT \("a\0b")")
                    } else {
                        let answer = pipeline.query("INSERT INTO t VALUES (\(number))")
                        if number > position {
                            late = await PGWireTests.failure { () async throws(PGError) in try await answer.result }
                        }
                    }
                }
            }
        }
        #expect(error?.code == .conversion)
        #expect(late?.code == (position == 4 ? nil : .pipelineAborted))
        #expect(late?.failedStatement == (position == 4 ? nil : position + 1))
        #expect(try await count(connection) == 0)
        #expect(connection.transactionStatus == .idle && connection.pendingQueries == 0)
    }

    @Test("with more statements than may wait fails as a whole, and the connection goes on")
    func tooMany() async throws {
        let server = try await PostgresServer.shared()
        var options = PGConnection.Options.ofThisRun
        options.maximumPendingQueries = 5
        let connection = try await PGConnection.connect(
            try PGConfiguration(url: server.url(sslMode: .ofThisRun)), options: options)
        try await connection.simpleQuery("CREATE TEMP TABLE t (x int PRIMARY KEY)")
        let error = await PGWireTests.failure { () async throws in
            try await connection.withPipeline { pipeline in
                pipeline.query("SELECT pg_sleep(0.3)")
                for number in Int32(0)..<10 { pipeline.query("INSERT INTO t VALUES (\(number))") }
            }
        }
        #expect(error?.code == .usage)
        #expect(try await count(connection) == 0)
        #expect(!connection.isClosed && connection.pendingQueries == 0)
    }

    @Test("fails where nobody asked for the answer that failed")
    func unasked() async throws {
        let connection = try await connect()
        let error = await PGWireTests.failure { () async throws in
            try await connection.withPipeline { pipeline in
                pipeline.query("INSERT INTO t VALUES (1)")
                pipeline.query("SELECT 1 / 0")
            }
        }
        #expect(error?.sqlState == "22012")
        #expect(try await count(connection) == 0)
    }

    @Test("fails where a deferred constraint fails at its end")
    func deferred() async throws {
        let connection = try await connect()
        try await connection.simpleQuery(
            "CREATE TEMP TABLE d (x int, FOREIGN KEY (x) REFERENCES t DEFERRABLE INITIALLY DEFERRED)")
        let error = await PGWireTests.failure { () async throws in
            try await connection.withPipeline { pipeline in
                let answer = pipeline.query("INSERT INTO d VALUES (1)")
                let result = try await answer.result
                #expect(result.commandTag == "INSERT 0 1")
            }
        }
        #expect(error?.sqlState == "23503")
        #expect(try await connection.query("SELECT count(*) FROM d").decode(as: Int64.self) == [0])
    }

    @Test("whose body throws ends, and its statements stand unless one failed")
    func throwing() async throws {
        struct Mine: Error {}
        let connection = try await connect()
        await #expect(throws: Mine.self) {
            try await connection.withPipeline { pipeline in
                pipeline.query("INSERT INTO t VALUES (1)")
                throw Mine()
            }
        }
        #expect(try await count(connection) == 1)
        #expect(connection.transactionStatus == .idle)
    }

    @Test("keeps others out, who get their own answers afterwards")
    func others() async throws {
        let connection = try await connect()
        let wrong = await withTaskGroup(of: Int.self) { group in
            for task in Int64(0)..<16 {
                group.addTask {
                    var wrong = 0
                    for number in Int64(0)..<20 {
                        let value = task * 100 + number
                        let rows: [Int64]?
                        if task.isMultiple(of: 2) {
                            rows = try? await connection.withPipeline { pipeline in
                                pipeline.query("SELECT 1 / \(number % 5)")
                                return try await pipeline.query("SELECT \(value)").rows(as: Int64.self)
                            }
                            if number % 5 == 0 ? rows != nil : rows != [value] { wrong += 1 }
                        } else {
                            rows = try? await connection.query("SELECT \(value)").decode(as: Int64.self)
                            if rows != [value] { wrong += 1 }
                        }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
        #expect(!connection.isClosed && connection.pendingQueries == 0)
    }

    @Test("that is cancelled has the server stop, and the connection goes on", arguments: [false, true])
    func cancelled(isAwaited: Bool) async throws {
        let connection = try await connect()
        let start = ContinuousClock.now
        let task = Task {
            try await connection.withPipeline { pipeline in
                pipeline.query("INSERT INTO t VALUES (1)")
                let sleep = pipeline.query("SELECT pg_sleep(60)")
                pipeline.query("INSERT INTO t VALUES (2)")
                if isAwaited { _ = try await sleep.result }
            }
        }
        _ = await eventually { connection.pendingQueries >= 2 }
        task.cancel()
        let outcome = await task.result
        #expect(throws: PGError.self) { try outcome.get() }
        #expect(try await count(connection) == 0)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("that is cancelled between two of its statements undoes the first, and is no success")
    func cancelledBetween() async throws {
        let connection = try await connect()
        let error = await Task {
            await failure {
                try await connection.withPipeline { pipeline in
                    _ = try await pipeline.query("INSERT INTO t VALUES (1)").result
                    unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                    pipeline.query("INSERT INTO t VALUES (2)")
                }
            }
        }.value
        #expect(error?.code == .cancelled)
        #expect(try await count(connection) == 0)
    }

    @Test("in a transaction is a part of it")
    func transaction() async throws {
        let connection = try await connect()
        await #expect(throws: CancellationError.self) {
            try await connection.withTransaction { _ in
                try await connection.withPipeline { pipeline in
                    pipeline.query("INSERT INTO t VALUES (1)")
                    pipeline.query("INSERT INTO t VALUES (2)")
                }
                #expect(try await count(connection) == 2)
                throw CancellationError()
            }
        }
        #expect(try await count(connection) == 0)
    }

    @Test("after its end takes no statements")
    func ended() async throws {
        let connection = try await connect()
        let pipeline = try await connection.withPipeline { $0 }
        let error = await PGWireTests.failure { () async throws(PGError) in
            try await pipeline.query("SELECT 1").result
        }
        #expect(error?.code == .usage)
    }
}
