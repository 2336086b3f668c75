import PGWire
import TestSupport
import Testing

extension FixtureScenario {
    static let sessions = [
        FixtureScenario(name: "notify-self", about: "LISTEN and NOTIFY on one connection") { stage in
            let connection = try await stage.connect()
            var notifications = connection.notifications().makeAsyncIterator()
            try await connection.query("LISTEN orders")
            try await connection.query("SELECT pg_notify('orders', 'new')")
            let notification = try await notifications.next()
            #expect(notification?.channel == "orders" && notification?.payload == "new")
            try await connection.query("UNLISTEN *")
        },
        FixtureScenario(name: "notify-other", about: "NOTIFY by another connection") { stage in
            let (listener, sender) = (try await stage.connect(), try await stage.connect())
            var notifications = listener.notifications().makeAsyncIterator()
            try await listener.query("LISTEN orders")
            try await sender.query("NOTIFY orders, 'paid'")
            #expect(try await notifications.next()?.payload == "paid")
        },
        FixtureScenario(name: "cancel", about: "a query that the client has the server cancel") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws(PGError) in
                try await connection.query("SELECT pg_sleep(20)", timeout: .milliseconds(100))
            }
            #expect(error?.code == .timeout)
            #expect(try await connection.query("SELECT 2::int8").decode(as: Int64.self) == [2])
        },
        FixtureScenario(name: "cancel-tls", about: "a cancel request under TLS", sslMode: .require) { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws(PGError) in
                try await connection.query("SELECT pg_sleep(20)", timeout: .milliseconds(100))
            }
            #expect(error?.code == .timeout)
            #expect(try await connection.query("SELECT 2::int8").decode(as: Int64.self) == [2])
        },
        FixtureScenario(
            name: "cancel-3.2", about: "a cancel request with the longer key of protocol 3.2", since: 18,
            configure: { $0.protocolVersions = .v3_0 ... .v3_2 }
        ) { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws(PGError) in
                try await connection.query("SELECT pg_sleep(20)", timeout: .milliseconds(100))
            }
            #expect(error?.code == .timeout)
            #expect(try await connection.query("SELECT 2::int8").decode(as: Int64.self) == [2])
        },
        FixtureScenario(name: "terminated", about: "a session that an administrator ends in the midst of a query") {
            stage in
            let connection = try await stage.connect()
            async let outcome = failure { () async throws(PGError) in try await connection.query("SELECT pg_sleep(20)")
            }
            try await stage.whileRecording { server in
                try await server.sql(
                    """
                    SELECT pg_sleep(0.2);
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(20%';
                    """)
            }
            #expect(await outcome?.sqlState == "57P01")
            #expect(await eventually { connection.isClosed })
        },
        FixtureScenario(
            name: "shutdown", about: "a server that is shut down in the midst of a query", server: .ownServer
        ) { stage in
            let connection = try await stage.connect()
            async let outcome = failure { () async throws(PGError) in try await connection.query("SELECT pg_sleep(20)")
            }
            try await stage.whileRecording { server in
                try await server.sql("SELECT pg_sleep(0.2)")
                try await server.shutDown()
            }
            #expect(await outcome?.sqlState == "57P01")
            #expect(await eventually { connection.isClosed })
        },
        FixtureScenario(
            name: "crash", about: "a server that crashes in the midst of a query", server: .ownServer
        ) { stage in
            let connection = try await stage.connect()
            async let outcome = failure { () async throws(PGError) in try await connection.query("SELECT pg_sleep(20)")
            }
            try await stage.whileRecording { server in
                try await server.sql("SELECT pg_sleep(0.2)")
                try await server.stop()
            }
            let error = await outcome
            #expect(error?.retry == .unknown)
            #expect(error?.sqlState == "57P02" || error?.code == .connectionClosed, "\(String(describing: error))")
        },
    ]
}
