import TestSupport
import Testing

@testable import PGWire

@Suite("Rows that are streamed", .needsServer)
struct StreamTests {
    private func connect(_ mode: SSLMode = .ofThisRun) async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        return try await PGConnection.connect(
            try PGConfiguration(url: server.url(sslMode: mode)), options: .ofThisRun)
    }

    @Test("come in order and completely", arguments: ServerUnderTest.current.modes)
    func whole(mode: SSLMode) async throws {
        let connection = try await connect(mode)
        let count: Int64 = 200_000
        let rows = try await connection.stream(
            "SELECT i, i::text FROM generate_series(1, \(count)) i", as: (Int64, String).self)
        #expect(rows.columns.map(\.name) == ["i", "i"])
        var expected: Int64 = 0
        for try await (number, text) in rows {
            expected += 1
            guard number == expected, text == "\(expected)" else {
                Issue.record("row \(expected) is \(number), \(text)")
                break
            }
        }
        #expect(expected == count)
        #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
        #expect(connection.pendingQueries == 0)
    }

    @Test("none, and none of no columns")
    func none() async throws {
        let connection = try await connect()
        for try await _ in try await connection.stream("SELECT 1 WHERE false") { Issue.record("a row") }
        for try await _ in try await connection.stream("DO 'BEGIN END'") { Issue.record("a row") }
        var count = 0
        for try await row in try await connection.stream("SELECT FROM generate_series(1, 3)") {
            count += 1
            #expect(row.columns.isEmpty)
        }
        #expect(count == 3)
    }

    @Test("a statement that fails at once throws before there are rows, one that fails on its way after them")
    func failures() async throws {
        let connection = try await connect()
        let early = await failure { () async throws(PGError) in try await connection.stream("SELECT nothing") }
        #expect(early?.sqlState == "42703")
        var seen = 0
        var late: PGError?
        do throws(PGError) {
            let rows = try await connection.stream("SELECT 1 / (1000 - i) FROM generate_series(1, 2000) i")
            var iterator = rows.makeAsyncIterator()
            while try await iterator.next() != nil { seen += 1 }
        } catch {
            late = error
        }
        #expect(late?.sqlState == "22012")
        #expect(seen == 999)
        #expect(try await connection.query("SELECT 2::int8").decode(as: Int64.self) == [2])
    }

    @Test("a reader who stops has the server stop, and the connection goes on")
    func early() async throws {
        let connection = try await connect()
        let start = ContinuousClock.now
        for try await row in try await connection.stream("SELECT generate_series(1, 100000000)") {
            if try row.decode(as: Int32.self) == 3 { break }
        }
        #expect(try await connection.query("SELECT 5::int8").decode(as: Int64.self) == [5])
        #expect(!connection.isClosed)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("a stream that nobody reads ends with its last holder")
    func forgotten() async throws {
        let connection = try await connect()
        _ = try await connection.stream("SELECT generate_series(1, 100000000)")
        #expect(try await connection.query("SELECT 5::int8").decode(as: Int64.self) == [5])
    }

    @Test("a slow reader makes the server wait, and no more than the bound is kept", .needsSession)
    func backpressure() async throws {
        let connection = try await connect()
        let observer = try await connect()
        let pid = try await connection.query("SELECT pg_backend_pid()").decode(as: Int32.self)[0]
        let rows = try await connection.stream("SELECT repeat('x', 1000) FROM generate_series(1, 100000)")
        var iterator = rows.makeAsyncIterator()
        _ = try await iterator.next()
        let isStuck = await eventually {
            let waits = try? await observer.query(
                "SELECT wait_event FROM pg_stat_activity WHERE pid = \(pid)"
            ).decode(as: String?.self)
            return waits == ["ClientWrite"]
        }
        #expect(isStuck)
        var count = 1
        while try await iterator.next() != nil { count += 1 }
        #expect(count == 100_000)
    }

    @Test("other queries wait for the stream's end and keep their order")
    func others() async throws {
        let connection = try await connect()
        let rows = try await connection.stream("SELECT i FROM generate_series(1, 50000) i")
        async let other = connection.query("SELECT 7::int8").decode(as: Int64.self)
        var count = 0
        for try await _ in rows { count += 1 }
        #expect(try await other == [7])
        #expect(count == 50_000)
    }

    @Test("a query behind a stream that is not read times out, unsent, and harms nobody")
    func timeoutBehind() async throws {
        let connection = try await connect()
        let rows = try await connection.stream("SELECT repeat('x', 1000) FROM generate_series(1, 10000)")
        let error = await failure { () async throws(PGError) in
            try await connection.query("SELECT 1", timeout: .milliseconds(100))
        }
        #expect(error?.code == .timeout)
        var count = 0
        for try await _ in rows { count += 1 }
        #expect(count == 10_000)
        #expect(!connection.isClosed)
    }

    @Test("a server that lets the reader wait too long is cancelled")
    func stall() async throws {
        let connection = try await connect()
        var error: PGError?
        var seen = 0
        do throws(PGError) {
            // The first row has to fill the server's buffer to come at all.
            let rows = try await connection.stream(
                "SELECT repeat('x', 20000) || pg_sleep(CASE WHEN i > 3 THEN 60 ELSE 0 END) FROM generate_series(1, 9) i",
                timeout: .milliseconds(300))
            var iterator = rows.makeAsyncIterator()
            while try await iterator.next() != nil { seen += 1 }
        } catch let caught {
            error = caught
        }
        #expect(error?.code == .timeout)
        #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
    }

    @Test("a reader that is cancelled stops, and so does the server")
    func cancelled() async throws {
        let connection = try await connect()
        let task = Task {
            var count = 0
            for try await _ in try await connection.stream("SELECT pg_sleep(0.01) FROM generate_series(1, 10000)") {
                count += 1
            }
            return count
        }
        _ = await eventually { connection.pendingQueries == 1 }
        task.cancel()
        let outcome = await task.result
        #expect(throws: PGError.self) { try outcome.get() }
        #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
    }

    @Test("a second iterator has no rows")
    func twice() async throws {
        let connection = try await connect()
        let rows = try await connection.stream("SELECT 1")
        var first = rows.makeAsyncIterator()
        var second = rows.makeAsyncIterator()
        #expect(try await second.next() == nil)
        #expect(try await first.next() != nil)
    }

    @Test("a statement that went stale is prepared anew", .needsSession)
    func stale() async throws {
        let connection = try await connect()
        for _ in 0..<2 {
            for try await row in try await connection.stream("SELECT 1::int8") {
                #expect(try row.decode(as: Int64.self) == 1)
            }
            try await connection.query("DEALLOCATE ALL")
        }
    }
}
