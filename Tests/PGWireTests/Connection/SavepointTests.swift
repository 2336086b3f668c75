import TestSupport
import Testing

@testable import PGWire

@Suite("Savepoints", .needsServer, .needsSession)
struct SavepointTests {
    private struct Stop: Error {}

    private func connect() async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        let connection = try await PGConnection.connect(try PGConfiguration(url: server.url(sslMode: .ofThisRun)))
        try await connection.query("CREATE TEMPORARY TABLE t (id int8 PRIMARY KEY)")
        return connection
    }

    private func ids(_ connection: PGConnection) async throws -> [Int64] {
        try await connection.query("SELECT id FROM t ORDER BY id").decode(as: Int64.self)
    }

    /// The error of a closure; the macro for it cannot lie in another one.
    nonisolated(nonsending) private func thrown<R>(
        _ body: nonisolated(nonsending) () async throws -> R
    ) async -> PGError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? PGError
        }
    }

    @Test("what returns is kept, what throws is undone, and the transaction goes on")
    func keptAndUndone() async throws {
        let connection = try await connect()
        try await connection.withTransaction { transaction in
            try await transaction.query("INSERT INTO t VALUES (1)")
            let result = try await transaction.withSavepoint { inner in
                try await inner.query("INSERT INTO t VALUES (2)")
                return 7
            }
            #expect(result == 7)
            _ = await thrown {
                try await transaction.withSavepoint { inner in
                    try await inner.query("INSERT INTO t VALUES (3)")
                    throw Stop()
                }
            }
            let error = await thrown {
                try await transaction.withSavepoint { try await $0.query("INSERT INTO t VALUES (1)") }
            }
            #expect(error?.sqlState == "23505")
            #expect(connection.transactionStatus == .inTransaction)
            try await transaction.query("INSERT INTO t VALUES (4)")
        }
        #expect(try await ids(connection) == [1, 2, 4])
    }

    @Test("savepoints lie in savepoints")
    func nested() async throws {
        let connection = try await connect()
        try await connection.withTransaction { transaction in
            try await transaction.withSavepoint { outer in
                try await outer.query("INSERT INTO t VALUES (1)")
                _ = await thrown {
                    try await outer.withSavepoint { inner in
                        try await inner.query("INSERT INTO t VALUES (2)")
                        try await inner.withSavepoint { try await $0.query("INSERT INTO t VALUES (3)") }
                        throw Stop()
                    }
                }
                try await outer.withSavepoint { try await $0.query("INSERT INTO t VALUES (4)") }
            }
        }
        #expect(try await ids(connection) == [1, 4])
    }

    @Test("an error that the closure swallows undoes the savepoint, and is told as the cause")
    func swallowed() async throws {
        let connection = try await connect()
        try await connection.withTransaction { transaction in
            try await transaction.query("INSERT INTO t VALUES (1)")
            let error = await thrown {
                try await transaction.withSavepoint { inner in
                    try await inner.query("INSERT INTO t VALUES (2)")
                    _ = try? await inner.query("SELECT 1/0")
                }
            }
            #expect(error?.code == .transaction)
            #expect(error?.sqlState == "22012")
        }
        #expect(try await ids(connection) == [1])
    }

    @Test("savepoints that were undone leave none behind on the server")
    func many() async throws {
        let connection = try await connect()
        _ = await thrown {
            try await connection.withTransaction { transaction in
                for _ in 0..<20 {
                    _ = try? await transaction.withSavepoint { try await $0.query("SELECT 1/0") }
                }
                let error = await failure { () async throws(PGError) in
                    try await transaction.query("ROLLBACK TO SAVEPOINT pgwire_1")
                }
                #expect(error?.sqlState == "3B001")
                throw Stop()
            }
        }
    }

    @Test("in a transaction that has failed no savepoint is made, and none saves it")
    func failedOutside() async throws {
        let connection = try await connect()
        let error = await thrown {
            try await connection.withTransaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (1)")
                _ = try? await transaction.query("SELECT 1/0")
                let inner = await thrown {
                    try await transaction.withSavepoint { _ in _ = Issue.record("the closure ran") }
                }
                #expect(inner?.sqlState == "25P02")
            }
        }
        #expect(error?.code == .transaction)
        #expect(error?.transactionOutcome == .rolledBack)
        #expect(try await ids(connection) == [])
    }

    @Test("while a savepoint is open the transaction around it is refused")
    func outerInside() async throws {
        let connection = try await connect()
        try await connection.withTransaction { transaction in
            try await transaction.withSavepoint { _ in
                let error = await failure { () async throws(PGError) in
                    try await transaction.query("INSERT INTO t VALUES (1)")
                }
                #expect(error?.code == .usage)
                let second = await thrown { try await transaction.withSavepoint { _ in } }
                #expect(second?.code == .usage)
            }
            try await transaction.query("INSERT INTO t VALUES (2)")
        }
        #expect(try await ids(connection) == [2])
    }

    @Test("a closure that ends the whole transaction is told, and nothing is taken for committed")
    func endedByItself() async throws {
        let connection = try await connect()
        let error = await thrown {
            try await connection.withTransaction { transaction in
                _ = try? await transaction.withSavepoint { try await $0.query("ROLLBACK") }
            }
        }
        #expect(error?.code == .usage || error?.code == .transaction)
        #expect(connection.transactionStatus == .idle)
    }

    @Test("a savepoint that outlives its transaction's closure closes the connection, and nothing is committed")
    func outliving() async throws {
        let server = try await PostgresServer.shared()
        let connection = try await connect()
        try await connection.query("CREATE TABLE outliving (a int8)")
        let (inside, release) = (OneShot<Void>(), OneShot<Void>())
        let error = await thrown {
            try await connection.withTransaction { transaction in
                try await transaction.query("INSERT INTO outliving VALUES (1)")
                Task {
                    try? await transaction.withSavepoint { _ in
                        inside.end(())
                        await release.wait {}
                    }
                }
                await inside.wait {}
            }
        }
        release.end(())
        #expect(error?.code == .usage)
        #expect(error?.transactionOutcome == .rolledBack)
        #expect(connection.isClosed)
        #expect(try await server.sql("SELECT count(*) FROM outliving; DROP TABLE outliving") == "0\n")
    }

    @Test("a task that is cancelled in a savepoint rolls back all of it")
    func cancelled() async throws {
        let connection = try await connect()
        let task = Task {
            try await connection.withTransaction { transaction in
                try await transaction.query("INSERT INTO t VALUES (1)")
                try await transaction.withSavepoint { try await $0.query("SELECT pg_sleep(60)") }
            }
        }
        #expect(await eventually { connection.transactionStatus == .inTransaction && connection.pendingQueries == 1 })
        task.cancel()
        let error = await thrown { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(error?.transactionOutcome == .rolledBack)
        #expect(!connection.isClosed)
        #expect(try await ids(connection) == [])
    }
}
