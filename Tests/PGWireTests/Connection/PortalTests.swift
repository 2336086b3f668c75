import TestSupport
import Testing

@testable import PGWire

@Suite("A portal", .needsServer)
struct PortalTests {
    private func connect() async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        return try await PGConnection.connect(
            try PGConfiguration(url: server.url(sslMode: .ofThisRun)), options: .ofThisRun)
    }

    @Test("gives its rows in portions, with other statements between them")
    func portions() async throws {
        let connection = try await connect()
        try await connection.withTransaction { _ in
            let portal = try await connection.portal("SELECT i FROM generate_series(1, \(Int32(250))) i")
            #expect(portal.columns.map(\.name) == ["i"])
            var rows: [Int32] = []
            while true {
                let portion = try await portal.fetch(100)
                rows += try portion.decode(as: Int32.self)
                #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
                guard portion.isSuspended else { break }
                #expect(portion.count == 100)
            }
            #expect(rows == Array(1...250))
            #expect(try await portal.fetch(5).isEmpty)
            try await portal.close()
        }
    }

    @Test("several are open at once, also of one statement")
    func several() async throws {
        let connection = try await connect()
        try await connection.withTransaction { _ in
            let query: PGQuery = "SELECT generate_series(1, 10)"
            let (one, two) = (try await connection.portal(query), try await connection.portal(query))
            #expect(try await one.fetch(2).decode(as: Int32.self) == [1, 2])
            #expect(try await two.fetch(3).decode(as: Int32.self) == [1, 2, 3])
            #expect(try await one.fetch(2).decode(as: Int32.self) == [3, 4])
        }
    }

    @Test("needs a transaction, and ends with it")
    func lifetime() async throws {
        let connection = try await connect()
        let outside = await failure { () async throws(PGError) in try await connection.portal("SELECT 1") }
        #expect(outside?.code == .usage)
        let portal = try await connection.withTransaction { _ in try await connection.portal("SELECT 1") }
        let late = await failure { () async throws(PGError) in try await portal.fetch(1) }
        #expect(late?.sqlState == "34000")
        let zero = await failure { () async throws(PGError) in try await portal.fetch(0) }
        #expect(zero?.code == .usage)
        #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
    }
}
