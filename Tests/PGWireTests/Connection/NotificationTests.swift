import TestSupport
import Testing

@testable import PGWire

@Suite("Notifications", .needsServer, .needsSession)
struct NotificationTests {
    private func configuration(_ server: PostgresServer) throws -> PGConfiguration {
        try PGConfiguration(url: server.url(sslMode: .ofThisRun))
    }

    @Test("reach a connection that listens, also between queries and in their midst")
    func connection() async throws {
        let server = try await PostgresServer.shared()
        let listener = try await PGConnection.connect(try configuration(server))
        let sender = try await PGConnection.connect(try configuration(server))
        var notifications = listener.notifications().makeAsyncIterator()
        try await listener.query("LISTEN connection_test")
        try await sender.query("SELECT pg_notify('connection_test', 'one')")
        #expect(try await notifications.next()?.payload == "one")
        async let busy = listener.query("SELECT pg_sleep(0.05)")
        try await sender.query("SELECT pg_notify('connection_test', 'two')")
        let second = try await notifications.next()
        #expect(second?.channel == "connection_test" && second?.payload == "two")
        _ = try await busy
        listener.close()
        let end = await failure { () async throws(PGError) in try await notifications.next() }
        #expect(end?.code == .connectionClosed)
    }

    @Test("beyond the bound are dropped, which the reader is told")
    func overflow() async throws {
        let server = try await PostgresServer.shared()
        let listener = try await PGConnection.connect(try configuration(server))
        var notifications = listener.notifications(capacity: 2).makeAsyncIterator()
        try await listener.query("LISTEN overflow_test")
        try await listener.query("SELECT pg_notify('overflow_test', i::text) FROM generate_series(1, 5) i")
        #expect(try await notifications.next()?.payload == "1")
        #expect(try await notifications.next()?.payload == "2")
        let dropped = await failure { () async throws(PGError) in try await notifications.next() }
        #expect(dropped?.code == .usage)
    }

    @Test("of a channel go on after the connection was lost, with the gap told")
    func reconnection() async throws {
        let server = try await PostgresServer.start(tls: .none)
        let pool = PGPool(try PGConfiguration(url: server.url(sslMode: .disable)))
        let name = "a \"channel\""
        let (seen, continuation) = AsyncStream.makeStream(of: PGNotificationEvent.self)
        let reader = Task {
            for try await event in pool.notifications(on: name) { continuation.yield(event) }
        }
        var events = seen.makeAsyncIterator()
        let isListening = try await eventually {
            let listeners: PGQuery = "SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND state = 'idle'"
            return try await pool.query(listeners).count == 1
        }
        #expect(isListening)
        try await pool.query("SELECT pg_notify(\(name), 'one')")
        guard case .message(let message) = await events.next() else {
            Issue.record("no message")
            return
        }
        #expect(message.payload == "one" && message.channel == name)
        let before = ContinuousClock.now
        try await server.restart()
        guard case .gap(let since) = await events.next() else {
            Issue.record("no gap")
            return
        }
        #expect(since < before)
        #expect(await eventually { (try? await pool.query("SELECT pg_notify(\(name), 'two')")) != nil })
        guard case .message(let second) = await events.next() else {
            Issue.record("no message")
            return
        }
        #expect(second.payload == "two")
        reader.cancel()
        await pool.close()
        await server.remove()
    }

    @Test("of a server that cannot be reached fail at once", .needsDirectConnection)
    func unreachable() async throws {
        let server = try await PostgresServer.shared()
        var configuration = try configuration(server)
        configuration.password = "wrong"
        var events = PGPool(configuration).notifications(on: "x").makeAsyncIterator()
        let error = await failure { () async throws(PGError) in try await events.next() }
        #expect(error?.code == .authentication)
    }

    @Test("stop with the task that waits for them")
    func cancelled() async throws {
        let server = try await PostgresServer.shared()
        let pool = PGPool(try configuration(server))
        let task = Task {
            for try await _ in pool.notifications(on: "cancel_test") {}
        }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        let outcome = await task.result
        #expect(throws: PGError.self) { try outcome.get() }
    }
}
