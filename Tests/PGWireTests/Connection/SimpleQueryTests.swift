import TestSupport
import Testing

@testable import PGWire

@Suite("A text of several statements", .needsServer, .needsSession)
struct SimpleQueryTests {
    private func connect() async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        return try await PGConnection.connect(try PGConfiguration(url: server.url(sslMode: .ofThisRun)))
    }

    @Test("has a result for each, in text format")
    func results() async throws {
        let connection = try await connect()
        let results = try await connection.simpleQuery(
            "SELECT 1 AS a; CREATE TEMP TABLE t (x int); INSERT INTO t VALUES (1), (2); SELECT x, 'ä' FROM t ORDER BY x;;"
        )
        #expect(results.map(\.commandTag) == ["SELECT 1", "CREATE TABLE", "INSERT 0 2", "SELECT 2"])
        #expect(try results[0].decode(as: Int32.self) == [1])
        #expect(try results[3].decode(as: (Int32, String).self).map { "\($0)" } == ["(1, \"ä\")", "(2, \"ä\")"])
        #expect(results[1].columns.isEmpty && results[3].columns.allSatisfy { $0.format == .text })
        #expect(try await connection.simpleQuery("").isEmpty)
    }

    @Test("takes effect as a whole or not at all")
    func failure() async throws {
        let connection = try await connect()
        try await connection.simpleQuery("CREATE TEMP TABLE t (x int)")
        let error = await PGWireTests.failure { () async throws(PGError) in
            try await connection.simpleQuery("INSERT INTO t VALUES (1); SELECT 1 / 0; INSERT INTO t VALUES (2)")
        }
        #expect(error?.sqlState == "22012")
        #expect(try await connection.query("SELECT count(*) FROM t").decode(as: Int64.self) == [0])
    }

    @Test("a COPY in it is refused in both directions, and the connection goes on")
    func copies() async throws {
        let connection = try await connect()
        try await connection.simpleQuery("CREATE TEMP TABLE t (x int)")
        for sql in ["COPY t FROM STDIN", "SELECT 1; COPY t TO STDOUT", "COPY t FROM STDIN; SELECT 1"] {
            let error = await PGWireTests.failure { () async throws(PGError) in
                try await connection.simpleQuery(PGQuery(unsafeSQL: sql))
            }
            #expect(error?.code == .usage, "\(sql)")
            #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
        }
    }

    @Test("is cancelled like any query")
    func cancelled() async throws {
        let connection = try await connect()
        let error = await PGWireTests.failure { () async throws(PGError) in
            try await connection.simpleQuery("SELECT 1; SELECT pg_sleep(60)", timeout: .milliseconds(100))
        }
        #expect(error?.code == .timeout)
        #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
    }
}
