import PGWire
import PGWireTesting

/// Something to do with a server that turns hostile on the way: the calls of a fixture, without its expectations.
struct HostileConversation: Sendable {
    let fixture: String
    var version = 16
    var configure: @Sendable (inout PGConfiguration) -> Void = { _ in }
    var options = PGConnection.Options()
    let body: @Sendable (PGConnection) async throws -> Void

    var path: String { FixtureFolder.file(fixture, version: version) }

    private static let selectsOne: @Sendable (PGConnection) async throws -> Void = { connection in
        _ = try await connection.query("SELECT 1::int8")
    }

    static let startups = [
        HostileConversation(fixture: "auth-trust", body: selectsOne),
        HostileConversation(fixture: "auth-password", body: selectsOne),
        HostileConversation(fixture: "auth-md5", body: selectsOne),
        HostileConversation(fixture: "auth-scram", body: selectsOne),
        HostileConversation(fixture: "tls-declined", body: selectsOne),
        HostileConversation(
            fixture: "protocol-3.2", version: 18, configure: { $0.protocolVersions = .v3_0 ... .v3_2 },
            body: selectsOne),
    ]

    static let sessions = [
        HostileConversation(fixture: "extended-rows") { connection in
            _ = try await connection.query("SELECT n, repeat('x', n * 100) FROM generate_series(1, 20) n")
        },
        HostileConversation(fixture: "simple-several") { connection in
            _ = try await connection.simpleQuery(
                "CREATE TEMP TABLE t (x int8); INSERT INTO t VALUES (1), (2); SELECT x FROM t ORDER BY x; SELECT 'ä'")
        },
        HostileConversation(fixture: "error-rows") { connection in
            do throws(PGError) {
                _ = try await connection.query("SELECT 10 / (3 - n) FROM generate_series(1, 5) n")
            } catch {
                guard error.sqlState == "22012", !connection.isClosed else { throw error }
            }
            _ = try await connection.query("SELECT 1")
        },
        HostileConversation(fixture: "stream") { connection in
            for try await _ in try await connection.stream("SELECT n FROM generate_series(1, 100) n") {}
        },
        HostileConversation(fixture: "copy-in") { connection in
            try await connection.simpleQuery("CREATE TEMP TABLE t (x int8 NOT NULL, y text)")
            _ = try await connection.copyIn("COPY t FROM STDIN") { writer in
                for number in 1...3 { try await writer.write("\(number)\trow \(number)\n") }
            }
            _ = try await connection.query("SELECT sum(x)::int8 FROM t")
        },
        HostileConversation(fixture: "copy-out-binary") { connection in
            let copy = try await connection.copyOut(
                "COPY (SELECT n FROM generate_series(1, 3) n) TO STDOUT WITH (FORMAT binary)")
            for try await _ in copy.decode(as: Int32.self) {}
        },
        HostileConversation(fixture: "pipeline") { connection in
            try await connection.withPipeline { pipeline in
                for answer in (Int64(1)...3).map({ pipeline.query("SELECT \($0) + 1") }) { _ = try await answer.result }
            }
        },
        HostileConversation(fixture: "portal") { connection in
            try await connection.withTransaction { _ in
                let portal = try await connection.portal("SELECT n FROM generate_series(1, \(Int32(5))) n")
                for _ in 0..<3 { _ = try await portal.fetch(2) }
                try await portal.close()
            }
        },
        HostileConversation(
            fixture: "extended-cache",
            options: {
                var options = PGConnection.Options()
                options.statementCacheCapacity = 1
                return options
            }()
        ) { connection in
            for _ in 0..<2 {
                _ = try await connection.query("SELECT 1::int8")
                _ = try await connection.query("SELECT 2::int8")
            }
        },
        HostileConversation(fixture: "notify-self") { connection in
            var notifications = connection.notifications().makeAsyncIterator()
            try await connection.query("LISTEN orders")
            try await connection.query("SELECT pg_notify('orders', 'new')")
            _ = try await notifications.next()
            try await connection.query("UNLISTEN *")
        },
    ]
}
