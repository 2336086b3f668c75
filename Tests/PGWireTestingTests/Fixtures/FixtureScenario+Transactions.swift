import PGWire
import TestSupport
import Testing

extension FixtureScenario {
    static let transactions = [
        FixtureScenario(name: "transaction", about: "a transaction that is committed") { stage in
            let connection = try await stage.connect()
            try await connection.simpleQuery("CREATE TEMP TABLE t (x int8)")
            try await connection.withTransaction(isolation: .serializable) { transaction in
                try await transaction.query("INSERT INTO t VALUES (\(Int64(1)))")
                #expect(connection.transactionStatus == .inTransaction)
            }
            #expect(try await connection.query("SELECT x FROM t").decode(as: Int64.self) == [1])
        },
        FixtureScenario(name: "transaction-savepoint", about: "a transaction that goes back to a savepoint") { stage in
            let connection = try await stage.connect()
            try await connection.withTransaction { transaction in
                let error = await failure { () async throws in
                    try await transaction.withSavepoint { try await $0.query("SELECT 1/0") }
                }
                #expect(error?.sqlState == "22012")
                let result = try await transaction.query("SELECT 1")
                #expect(result.count == 1)
            }
        },
        FixtureScenario(name: "transaction-failed-commit", about: "a COMMIT of a transaction that has failed") {
            stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws in
                try await connection.withTransaction { transaction in
                    _ = try? await transaction.query("SELECT 1/0")
                }
            }
            #expect(error?.transactionOutcome == .rolledBack)
            let plain = try await connection.simpleQuery("BEGIN")
            #expect(plain[0].commandTag == "BEGIN")
            _ = try? await connection.simpleQuery("SELECT 1/0")
            #expect(connection.transactionStatus == .failed)
            #expect(try await connection.simpleQuery("COMMIT")[0].commandTag == "ROLLBACK")
        },
        FixtureScenario(name: "transaction-deferred", about: "a deferred constraint that fails at COMMIT") { stage in
            let connection = try await stage.connect()
            try await connection.simpleQuery("CREATE TEMP TABLE t (x int4 UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            let error = await failure { () async throws in
                try await connection.withTransaction { try await $0.query("INSERT INTO t VALUES (1), (1)") }
            }
            #expect(error?.sqlState == "23505")
            #expect(error?.transactionOutcome == .rolledBack)
        },
        FixtureScenario(
            name: "autocommit-deferred", about: "a deferred constraint that fails behind CommandComplete"
        ) { stage in
            let connection = try await stage.connect()
            try await connection.simpleQuery("CREATE TEMP TABLE t (x int4 UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            let error = await failure { () async throws(PGError) in
                try await connection.query("INSERT INTO t VALUES (1), (1)")
            }
            #expect(error?.sqlState == "23505")
            #expect(try await connection.query("SELECT count(*) FROM t").decode(as: Int64.self) == [0])
        },
        FixtureScenario(
            name: "transaction-serialization", about: "a transaction that another one makes fail", role: .mcp
        ) { stage in
            let (one, two) = (try await stage.connect(), try await stage.connect())
            try await one.simpleQuery("DROP TABLE IF EXISTS fixture_conflict; CREATE TABLE fixture_conflict (x int8)")
            for connection in [one, two] { try await connection.simpleQuery("BEGIN ISOLATION LEVEL SERIALIZABLE") }
            for connection in [one, two] {
                try await connection.simpleQuery("SELECT count(*) FROM fixture_conflict")
                try await connection.simpleQuery("INSERT INTO fixture_conflict VALUES (1)")
            }
            try await one.simpleQuery("COMMIT")
            let error = await failure { () async throws(PGError) in try await two.simpleQuery("COMMIT") }
            #expect(error?.sqlState == "40001")
            try await one.simpleQuery("DROP TABLE fixture_conflict")
        },
        FixtureScenario(name: "transaction-read-only", about: "a write in a transaction that only reads") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws in
                try await connection.withTransaction(access: .readOnly) {
                    try await $0.query("CREATE TABLE no (x int)")
                }
            }
            #expect(error?.sqlState == "25006")
        },
        FixtureScenario(name: "portal", about: "a portal that is read in portions and closed") { stage in
            let connection = try await stage.connect()
            try await connection.withTransaction { _ in
                let portal = try await connection.portal("SELECT n FROM generate_series(1, \(Int32(5))) n")
                var portions: [[Int32]] = []
                for _ in 0..<3 { portions.append(try await portal.fetch(2).decode(as: Int32.self)) }
                #expect(portions == [[1, 2], [3, 4], [5]])
                try await portal.close()
            }
        },
        FixtureScenario(name: "portal-gone", about: "a portal whose transaction is over") { stage in
            let connection = try await stage.connect()
            let portal = try await connection.withTransaction { _ in try await connection.portal("SELECT 1") }
            let error = await failure { () async throws(PGError) in try await portal.fetch(1) }
            #expect(error?.sqlState == "34000")
        },
    ]
}
