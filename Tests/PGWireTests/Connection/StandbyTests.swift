import TestSupport
import Testing

@testable import PGWire

@Suite("A primary and its standby", .needsServer, .needsDirectConnection)
struct StandbyTests {
    private func configuration(_ first: PostgresServer, _ second: PostgresServer, _ target: String) throws
        -> PGConfiguration
    {
        try PGConfiguration(
            connectionString: "host=127.0.0.1,127.0.0.1 port=\(first.port),\(second.port) user=mcp password=mcp_pass "
                + "dbname=mcp sslmode=disable target_session_attrs=\(target)")
    }

    private func port(_ configuration: PGConfiguration) async throws -> Int32 {
        let connection = try await PGConnection.connect(configuration)
        defer { connection.close() }
        return try await connection.query("SELECT inet_server_port()").decode(as: Int32.self)[0]
    }

    @Test("each target_session_attrs leads to the right server, and a pool follows the primary after a failover")
    func targetsAndFailover() async throws {
        let primary = try await PostgresServer.start(tls: .none)
        let standby = try await primary.startStandby()
        let (p, s) = (Int32(primary.port), Int32(standby.port))
        let expected: [(String, primaryFirst: Int32, standbyFirst: Int32)] = [
            ("any", p, s), ("read-write", p, p), ("read-only", s, s), ("primary", p, p), ("standby", s, s),
            ("prefer-standby", s, s),
        ]
        for (target, primaryFirst, standbyFirst) in expected {
            #expect(try await port(try configuration(primary, standby, target)) == primaryFirst, "\(target)")
            #expect(try await port(try configuration(standby, primary, target)) == standbyFirst, "\(target)")
        }

        let pool = PGPool(try configuration(primary, standby, "read-write"))
        try await pool.query("CREATE TABLE kept AS SELECT 1::int8 AS a")
        #expect(
            await eventually(within: .seconds(20)) {
                (try? await standby.sql("SELECT count(*) FROM kept")) == "1\n"
            })
        try await primary.kill()
        // No standby takes writes, so that nothing suits before the promotion.
        let between = await failure { () async throws(PGError) in try await pool.query("SELECT 1") }
        #expect(between != nil)
        #expect(try await port(try configuration(primary, standby, "prefer-standby")) == s)
        try await standby.promote()
        #expect(
            await eventually(within: .seconds(20)) {
                await failure { () async throws(PGError) in try await pool.query("INSERT INTO kept VALUES (2)") } == nil
            })
        #expect(try await pool.query("SELECT inet_server_port()").decode(as: Int32.self) == [s])
        #expect(try await pool.query("SELECT a FROM kept ORDER BY a").decode(as: Int64.self) == [1, 2])
        // There is no standby any more.
        #expect(try await port(try configuration(primary, standby, "prefer-standby")) == s)
        let standbyOnly = try configuration(primary, standby, "standby")
        let none = await failure { () async throws(PGError) in try await PGConnection.connect(standbyOnly) }
        #expect(none?.message.contains("not a standby") == true)
        #expect(none?.message.contains("Connection refused") == true)
        await pool.close()
        await standby.remove()
        await primary.remove()
    }
}
