import Glibc
import PGWireTesting
import Synchronization
import TestSupport
import Testing

@testable import PGWire

/// What a connection does with servers that break off, stall or lie.
@Suite("A hostile server")
struct HostileServerTests {
    typealias S = ServerMessage

    private func connect(
        _ server: ScriptedServer, sslMode: SSLMode = .disable, timeout: Duration = .seconds(10),
        options: PGConnection.Options = PGConnection.Options()
    ) async throws(PGError) -> PGConnection {
        try await PGConnection.connect(
            .scripted(port: server.port, sslMode: sslMode, connectTimeout: timeout), options: options)
    }

    @Test("a port where nobody listens refuses")
    func refused() async throws {
        let port: UInt16
        do { port = try ScriptedServer([]).port }
        var error: PGError?
        // The listener is closed by its own thread.
        let isRefused = await eventually {
            error = await failure { () async throws(PGError) in try await PGConnection.connect(.scripted(port: port)) }
            return error?.code == .connectFailed
        }
        #expect(isRefused)
        #expect(error?.retry == .safe)
        #expect(error?.address == "127.0.0.1:\(port)/db")
    }

    @Test("a startup that is cut off at whatever byte ends in an error")
    func cutStartup() async throws {
        let cuts = 0..<S.session.count
        let server = try ScriptedServer(scripts: cuts.map { [.receiveUntagged, .send(Array(S.session.prefix($0)))] })
        for cut in cuts {
            let error = await failure { () async throws(PGError) in try await connect(server) }
            #expect(error?.code == .connectionClosed, "after \(cut) bytes")
            #expect(error?.address != nil)
        }
    }

    @Test("a startup that stalls at whatever byte ends at the deadline")
    func stalledStartup() async throws {
        let cuts = Array(stride(from: 0, to: S.session.count, by: 7))
        let server = try ScriptedServer(
            scripts: cuts.map { [.receiveUntagged, .send(Array(S.session.prefix($0))), .receiveToEnd] })
        await withTaskGroup(of: Void.self) { group in
            for _ in cuts {
                group.addTask {
                    let start = ContinuousClock.now
                    let error = await failure { () async throws(PGError) in
                        try await connect(server, timeout: .milliseconds(200))
                    }
                    #expect(error?.code == .timeout)
                    #expect(error?.retry == .safe)
                    #expect(ContinuousClock.now - start < .seconds(8))
                }
            }
        }
    }

    @Test("a reset during the startup is an error")
    func reset() async throws {
        let server = try ScriptedServer([.receiveUntagged, .send(Array(S.session.prefix(9))), .reset])
        let error = await failure { () async throws(PGError) in try await connect(server) }
        #expect(error?.code == .connectionClosed)
    }

    @Test("a startup and a query that arrive byte by byte work the same")
    func singleBytes() async throws {
        let server = try ScriptedServer([
            .receiveUntagged, .sendSingly(S.session), .receiveThrough("S"),
            .sendSingly(S.notice("careful") + S.answer(42)), .receiveToEnd,
        ])
        let connection = try await connect(server)
        #expect(connection.parameter("TimeZone") == "UTC")
        let result = try await connection.query("SELECT 42")
        #expect(try result.decode(as: Int64.self) == [42])
        #expect(result.commandTag == "SELECT 1")
        #expect(result.notices.map(\.message) == ["careful"])
        connection.close()
        #expect(await eventually { server.hasEnded(0) })
        // Terminate is the last thing that the server hears.
        #expect(Array(server.received(by: 0).suffix(5)) == [0x58, 0, 0, 0, 4])
    }

    static let hostileHeaders: [[UInt8]] = [
        [0x44, 0, 0, 0, 0], [0x44, 0, 0, 0, 3], [0x44, 0xFF, 0xFF, 0xFF, 0xFF], [0x44, 0x80, 0, 0, 0],
        [0x5A, 0, 0, 0x75, 0x35], [0x53, 0x7F, 0xFF, 0xFF, 0xFF], [0x45, 0x7F, 0xFF, 0xFF, 0xFF],
        [0x00, 0, 0, 0, 4], [0x58, 0, 0, 0, 4], [0x48, 0x54, 0x54, 0x50, 0x2F],
    ]

