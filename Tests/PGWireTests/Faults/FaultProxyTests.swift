import PGWireTesting
import TestSupport
import Testing

@testable import PGWire

@Suite("Bytes in other portions", .needsServer, .needsDirectConnection)
struct FaultProxyTests {
    /// What a connection is told, as text: values, errors, notices, settings.
    private func transcript(port: UInt16, _ mode: SSLMode) async throws -> [String] {
        let server = try await PostgresServer.shared()
        var configuration = try PGConfiguration(url: server.url(sslMode: mode))
        configuration.host = .tcp(host: "127.0.0.1", port: port)
        configuration.connectTimeout = .seconds(30)
        let connection = try await PGConnection.connect(configuration)
        var lines: [String] = []
        func run(_ query: PGQuery) async {
            do throws(PGError) {
                let result = try await connection.query(query)
                lines.append("\(result.commandTag) \(result.columns.map(\.name)) \(result.notices.map(\.message))")
                for text in try result.decode(as: String?.self) { lines.append(text ?? "NULL") }
            } catch {
                lines.append("\(error.code) \(error.sqlState ?? "") \(error.server?.message ?? "")")
            }
        }
        await run("SELECT nullif(repeat('é', n), 'éé') FROM generate_series(1, 40) n")
        await run("SELECT \(String(repeating: "x", count: 5000)) || \([1, nil, 3] as [Int64?])::text")
        let values = try await connection.query("SELECT n, n / 3::float8, n % 2 = 0 FROM generate_series(1::int8, 9) n")
        lines += try values.decode(as: (Int64, Double, Bool).self).map { "\($0)" }
        await run("SELECT 1/0")
        await run("SELEC 1")
        await run("DO $$ BEGIN RAISE WARNING 'careful'; END $$")
        await run("CREATE TEMPORARY TABLE portions (a int8 PRIMARY KEY)")
        for _ in 0..<2 { await run("INSERT INTO portions VALUES (\(Int64(7)))") }
        await run("SET TimeZone = 'Europe/Berlin'")
        lines.append(connection.parameter("TimeZone") ?? "none")
        await run("SELECT 'the end'")
        connection.close()
        return lines
    }

    @Test(
        "give the same results: single bytes, odd splits, delays",
        arguments: [
            FaultPlan(delivery: .singly(limit: .max)), FaultPlan(delivery: .singly(limit: 512)),
            FaultPlan(splits: Array(stride(from: 3, to: 60_000, by: 7))), FaultPlan(splits: [5, 9, 13, 330]),
            FaultPlan(delay: .milliseconds(5)),
        ], ServerUnderTest.current.modes)
    func sameResults(plan: FaultPlan, mode: SSLMode) async throws {
        let server = try await PostgresServer.shared()
        let expected = try await transcript(port: server.port, mode)
        #expect(expected.count > 50)
        let proxy = try FaultProxy(to: server.port) { _ in plan }
        #expect(try await transcript(port: proxy.port, mode) == expected)
        #expect(proxy.connections.count == 1)
        // The proxy has passed all of it on, and sees the end.
        #expect(await eventually { proxy.connections.allSatisfy { $0.hasEnded } })
    }

    @Test("many tasks at once get their own answers through single bytes, cancelled ones included")
    func pipelined() async throws {
        let server = try await PostgresServer.shared()
        let proxy = try FaultProxy(to: server.port) { _ in FaultPlan(delivery: .singly(limit: 2048)) }
        var configuration = try PGConfiguration(url: server.url(sslMode: .ofThisRun))
        configuration.host = .tcp(host: "127.0.0.1", port: proxy.port)
        var options = PGPool.Options()
        options.maximumConnections = 3
        options.waitTimeout = .seconds(60)
        let pool = PGPool(configuration, options: options)
        let wrong = await withTaskGroup(of: Int.self) { group in
            for task in Int64(0)..<12 {
                group.addTask {
                    var wrong = 0
                    for number in Int64(0)..<25 {
                        let value = task * 1000 + number
                        let query = Task { () async throws(PGError) in try await pool.query("SELECT \(value)") }
                        if number % 5 == 4 { query.cancel() }
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
        #expect(await eventually { pool.usage.lent == 0 && pool.usage.opening == 0 })
        await pool.close()
    }
}
