import TestSupport
import Testing

@testable import PGWire

@Suite("Many tasks on one connection", .needsServer)
struct PipeliningTests {
    private func connect(_ mode: SSLMode = .ofThisRun) async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        return try await PGConnection.connect(
            try PGConfiguration(url: server.url(sslMode: mode)), options: .ofThisRun)
    }

    @Test("each gets its own answers", arguments: ServerUnderTest.current.modes, [false, true])
    func ownAnswers(mode: SSLMode, onLoop: Bool) async throws {
        let connection = try await connect(mode)
        let wrong = await withTaskExecutorPreference(onLoop ? PGEventLoop.any() : nil) {
            await withTaskGroup(of: Int.self) { group in
                for task in Int64(0)..<64 {
                    group.addTask {
                        var wrong = 0
                        for number in Int64(0)..<(mode == .disable ? 200 : 50) {
                            let value = task * 1000 + number
                            let rows = try? await connection.query("SELECT \(value), \("t\(task)")")
                            let row = try? rows?.decode(as: (Int64, String).self).first
                            if row?.0 != value || row?.1 != "t\(task)" { wrong += 1 }
                        }
                        return wrong
                    }
                }
                return await group.reduce(0, +)
            }
        }
        #expect(wrong == 0)
        #expect(connection.pendingQueries == 0)
    }

    @Test("errors of one are not the others'")
    func errors() async throws {
        let connection = try await connect()
        let wrong = await withTaskGroup(of: Int.self) { group in
            for task in Int64(0)..<32 {
                group.addTask {
                    var wrong = 0
                    for number in Int64(0)..<50 {
                        let divisor = (task + number) % 3
                        do throws(PGError) {
                            let rows = try await connection.query("SELECT 6 / \(divisor)").decode(as: Int64.self)
                            if divisor == 0 || rows != [6 / divisor] { wrong += 1 }
                        } catch {
                            if divisor != 0 || error.sqlState != "22012" { wrong += 1 }
                        }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
        #expect(!connection.isClosed)
    }

    @Test("with tasks cancelled at random nobody gets another's answer")
    func cancellations() async throws {
        let connection = try await connect()
        let wrong = await withTaskGroup(of: Int.self) { group in
            for task in Int64(0)..<64 {
                group.addTask {
                    var wrong = 0
                    for number in Int64(0)..<50 {
                        let value = task * 1000 + number
                        let query = Task { () async throws(PGError) in try await connection.query("SELECT \(value)") }
                        if Int64.random(in: 0..<3) == 0 {
                            for _ in 0..<Int.random(in: 0..<20) { await Task.yield() }
                            query.cancel()
                        }
                        switch await query.result {
                        case .success(let rows): if (try? rows.decode(as: Int64.self)) != [value] { wrong += 1 }
                        case .failure(let error): if (error as? PGError)?.code != .cancelled { wrong += 1 }
                        }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
        #expect(try await connection.query("SELECT 7::int8").decode(as: Int64.self) == [7])
        #expect(connection.pendingQueries == 0)
    }

    @Test("a large result arrives whole")
    func largeResult() async throws {
        let connection = try await connect()
        let query: PGQuery =
            "SELECT n, repeat('x', (n % 100)::int), NULLIF(n % 2, 0) FROM generate_series(1::int8, 50000) n"
        let rows = try await connection.query(query)
        #expect(rows.count == 50_000)
        #expect(rows.rowsAffected == 50_000)
        var faults = 0
        for (index, row) in rows.enumerated() {
            let number = Int64(index + 1)
            let (n, text, odd) = try row.decode(as: (Int64, String, Int64?).self)
            if n != number || text.utf8.count != Int(number % 100) || odd != (number % 2 == 1 ? 1 : nil) { faults += 1 }
        }
        #expect(faults == 0)
    }

    @Test(
        "megabytes in both directions at once do not block each other",
        .disabled(
            if: !ServerUnderTest.current.keepsSessions,
            "PgBouncer 1.18 stops reading when a message is cut in two by the end of the transaction before it"))
    func bothDirections() async throws {
        let connection = try await connect()
        let text = String(repeating: "0123456789abcdef", count: 200_000)
        let sizes = await withTaskGroup(of: Int.self) { group in
            for task in 0..<12 {
                group.addTask {
                    let rows = try? await connection.query("SELECT \(text) || \("\(task)"), \(Int64(task))")
                    guard let (echo, number) = try? rows?.decode(as: (String, Int64).self).first else { return 0 }
                    return echo == text + "\(task)" && number == Int64(task) ? 1 : 0
                }
            }
            return await group.reduce(0, +)
        }
        #expect(sizes == 12)
    }

    @Test("a result beyond the bound is an error, and the connection goes on")
    func resultBound() async throws {
        let server = try await PostgresServer.shared()
        var options = PGConnection.Options.ofThisRun
        options.maximumResultBytes = 100_000
        let connection = try await PGConnection.connect(
            try PGConfiguration(url: server.url(sslMode: .ofThisRun)), options: options)
        let error = await failure { () async throws(PGError) in
            try await connection.query("SELECT n FROM generate_series(1, 100000) n")
        }
        #expect(error?.code == .unexpectedResult)
        let empty = await failure { () async throws(PGError) in
            try await connection.query("SELECT FROM generate_series(1, 100000) n")
        }
        #expect(empty?.code == .unexpectedResult)
        #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
    }

    @Test("a setting that changes is known once the answer has come", .needsSession)
    func parameterStatus() async throws {
        let connection = try await connect()
        try await connection.query("SET TimeZone = 'Europe/Berlin'")
        #expect(connection.parameter("TimeZone") == "Europe/Berlin")
        #expect(
            try await connection.query("DO $$ BEGIN RAISE WARNING 'careful'; END $$").notices.map(\.message) == [
                "careful"
            ])
    }
}