    @Test("hostile lengths and unknown messages in the startup break the protocol", arguments: hostileHeaders)
    func hostileStartup(header: [UInt8]) async throws {
        let server = try ScriptedServer([.receiveUntagged, .send(header), .receiveToEnd])
        let error = await failure { () async throws(PGError) in try await connect(server) }
        #expect(error?.code == .protocolViolation)
    }

    @Test("hostile lengths and unknown messages in an answer break the protocol", arguments: hostileHeaders)
    func hostileAnswer(header: [UInt8]) async throws {
        let server = try ScriptedServer([
            .receiveUntagged, .send(S.session), .receiveThrough("S"), .send(S.parseComplete + header), .receiveToEnd,
        ])
        var options = PGConnection.Options()
        options.maximumMessageBytes = 1 << 20
        let connection = try await connect(server, options: options)
        let error = await failure { () async throws(PGError) in try await connection.query("SELECT 1") }
        #expect(error?.code == .protocolViolation)
        #expect(error?.retry == .unknown)
        #expect(connection.isClosed)
        #expect(await eventually { server.hasEnded(0) })
    }

    @Test("an answer that is cut off at whatever byte ends in an error that leaves the outcome open")
    func cutAnswer() async throws {
        let answer = S.answer(42)
        let cuts = 0..<answer.count
        let server = try ScriptedServer(
            scripts: cuts.map {
                [.receiveUntagged, .send(S.session), .receiveThrough("S"), .send(Array(answer.prefix($0)))]
            })
        for cut in cuts {
            let connection = try await connect(server)
            let error = await failure { () async throws(PGError) in try await connection.query("SELECT 42") }
            #expect(error?.code == .connectionClosed, "after \(cut) bytes")
            #expect(error?.retry == .unknown)
            #expect(connection.isClosed)
        }
    }

    @Test("what a server says unasked is taken where it may be, and ends the connection elsewhere")
    func unasked() async throws {
        for sample in BackendSample.all {
            let message = encode([
                .bytes([sample.tag]), .int32(Int32(sample.payload.count + 4)), .bytes(sample.payload),
            ])
            let server = try ScriptedServer([
                .receiveUntagged, .send(S.session + message), .receiveThrough("S"), .send(S.answer(1)), .receiveToEnd,
            ])
            let connection = try await connect(server)
            if "NSA".utf8.contains(sample.tag) {
                #expect(try await connection.query("SELECT 1").count == 1, "\(sample.name)")
            } else {
                #expect(await eventually { connection.isClosed }, "\(sample.name)")
                let error = await failure { () async throws(PGError) in try await connection.query("SELECT 1") }
                #expect(error?.code == .connectionClosed)
                #expect(error?.retry == .safe)
            }
        }
    }

    @Test("why a server ended an idle session is what the next query reports")
    func fatalWhileIdle() async throws {
        let server = try ScriptedServer([
            .receiveUntagged, .send(S.session + S.error("57P01", "going down", severity: "FATAL")),
        ])
        let connection = try await connect(server)
        #expect(await eventually { connection.isClosed })
        let error = await failure { () async throws(PGError) in try await connection.query("SELECT 1") }
        #expect(error?.code == .connectionClosed)
        #expect(error?.message.contains("going down") == true)
        #expect(error?.sqlState == "57P01")
        #expect(error?.retry == .safe)
    }

    @Test("a fatal error in an answer is what the query and those behind it report")
    func fatalInFlight() async throws {
        let server = try ScriptedServer([
            .receiveUntagged, .send(S.session), .receiveThrough("S"),
            .send(S.parseComplete + S.error("57P01", "going down", severity: "FATAL")),
        ])
        let connection = try await connect(server)
        let error = await failure { () async throws(PGError) in try await connection.query("SELECT 1") }
        #expect(error?.sqlState == "57P01")
        #expect(error?.retry == .unknown)
        #expect(await eventually { connection.isClosed })
    }

