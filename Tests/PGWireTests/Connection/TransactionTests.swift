import PGWireTesting
import TestSupport
import Testing

@testable import PGWire

@Suite("Transactions", .needsServer, .needsSession)
struct TransactionTests {
    private struct Stop: Error {}

    private func connect() async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        let connection = try await PGConnection.connect(try PGConfiguration(url: server.url(sslMode: .ofThisRun)))
        try await connection.query("CREATE TEMPORARY TABLE t (id int8 PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)")
        return connection
    }

    private func ids(_ connection: PGConnection) async throws -> [Int64] {
        try await connection.query("SELECT id FROM t ORDER BY id").decode(as: Int64.self)
    }

    @Test("what the body did is there once it returned")
    func commit() async throws {
        let connection = try await connect()
        let status = try await connection.withTransaction { transaction in
            try await transaction.query("INSERT INTO t VALUES (1)")
            return connection.transactionStatus
        }
        #expect(status == .inTransaction)
        #expect(connection.transactionStatus == .idle)
        #expect(try await ids(connection) == [1])
    }

    @Test("an error of the body rolls back and is thrown on")
    func rollBack() async throws {
        let connection = try await connect()
        await #expect(throws: Stop.self) {
            try await connection.withTransaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        #expect(connection.transactionStatus == .idle)
        #expect(try await ids(connection) == [])
    }

    @Test("a commit that the server turns into a rollback is an error")
    func failedTransaction() async throws {
        let connection = try await connect()
        let error = await #expect(throws: PGError.self) {
            try await connection.withTransaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (1)")
                _ = try? await transaction.query("SELECT 1/0")
            }
        }
        #expect(error?.code == .transaction)
        #expect(error?.retry == .safe)
        #expect(error?.transactionOutcome == .rolledBack)
        // The cause is the error that the body swallowed.
        #expect(error?.sqlState == "22012")
        #expect(connection.transactionStatus == .idle)
        #expect(try await ids(connection) == [])
    }

    @Test("a commit that a deferred constraint refuses reports the constraint, as does a statement of its own")
    func deferredConstraint() async throws {
        let connection = try await connect()
        let error = await #expect(throws: PGError.self) {
            try await connection.withTransaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (1), (1)")
            }
        }
        #expect(error?.sqlState == "23505")
        #expect(error?.transactionOutcome == .rolledBack)
        let single = await failure { () async throws(PGError) in
            try await connection.query("INSERT INTO t VALUES (2), (2)")
        }
        #expect(single?.sqlState == "23505")
        #expect(connection.transactionStatus == .idle)
        #expect(try await ids(connection) == [])
    }

    @Test("a task that is cancelled in the body rolls back all the same")
    func cancellation() async throws {
        let connection = try await connect()
        let task = Task {
            try await connection.withTransaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (1)")
                try await transaction.query("SELECT pg_sleep(60)")
            }
        }
        #expect(await eventually { connection.transactionStatus == .inTransaction && connection.pendingQueries == 1 })
        // The insert's answer has come as well once a query alone waits.
        task.cancel()
        let error = await #expect(throws: PGError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(error?.transactionOutcome == .rolledBack)
        #expect(error?.retry == .safe)
        #expect(connection.transactionStatus == .idle)
        #expect(!connection.isClosed)
        #expect(try await ids(connection) == [])
    }

    @Test("a task that is cancelled before the transaction began leaves none open")
    func cancelledAtBegin() async throws {
        let connection = try await connect()
        for _ in 0..<50 {
            let task = Task {
                try await connection.withTransaction { _ in }
            }
            task.cancel()
            _ = await task.result
            #expect(await eventually { connection.pendingQueries == 0 })
            #expect(connection.transactionStatus == .idle)
        }
        #expect(!connection.isClosed)
    }

    @Test("one transaction at a time")
    func nested() async throws {
        let connection = try await connect()
        let error = await #expect(throws: PGError.self) {
            try await connection.withTransaction { _ in
                try await connection.withTransaction { _ in }
            }
        }
        #expect(error?.code == .usage)
        #expect(connection.transactionStatus == .idle)
    }

    @Test("the isolation is the one asked for", arguments: PGIsolation.allCases)
    func isolation(_ isolation: PGIsolation) async throws {
        let connection = try await connect()
        let shown = try await connection.withTransaction(isolation: isolation) { transaction in
            try await transaction.query("SHOW transaction_isolation").decode(as: String.self)
        }
        #expect(shown == [isolation.rawValue.lowercased()])
    }

    @Test("a connection that is lost at the commit leaves the outcome open, and says so")
    func lostCommit() async throws {
        typealias S = ServerMessage
        let begin = S.parseComplete + S.bindComplete + S.noData + S.complete("BEGIN") + S.ready(.inTransaction)
        let server = try ScriptedServer([
            .receiveUntagged, .send(S.session), .receiveThrough("S"), .send(begin), .receiveThrough("S"),
        ])
        let connection = try await PGConnection.connect(.scripted(port: server.port))
        let error = await #expect(throws: PGError.self) {
            try await connection.withTransaction { _ in }
        }
        #expect(error?.code == .transaction)
        #expect(error?.retry == .unknown)
        #expect(error?.transactionOutcome == .unknown)
        #expect(connection.isClosed)
    }

    @Test("reading only and being deferrable are as asked for")
    func modes() async throws {
        let connection = try await connect()
        let shown = try await connection.withTransaction(
            isolation: .serializable, access: .readOnly, deferrable: true
        ) { transaction in
            try await transaction.query(
                "SELECT current_setting('transaction_read_only'), current_setting('transaction_deferrable')"
            ).decode(as: (String, String).self)
        }
        #expect(shown.first ?? ("", "") == ("on", "on"))
        let error = await #expect(throws: PGError.self) {
            try await connection.withTransaction(access: .readOnly, deferrable: false) { transaction in
                try await transaction.query("CREATE TABLE never (a int8)")
            }
        }
        #expect(error?.sqlState == "25006")
        #expect(TransactionModes().begin.sql == "BEGIN")
        #expect(TransactionModes(access: .readWrite, deferrable: false).begin.sql == "BEGIN READ WRITE, NOT DEFERRABLE")
    }

    @Test("a transaction that is used after its closure ended is refused, and nothing is sent")
    func usedTooLate() async throws {
        let connection = try await connect()
        let kept = try await connection.withTransaction { $0 }
        let error = await failure { () async throws(PGError) in try await kept.query("INSERT INTO t VALUES (1)") }
        #expect(error?.code == .usage)
        await #expect(throws: PGError.self) { try await kept.withSavepoint { _ in } }
        #expect(connection.transactionStatus == .idle)
        #expect(try await ids(connection) == [])
    }

    @Test("what a task began in the transaction belongs to it, though the closure did not wait for the task")
    func straggler() async throws {
        let connection = try await connect()
        for round in Int64(0)..<50 {
            let began = OneShot<Void>()
            let straggler = try await connection.withTransaction { transaction in
                let task = Task { () async -> PGError? in
                    began.end(())
                    return await failure { () async throws(PGError) in
                        try await transaction.query(
                            "INSERT INTO t SELECT \(round) WHERE pg_current_xact_id_if_assigned() IS NULL")
                        try await transaction.query("SELECT pg_sleep(0.001)")
                    }
                }
                await began.wait {}
                return task
            }
            let error = await straggler.value
            #expect(error == nil || error?.code == .usage)
            #expect(connection.transactionStatus == .idle)
        }
        #expect(!connection.isClosed)
    }

    @Test("the commit waits for what a task has begun and not sent yet")
    func unsentStraggler() async throws {
        let connection = try await connect()
        let (began, watching, goOn) = (OneShot<Void>(), OneShot<Void>(), OneShot<Void>())
        let releaser = Task {
            await watching.wait {}
            // A commit that does not wait comes meanwhile.
            let isOver = await eventually(within: .milliseconds(500)) { connection.transactionStatus == .idle }
            goOn.end(())
            return isOver
        }
        let straggler = try await connection.withTransaction { transaction in
            try await transaction.query("SELECT pg_current_xact_id()")
            let straggler = Task {
                try await transaction.withPipeline { pipeline in
                    began.end(())
                    await goOn.wait {}
                    return try await pipeline.query("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
                        .rows(as: Bool.self)
                }
            }
            await began.wait {}
            watching.end(())
            return straggler
        }
        #expect(connection.transactionStatus == .idle)
        #expect(try await straggler.value == [true])
        #expect(await !releaser.value)
    }

    @Test("a closure that ends its transaction itself learns that nobody knows how")
    func endedByItself() async throws {
        let connection = try await connect()
        let error = await #expect(throws: PGError.self) {
            try await connection.withTransaction { try await $0.query("ROLLBACK") }
        }
        #expect(error?.code == .usage)
        #expect(error?.transactionOutcome == .unknown)
        #expect(connection.transactionStatus == .idle)
    }

    @Test("streams, pipelines, COPY, portals and simple queries are parts of it")
    func parts() async throws {
        let connection = try await connect()
        try await connection.simpleQuery("CREATE TEMP TABLE parts (x int)")
        struct Mine: Error {}
        await #expect(throws: Mine.self) {
            try await connection.withTransaction { transaction in
                try await transaction.withPipeline { pipeline in
                    for number in Int32(1)...3 { pipeline.query("INSERT INTO parts VALUES (\(number))") }
                }
                try await transaction.copyIn("COPY parts FROM STDIN") { try await $0.write("4\n5\n") }
                try await transaction.simpleQuery("INSERT INTO parts VALUES (6); INSERT INTO parts VALUES (7)")
                var seen: [Int32] = []
                for try await row in try await transaction.stream("SELECT x FROM parts ORDER BY x") {
                    seen.append(try row.decode(as: Int32.self))
                }
                #expect(seen == Array(1...7))
                let portal = try await transaction.portal("SELECT x FROM parts ORDER BY x")
                #expect(try await portal.fetch(2).count == 2)
                var bytes: [UInt8] = []
                for try await part in try await transaction.copyOut("COPY parts TO STDOUT") { bytes += part }
                #expect(bytes.count == 14)
                throw Mine()
            }
        }
        #expect(try await connection.query("SELECT count(*) FROM parts").decode(as: Int64.self) == [0])
    }

    @Test("that has ended takes no stream")
    func streamAtTheEnd() async throws {
        let connection = try await connect()
        let (transaction, rows) = try await connection.withTransaction { transaction in
            let rows = try await transaction.stream("SELECT generate_series(1, 3)")
            for try await _ in rows {}
            return (transaction, rows)
        }
        var again = rows.makeAsyncIterator()
        #expect(try await again.next() == nil)
        let late = await failure { () async throws(PGError) in try await transaction.stream("SELECT 1") }
        #expect(late?.code == .usage)
        #expect(connection.transactionStatus == .idle)
    }
}
