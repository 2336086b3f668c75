import Glibc
import PGWireTesting
import TestSupport
import Testing

@testable import PGWire

@Suite("Several hosts")
struct SeveralHostsTests {
    private func connect(_ string: String) async throws(PGError) -> PGConnection {
        try await PGConnection.connect(try PGConfiguration(connectionString: string))
    }

    /// A port that nobody listens on.
    private let deadPorts = DeadPorts()

    private let session: [ScriptedServer.Action] = [.receiveUntagged, .send(ServerMessage.session), .receiveToEnd]

    private func scripted(_ ports: [UInt16], _ more: String = "") -> String {
        let hosts = Array(repeating: "127.0.0.1", count: ports.count).joined(separator: ",")
        return
            "host=\(hosts) port=\(ports.map { "\($0)" }.joined(separator: ",")) user=u dbname=d sslmode=disable \(more)"
    }

    @Test("a dead port comes first and a live one second, and the live one is what the errors name")
    func deadFirst() async throws {
        let live = try ScriptedServer(session)
        let dead = try deadPorts.next()
        let connection = try await connect(scripted([dead, live.port]))
        #expect(live.connections == 1)
        let error = await failure { () async throws(PGError) in
            try await connection.query("SELECT 1", timeout: .milliseconds(50))
        }
        #expect(error?.address == "127.0.0.1:\(live.port)/d")
    }