    @Test("a server that ends only its own side ends the connection")
    func halfClosed() async throws {
        let server = try ScriptedServer([
            .receiveUntagged, .send(S.session), .receiveThrough("S"), .send(S.parseComplete), .shutDownWriting,
            .receiveToEnd,
        ])
        let connection = try await connect(server)
        let error = await failure { () async throws(PGError) in try await connection.query("SELECT 1") }
        #expect(error?.code == .connectionClosed)
        #expect(connection.isClosed)
        #expect(await eventually { server.hasEnded(0) })
    }

    @Test("bytes behind the answer to the request for TLS are an attack", arguments: [SSLMode.prefer, .require])
    func stuffedTLS(mode: SSLMode) async throws {
        let server = try ScriptedServer([.receiveUntagged, .send(Array("SE".utf8)), .receiveToEnd])
        let error = await failure { () async throws(PGError) in try await connect(server, sslMode: mode) }
        #expect(error?.code == .protocolViolation)
        #expect(server.connections == 1)
    }

    @Test("a server that ends the connection instead of its TLS handshake is tried again only under prefer")
    func brokenHandshake() async throws {
        let plain: [ScriptedServer.Action] = [.receiveUntagged, .send(S.session), .receiveToEnd]
        let broken: [ScriptedServer.Action] = [.receiveUntagged, .send(Array("S".utf8))]
        let server = try ScriptedServer(broken, plain)
        let error = await failure { () async throws(PGError) in try await connect(server, sslMode: .require) }
        #expect(error?.code == .tls)
        #expect(error?.retry == .safe)
        #expect(server.connections == 1)

        let lenient = try ScriptedServer(broken, plain)
        let connection = try await connect(lenient, sslMode: .prefer)
        #expect(!connection.isClosed)
        #expect(lenient.connections == 2)
    }

    @Test("sslmode=prefer goes on in plain text where there is no TLS, and require does not")
    func noTLS() async throws {
        let server = try ScriptedServer([
            .receiveUntagged, .send(Array("N".utf8)), .receiveUntagged, .send(S.session), .receiveToEnd,
        ])
        let connection = try await connect(server, sslMode: .prefer)
        #expect(!connection.isClosed)
        let error = await failure { () async throws(PGError) in try await connect(server, sslMode: .require) }
        #expect(error?.code == .tls)
    }

    @Test("a query whose time is up before its connection reads anything times out as any other")
    func earlyDeadline() async throws {
        let server = try ScriptedServer([.receiveUntagged, .send(S.session), .receiveToEnd], [.receiveUntagged])
        let port = server.port
        let loop = PGEventLoop.any()
        let start = ContinuousClock.now
        // On its loop the query comes in the very turn that connects, and deadlines are looked at before the next one.
        let error = await Task(executorPreference: loop) { () async -> PGError? in
            await failure { () async throws(PGError) in
                let connection = try await PGConnection.connect(.scripted(port: port), on: loop)
                try await connection.query("SELECT 1", timeout: .zero)
            }
        }.value
        #expect(error?.code == .timeout)
        #expect(ContinuousClock.now - start < .seconds(8))
    }

    @Test("a query that never ends times out, a cancel request goes out, and the connection is given up")
    func neverAnswers() async throws {
        let server = try ScriptedServer(
            [.receiveUntagged, .send(S.session), .receiveThrough("S"), .receiveToEnd], [.receiveUntagged])
        var options = PGConnection.Options()
        options.cancelPatience = .seconds(2)
        let connection = try await connect(server, options: options)
        let error = await failure { () async throws(PGError) in
            try await connection.query("SELECT 1", timeout: .milliseconds(50))
        }
        #expect(error?.code == .timeout)
        #expect(error?.retry == .unknown)
        #expect(!connection.isClosed)
        #expect(await eventually { connection.isClosed })
        #expect(server.received(by: 1) == [0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 7, 1, 2, 3, 4])
    }

    @Test("a cancel request that the server does not take ends the connection")
    func stuckCancel() async throws {
        let server = try ScriptedServer(
            [.receiveUntagged, .send(S.session), .receiveThrough("S"), .receiveToEnd],
            [.receiveUntagged, .receiveToEnd])
        var options = PGConnection.Options()
        options.cancelPatience = .seconds(2)
        let connection = try await connect(server, options: options)
        let task = Task { () async -> PGError? in
            await failure { () async throws(PGError) in try await connection.query("SELECT 1") }
        }
        // One that is cancelled before it is sent needs no request.
        let sync = Array(S.message("S"))
        #expect(await eventually { server.received(by: 0).suffix(sync.count).elementsEqual(sync) })
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        // Nothing that is sent now can be hit by the request.
        let next = await failure { () async throws(PGError) in try await connection.query("SELECT 2") }
        #expect(next?.code == .timeout)
        #expect(next?.retry == .unknown)
        #expect(connection.isClosed)
    }

    @Test("a server that gives no key is not asked to cancel, and the late answer is dropped")
    func noCancelKey() async throws {
        let session = S.message("R", .int32(0)) + S.ready()
        let server = try ScriptedServer([
            .receiveUntagged, .send(session), .receiveThrough("S"), .receiveThrough("S"),
            .send(S.answer(1) + S.answer(2)), .receiveToEnd,
        ])
        let connection = try await connect(server)
        let first = await failure { () async throws(PGError) in
            try await connection.query("SELECT 1", timeout: .milliseconds(50))
        }
        #expect(first?.code == .timeout)
        #expect(try await connection.query("SELECT 2").decode(as: Int64.self) == [2])
        #expect(server.connections == 1)
    }

    @Test("a cancel request that hit nothing is sent again, also while other tasks have all threads of the program")
    func repeatedCancel() async throws {
        let server = try ScriptedServer(
            [.receiveUntagged, .send(S.session), .receiveThrough("S"), .receiveToEnd], [.receiveUntagged])
        let connection = try await connect(server)
        let query = Task {
            await failure { () async throws(PGError) in
                try await connection.query("SELECT 1", timeout: .milliseconds(200))
            }
        }
        #expect(await eventually { connection.pendingQueries == 1 })
        // The session, and two requests.
        let wasRepeated = await withTaskGroup { group in
            for _ in 0..<2 * PGEventLoop.shared.count {
                group.addTask(priority: .high) {
                    let end = ContinuousClock.now + .seconds(2)
                    while server.connections < 3, ContinuousClock.now < end {}
                    return server.connections >= 3
                }
            }
            return await group.next() == true
        }
        #expect(wasRepeated)
        #expect(await query.value?.code == .timeout)
    }

    @Test("a length alone takes up no memory")
    func announcedLength() async throws {
        func size() throws -> Int {
            let file = unsafe try #require(fopen("/proc/self/statm", "r"))
            defer { unsafe fclose(file) }
            var line = [CChar](repeating: 0, count: 256)
            _ = unsafe fgets(&line, 256, file)
            let pages = try #require(Int(String(decoding: line.prefix { $0 != 32 }.map(UInt8.init), as: UTF8.self)))
            return pages * Int(sysconf(CInt(_SC_PAGESIZE)))
        }
        let header = S.parseComplete + S.bindComplete + S.columns("value") + [0x44, 0x39, 0, 0, 0]  // D of 912 MiB
        let server = try ScriptedServer([
            .receiveUntagged, .send(S.session), .receiveThrough("S"), .send(header), .receiveToEnd,
        ])
        let connection = try await connect(server)
        let before = try size()
        let error = await failure { () async throws(PGError) in
            try await connection.query("SELECT 1", timeout: .milliseconds(300))
        }
        #expect(error?.code == .timeout)
        #expect(try size() - before < 512 << 20)
    }

    @Test("a stream that fills its buffer with its last row does not keep the connection from reading on")
    func fullAtTheEnd() async throws {
        let isTaken = Mutex(false)
        let rows = PendingStream.highWater / 20
        let last = S.row(1) + S.complete("SELECT") + S.ready()
        let server = try ScriptedServer([
            .receiveUntagged, .send(S.session), .receiveThrough("S"),
            .send(S.parseComplete + S.bindComplete + S.columns("value")),
            .send([[UInt8]](repeating: S.row(1), count: rows).flatMap { $0 }),
            .send(S.message("S", .string("TimeZone"), .string("Mars"))),
            .reply { _ in
                for _ in 0..<10_000 where !isTaken.withLock({ $0 }) { usleep(1000) }
                return last
            },
            .receiveThrough("S"), .send(S.answer(2)), .receiveToEnd,
        ])
        let connection = try await connect(server)
        var stream: PGRowSequence? = try await connection.stream("SELECT 1")
        #expect(await eventually { connection.parameter("TimeZone") == "Mars" })
        isTaken.withLock { $0 = true }
        #expect(await eventually { connection.pendingQueries == 0 })
        withExtendedLifetime(stream) {}
        stream = nil
        #expect(try await connection.query("SELECT 2", timeout: .seconds(5)).decode(as: Int64.self) == [2])
    }