    @Test("where none can be used, the error says what happened at each")
    func noneLeft() async throws {
        let dead = [try deadPorts.next(), try deadPorts.next()]
        let starting = try ScriptedServer([
            .receiveUntagged, .send(ServerMessage.error("57P03", "starting up", severity: "FATAL")),
        ])
        let error = await failure { () async throws(PGError) in
            try await connect(scripted(dead + [starting.port], "connect_timeout=5"))
        }
        let message = error?.message ?? ""
        for port in dead { #expect(message.contains("127.0.0.1:\(port): Could not connect: Connection refused")) }
        #expect(message.contains("127.0.0.1:\(starting.port): The server refused the connection: starting up (57P03)"))
        #expect(error?.retry == .safe)
        #expect(error?.address == "127.0.0.1:\(dead[0]),127.0.0.1:\(dead[1]),127.0.0.1:\(starting.port)/d")
    }

    @Test(
        "a server that is starting, hangs up or stays silent is left for the next one",
        arguments: [
            [ScriptedServer.Action.receiveUntagged, .send(ServerMessage.error("57P03", severity: "FATAL"))],
            [.receiveUntagged], [.receiveUntagged, .reset], [.receiveToEnd],
        ])
    func passingTrouble(script: [ScriptedServer.Action]) async throws {
        let bad = try ScriptedServer(script)
        let good = try ScriptedServer(session)
        let start = ContinuousClock.now
        let connection = try await connect(scripted([bad.port, good.port], "connect_timeout=1"))
        #expect(!connection.isClosed)
        #expect(bad.connections == 1 && good.connections == 1)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test(
        "an error that would be the same everywhere, or a password that is asked for elsewhere, ends the search",
        arguments: ["28P01", "28000", "3D000", "53300"])
    func finalTrouble(state: String) async throws {
        let bad = try ScriptedServer([.receiveUntagged, .send(ServerMessage.error(state, severity: "FATAL"))])
        let good = try ScriptedServer(session)
        let error = await failure { () async throws(PGError) in try await connect(scripted([bad.port, good.port])) }
        #expect(error?.sqlState == state)
        #expect(good.connections == 0)
    }

    @Test("each host has the connect timeout for itself")
    func timeoutPerHost() async throws {
        let silent = try [ScriptedServer([.receiveToEnd]), ScriptedServer([.receiveToEnd])]
        let slow = try ScriptedServer(session)
        let connection = try await connect(scripted(silent.map(\.port) + [slow.port], "connect_timeout=1"))
        #expect(!connection.isClosed)
    }

    @Test("a numeric address is what is dialled, and the name what is told")
    func numericAddress() async throws {
        let live = try ScriptedServer(session)
        let string = "host=no-such-host.invalid hostaddr=127.0.0.1 port=\(live.port) user=u dbname=d sslmode=disable"
        let connection = try await connect(string)
        let error = await failure { () async throws(PGError) in
            try await connection.query("SELECT 1", timeout: .milliseconds(50))
        }
        #expect(error?.address == "no-such-host.invalid:\(live.port)/d")
    }

    @Test("a name that is not known is left for the next host")
    func unknownName() async throws {
        let live = try ScriptedServer(session)
        let connection = try await connect(
            "host=no-such-host.invalid,127.0.0.1 port=\(live.port) user=u sslmode=disable connect_timeout=5")
        #expect(!connection.isClosed)
    }

    @Test("load balancing reaches every host")
    func loadBalancing() async throws {
        let servers = try [ScriptedServer(session), ScriptedServer(session)]
        let string = scripted(servers.map(\.port), "load_balance_hosts=random")
        for _ in 0..<100 where servers.contains(where: { $0.connections == 0 }) { try await connect(string).close() }
        #expect(servers.allSatisfy { $0.connections > 0 })
        let ordered = try [ScriptedServer(session), ScriptedServer(session)]
        for _ in 0..<10 { try await connect(scripted(ordered.map(\.port))).close() }
        #expect(ordered[1].connections == 0)
    }

    @Test("a session that is not suitable is ended in good order")
    func farewell() async throws {
        let standby = ServerMessage.message("S", .string("in_hot_standby"), .string("on"))
        let first = try ScriptedServer([
            .receiveUntagged, .send(standby + ServerMessage.session), .receiveThrough("X"), .receiveToEnd,
        ])
        let second = try ScriptedServer([
            .receiveUntagged, .send(standby + ServerMessage.session), .receiveToEnd,
        ])
        let error = await failure { () async throws(PGError) in
            try await connect(scripted([first.port, second.port], "target_session_attrs=primary"))
        }
        #expect(error?.code == .connectFailed)
        #expect(error?.retry == .safe)
        #expect(error?.message.contains("the server is a standby") == true)
        #expect(await eventually { first.hasEnded(0) && second.hasEnded(0) })
        #expect(Array(first.received(by: 0).suffix(5)) == [0x58, 0, 0, 0, 4])
    }

    @Test(
        "a server that is asked and does not answer as it should is left for the next one",
        arguments: [
            ServerMessage.error("42501") + ServerMessage.ready(), ServerMessage.answer(1),
            [UInt8](repeating: 0, count: 9),
            ServerMessage.error("57P01", severity: "FATAL"), [],
        ])
    func badAnswer(bytes: [UInt8]) async throws {
        let bad = try ScriptedServer([
            .receiveUntagged, .send(ServerMessage.session), .receiveThrough("Q"), .send(bytes),
        ])
        let on = ServerMessage.message("S", .string("in_hot_standby"), .string("off"))
        let good = try ScriptedServer([.receiveUntagged, .send(on + ServerMessage.session), .receiveToEnd])
        let connection = try await connect(scripted([bad.port, good.port], "target_session_attrs=primary"))
        #expect(!connection.isClosed)
        #expect(good.connections == 1)
    }

    @Test("settings travel with the startup")
    func settings() async throws {
        let server = try ScriptedServer(session)
        var configuration = PGConfiguration.scripted(port: server.port)
        configuration.settings = ["TimeZone": "Europe/Rome"]
        _ = try await PGConnection.connect(configuration)
        let received = String(decoding: server.received(by: 0), as: UTF8.self)
        #expect(received.contains("TimeZone\0Europe/Rome\0"))
    }
}

@Suite("Real hosts", .needsServer, .needsDirectConnection)
struct RealHostsTests {
    @Test(
        "a dead port first, then a live server by TCP, whose queries can be cancelled although a socket was first",
        .needsTLS)
    func cancel() async throws {
        let server = try await PostgresServer.shared()
        let connection = try await PGConnection.connect(
            try PGConfiguration(
                connectionString: "host=/tmp/pgwire-none,127.0.0.1 port=1,\(server.port) user=mcp password=mcp_pass "
                    + "sslmode=require dbname=mcp"))
        let start = ContinuousClock.now
        let error = await failure { () async throws(PGError) in
            try await connection.query("SELECT pg_sleep(60)", timeout: .milliseconds(300))
        }
        #expect(error?.code == .timeout)
        #expect(error?.address == "127.0.0.1:\(server.port)/mcp")
        // The cancel request went to the same server, by TLS.
        #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("a wrong password at the first host is not tried at the second")
    func wrongPassword() async throws {
        let server = try await PostgresServer.shared()
        let second = try ScriptedServer([.receiveToEnd])
        let error = await failure { () async throws(PGError) in
            try await PGConnection.connect(
                try PGConfiguration(
                    connectionString: "host=127.0.0.1,127.0.0.1 port=\(server.port),\(second.port) user=mcp "
                        + "password=hunter2 dbname=mcp"))
        }
        #expect(error?.code == .authentication)
        #expect(error?.sqlState == "28P01")
        #expect(second.connections == 0)
        #expect(error.map { "\($0)" }?.contains("hunter2") == false)
    }

    @Test("the password file's passwords reach the servers they are for")
    func passwordFile() async throws {
        let server = try await PostgresServer.shared()
        let folder = try TemporaryFolder()
        let path = try folder.write("127.0.0.1:1:*:*:wrong\n127.0.0.1:\(server.port):mcp:mcp:mcp_pass\n", to: "p")
        let connection = try await PGConnection.connect(
            try PGConfiguration(
                connectionString: "host=127.0.0.1,127.0.0.1 port=1,\(server.port) user=mcp dbname=mcp passfile=\(path)")
        )
        #expect(!connection.isClosed)
    }

    @Test("requirepeer lets in the user that the server runs as, and nobody else")
    func requiredPeer() async throws {
        let server = try await PostgresServer.shared()
        let name = geteuid() == 0 ? "postgres" : try #require(OperatingSystemUser.current?.name)
        func attempt(_ peer: String, _ host: String, _ port: UInt16) async -> PGError? {
            await failure { () async throws(PGError) in
                try await PGConnection.connect(
                    try PGConfiguration(
                        connectionString: "host=\(host) port=\(port) user=mcp password=mcp_pass dbname=mcp "
                            + "requirepeer=\(peer)"))
            }
        }
        #expect(await attempt(name, server.socketDirectory, server.ownPort) == nil)
        let other = await attempt("nobody", server.socketDirectory, server.ownPort)
        #expect(other?.code == .authentication)
        #expect(other?.message.contains("“\(name)”") == true)
        #expect(await attempt("nobody", "127.0.0.1", server.port) == nil)
    }

    @Test("a real server is asked for what it did not report, and its parameters are known afterwards")
    func session() async throws {
        let server = try await PostgresServer.shared()
        let url = server.url(parameters: ["target_session_attrs": "read-write", "options": "-c TimeZone=Europe/Rome"])
        let connection = try await PGConnection.connect(try PGConfiguration(url: url))
        #expect(connection.parameter("TimeZone") == "Europe/Rome")
        let readOnly = server.url(
            parameters: ["target_session_attrs": "read-write", "options": "-c default_transaction_read_only=on"])
        let error = await failure { () async throws(PGError) in
            try await PGConnection.connect(try PGConfiguration(url: readOnly))
        }
        #expect(error?.message.contains("read-only") == true)
    }
}