    @Test("what a server said of one query before it went is not told to the others")
    func othersErrors() async throws {
        let server = try ScriptedServer([
            .receiveUntagged, .send(S.session), .receiveThrough("S"), .receiveThrough("S"), .send(S.error("23505")),
            .shutDownWriting, .receiveToEnd,
        ])
        let connection = try await connect(server)
        let first = Task { await failure { () async throws(PGError) in try await connection.query("SELECT 1") } }
        #expect(await eventually { connection.pendingQueries == 1 })
        let second = Task { await failure { () async throws(PGError) in try await connection.query("SELECT 2") } }
        #expect(await first.value?.server?.sqlState == "23505")
        let error = await second.value
        #expect(error?.code == .connectionClosed && error?.server == nil && error?.retry == .unknown)
    }

    @Test("more queries than may wait are refused, and do no harm to those that do")
    func tooMany() async throws {
        let server = try ScriptedServer([
            .receiveUntagged, .send(S.session), .receiveThrough("S"), .receiveThrough("S"), .receive(1),
        ])
        var options = PGConnection.Options()
        options.maximumPendingQueries = 2
        let connection = try await connect(server, options: options)
        let waiting = (0..<2).map { _ in
            Task { await failure { () async throws(PGError) in try await connection.query("SELECT 1") } }
        }
        #expect(await eventually { connection.pendingQueries == 2 })
        let error = await failure { () async throws(PGError) in try await connection.query("SELECT 2") }
        #expect(error?.code == .usage)
        #expect(error?.retry == .safe)
        connection.close()
        for task in waiting { #expect(await task.value?.code == .connectionClosed) }
    }

    @Test("a pipeline that timed out takes no part in the one that follows it")
    func pipelineAfterTimeout() async throws {
        let isNextSent = Atomic(false)
        let late = S.parseComplete + S.error("57014")
        let value =
            S.closeComplete + S.parseComplete + S.bindComplete + S.columns("value") + S.row(2) + S.complete("SELECT 1")
        let server = try ScriptedServer(
            [
                .receiveUntagged, .send(S.session), .receiveThrough("S"), .send(late),
                .reply { _ in
                    while !isNextSent.load(ordering: .acquiring) { usleep(1000) }
                    return S.ready()
                }, .receiveThrough("H"), .send(value), .receiveThrough("S"), .send(S.ready()), .receiveToEnd,
            ], [.receiveUntagged])
        let connection = try await connect(server)
        let first = await failure { () async throws in
            try await connection.withPipeline(timeout: .milliseconds(300)) { _ = $0.query("SELECT 1") }
        }
        #expect(first?.sqlState == "57014" || first?.code == .timeout)
        // Where its memory was there is likely to be the next one.
        let rows = try await connection.withPipeline { pipeline in
            let answer = pipeline.query("SELECT 2::int8")
            isNextSent.store(true, ordering: .releasing)
            return try await answer.rows(as: Int64.self)
        }
        #expect(rows == [2])
    }

    @Test("a connection that nobody holds any more ends at once, whatever deadlines it had")
    func release() async throws {
        let server = try ScriptedServer([
            .receiveUntagged, .send(S.session), .receiveThrough("S"), .send(S.answer(1)), .receiveToEnd,
        ])
        weak var connection: PGConnection?
        do {
            let open = try await connect(server)
            try await open.query("SELECT 1", timeout: .seconds(3000))
            connection = open
        }
        #expect(connection == nil)
        #expect(await eventually { server.hasEnded(0) })
    }
}
