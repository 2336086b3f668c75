import PGWireTesting
import TestSupport
import Testing

@testable import PGWire

/// What a peer under TLS can do to a connection.
@Suite("A hostile server under TLS")
struct ScriptedTLSTests {
    typealias S = ServerMessage

    private static let identity = Task {
        let authority = try await TestAuthority.make(in: ProcessFolder.make(), name: "authority")
        return try await authority.issue("server", subject: "localhost", names: ["DNS:localhost"])
    }

    private func tls(_ applicationProtocol: String? = nil, isOld: Bool = false) async throws -> ScriptedTLS {
        let identity = try await Self.identity.value
        var tls = ScriptedTLS(
            certificate: identity.certificate, key: identity.key, applicationProtocol: applicationProtocol)
        tls.isOld = isOld
        return tls
    }

    private func connect(
        _ server: ScriptedServer, timeout: Duration = .seconds(10), _ change: (inout PGConfiguration) -> Void = { _ in }
    ) async throws(PGError) -> PGConnection {
        var configuration = PGConfiguration.scripted(port: server.port, sslMode: .require, connectTimeout: timeout)
        change(&configuration)
        return try await PGConnection.connect(configuration)
    }

    private let accepted: [ScriptedServer.Action] = [.receiveUntagged, .send(Array("S".utf8))]

    @Test("another protocol chosen under TLS is refused, negotiated and direct", arguments: [false, true])
    func otherProtocol(isDirect: Bool) async throws {
        let handshake = ScriptedServer.Action.startTLS(try await tls("http/1.1"))
        let server = try ScriptedServer(scripts: [(isDirect ? [] : accepted) + [handshake, .receiveToEnd]])
        let error = await failure { () async throws(PGError) in
            try await connect(server) { if isDirect { $0.tls.negotiation = .direct } }
        }
        #expect(error?.code == .tls)
    }

    @Test("a server that chooses no protocol is let be where TLS was negotiated, and refused where it comes first")
    func noProtocol() async throws {
        let session: [ScriptedServer.Action] = [
            .startTLS(try await tls()), .receiveUntagged, .send(S.session), .receiveToEnd,
        ]
        let negotiated = try ScriptedServer(scripts: [accepted + session])
        #expect(try await !connect(negotiated).isClosed)
        let direct = try ScriptedServer(scripts: [session])
        let error = await failure { () async throws(PGError) in
            try await connect(direct) { $0.tls.negotiation = .direct }
        }
        #expect(error?.code == .tls)
        #expect(error?.message.contains("ALPN") == true)
    }

    @Test("TLS comes first where that is asked for, and so in a cancel request")
    func direct() async throws {
        let handshake = ScriptedServer.Action.startTLS(try await tls("postgresql"))
        let server = try ScriptedServer(
            [handshake, .receiveUntagged, .send(S.session), .receiveThrough("S"), .receiveToEnd],
            [handshake, .receiveUntagged])
        let connection = try await connect(server) { $0.tls.negotiation = .direct }
        let error = await failure { () async throws(PGError) in
            try await connection.query("SELECT 1", timeout: .milliseconds(100))
        }
        #expect(error?.code == .timeout)
        #expect(await eventually { server.received(by: 1) == [0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 7, 1, 2, 3, 4] })
        connection.close()
    }

    @Test("a long key goes out whole in a cancel request")
    func longKey() async throws {
        let key = [UInt8](0...255)
        let session = S.message("R", .int32(0)) + S.message("K", .int32(7), .bytes(key)) + S.ready()
        let server = try ScriptedServer(
            [.receiveUntagged, .send(session), .receiveThrough("S"), .receiveToEnd], [.receiveUntagged])
        let connection = try await connect(server) {
            $0.tls.mode = .disable
            $0.protocolVersions = .v3_0 ... .v3_2
        }
        #expect(Array(server.received(by: 0)[4..<8]) == [0, 3, 0, 2])
        await failure { () async throws(PGError) in
            try await connection.query("SELECT 1", timeout: .milliseconds(100))
        }.map { #expect($0.code == .timeout) }
        #expect(await eventually { server.received(by: 1) == [0, 0, 1, 12, 4, 210, 22, 46, 0, 0, 0, 7] + key })
        connection.close()
    }

    @Test("keys that change in between change nothing, in a session and in its startup")
    func keyUpdate() async throws {
        let server = try ScriptedServer(
            scripts: [
                accepted + [
                    .startTLS(try await tls()), .updateKeys, .receiveUntagged, .updateKeys, .send(S.session),
                    .receiveThrough("S"), .updateKeys, .send(S.answer(1)), .receiveThrough("S"), .send(S.answer(2)),
                    .receiveToEnd,
                ]
            ])
        let connection = try await connect(server)
        #expect(try await connection.query("SELECT 1").decode(as: Int64.self) == [1])
        #expect(try await connection.query("SELECT 2").decode(as: Int64.self) == [2])
    }

    @Test("a new handshake is not made, and the session goes on")
    func renegotiation() async throws {
        let server = try ScriptedServer(
            scripts: [
                accepted + [
                    .startTLS(try await tls(isOld: true)), .receiveUntagged, .send(S.session), .receiveThrough("S"),
                    .send(S.answer(1)), .renegotiate, .receiveToEnd,
                ]
            ])
        let connection = try await connect(server)
        #expect(try await connection.query("SELECT 1").decode(as: Int64.self) == [1])
        // The refusal ends the server's reading; with a new handshake it would go on until the client has ended.
        #expect(await eventually { server.hasEnded(0) })
        connection.close()
    }

    @Test("an answer that is cut off is an error, with TLS's farewell and without", arguments: [false, true])
    func truncation(hasFarewell: Bool) async throws {
        let answer = S.answer(42)
        let end: [ScriptedServer.Action] = hasFarewell ? [.endTLS, .receiveToEnd] : [.shutDownWriting, .receiveToEnd]
        let cuts = Array(stride(from: 0, to: answer.count, by: 7)) + [answer.count - 1]
        let handshake = ScriptedServer.Action.startTLS(try await tls())
        let server = try ScriptedServer(
            scripts: cuts.map { cut in
                let part: [ScriptedServer.Action] = cut == 0 ? [] : [.send(Array(answer.prefix(cut)))]
                return accepted + [handshake, .receiveUntagged, .send(S.session), .receiveThrough("S")] + part + end
            })
        for cut in cuts {
            let connection = try await connect(server)
            let error = await failure { () async throws(PGError) in
                try await connection.query("SELECT 42", timeout: .seconds(9))
            }
            #expect(error?.code == .connectionClosed, "after \(cut) bytes")
            #expect(error?.retry == .unknown)
            #expect(connection.isClosed)
        }
    }

    @Test("a startup that is cut off under TLS is an error", arguments: [false, true])
    func truncatedStartup(hasFarewell: Bool) async throws {
        let end: [ScriptedServer.Action] = hasFarewell ? [.endTLS, .receiveToEnd] : [.shutDownWriting, .receiveToEnd]
        let server = try ScriptedServer(
            scripts: [
                accepted + [.startTLS(try await tls()), .receiveUntagged, .send(Array(S.session.dropLast()))] + end
            ])
        let error = await failure { () async throws(PGError) in try await connect(server) }
        #expect(error?.code == .connectionClosed)
        #expect(error?.retry == .safe)
    }

    @Test("a farewell right behind the startup's last message ends the connection at once")
    func farewellBehindStartup() async throws {
        let server = try ScriptedServer(
            scripts: [
                accepted + [.startTLS(try await tls()), .receiveUntagged, .sendAndEndTLS(S.session), .receiveToEnd]
            ])
        let connection = try await connect(server)
        // The peer keeps the TCP connection open, so that its end can tell nothing.
        #expect(await eventually { connection.isClosed })
        let error = await failure { () async throws(PGError) in try await connection.query("SELECT 1") }
        #expect(error?.code == .connectionClosed)
        #expect(error?.retry == .safe)
    }

    @Test("a peer that stops in the middle of the handshake is given up at the deadline")
    func stalledHandshake() async throws {
        for script in [accepted + [.receiveToEnd], accepted + [.receive(5), .send([22, 3, 3, 0, 80]), .receiveToEnd]] {
            let server = try ScriptedServer(scripts: [script])
            for mode in [SSLMode.require, .prefer] {
                let error = await failure { () async throws(PGError) in
                    try await connect(server, timeout: .milliseconds(300)) { $0.tls.mode = mode }
                }
                #expect(error?.code == .timeout)
                #expect(error?.retry == .safe)
            }
            // The deadline is no reason to try again in plain text.
            #expect(server.connections == 2)
        }
    }

    @Test("the hello names the protocol, and the host unless it is an address or that is unwanted")
    func serverName() async throws {
        for (host, isSent, isNamed) in [
            ("localhost", true, true), ("localhost", false, false), ("127.0.0.1", true, false),
        ] {
            let server = try ScriptedServer(scripts: [accepted + [.receiveToEnd]])
            let error = await failure { () async throws(PGError) in
                try await connect(server, timeout: .milliseconds(300)) {
                    $0.host = .tcp(host: host, port: server.port)
                    $0.tls.sendsServerName = isSent
                }
            }
            #expect(error?.code == .timeout)
            let hello = server.received(by: 0)
            #expect(hello.contains(Array(host.utf8)) == isNamed)
            #expect(hello.contains(Array("postgresql".utf8)))
        }
    }

    @Test("what is no TLS is told, for a direct handshake too")
    func noTLS() async throws {
        let server = try ScriptedServer(scripts: [[.send(S.error("08P01")), .receiveToEnd]])
        let error = await failure { () async throws(PGError) in
            try await connect(server) { $0.tls.negotiation = .direct }
        }
        #expect(error?.code == .tls)
        #expect(error?.message.contains("does not speak TLS") == true)
        let closing = try ScriptedServer(scripts: [[.receive(16)]])
        let closed = await failure { () async throws(PGError) in
            try await connect(closing) { $0.tls.negotiation = .direct }
        }
        #expect(closed?.message.contains("PostgreSQL 17") == true)
    }

    @Test("somebody who takes TLS away is noticed by channel binding")
    func strippedTLS() async throws {
        let offer = S.message(
            "R", .int32(10), .string("SCRAM-SHA-256-PLUS"), .string("SCRAM-SHA-256"), .int8(0))
        let plain: [ScriptedServer.Action] = [
            .receiveUntagged, .send(Array("N".utf8)), .receiveUntagged, .send(offer), .receiveToEnd,
        ]
        let server = try ScriptedServer(scripts: [plain])
        for binding in PGAuthenticationPolicy.ChannelBinding.allCases {
            let error = await failure { () async throws(PGError) in
                try await connect(server) {
                    $0.tls.mode = .prefer
                    $0.password = "pencil"
                    $0.authentication.channelBinding = binding
                }
            }
            #expect(error?.code == .authentication)
        }
        let insisting = await failure { () async throws(PGError) in try await connect(server) }
        #expect(insisting?.code == .tls)
        // Nothing was sent that belongs to the password.
        let sent = server.received(by: 0)
        #expect(!sent.contains(UInt8(ascii: "p")) || !String(decoding: sent, as: UTF8.self).contains("r="))
    }

    @Test("under prefer an error under TLS leads to plain text, and one in plain text under allow to TLS")
    func fallbacks() async throws {
        let refusal = S.error("28000", "no pg_hba.conf entry", severity: "FATAL")
        let handshake = ScriptedServer.Action.startTLS(try await tls())
        let refused = accepted + [handshake, .receiveUntagged, .send(refusal)]
        let plain: [ScriptedServer.Action] = [.receiveUntagged, .send(S.session), .receiveToEnd]
        let prefer = try ScriptedServer(refused, plain)
        #expect(try await !connect(prefer) { $0.tls.mode = .prefer }.isClosed)
        #expect(prefer.connections == 2)

        let encrypted = accepted + [handshake, .receiveUntagged, .send(S.session), .receiveToEnd]
        let allow = try ScriptedServer([.receiveUntagged, .send(refusal)], encrypted)
        #expect(try await !connect(allow) { $0.tls.mode = .allow }.isClosed)
        #expect(allow.connections == 2)

        // Once the client was accepted, an error is no matter of TLS.
        let late = accepted + [handshake, .receiveUntagged, .send(S.message("R", .int32(0)) + refusal)]
        let other = try ScriptedServer(late, plain)
        let error = await failure { () async throws(PGError) in try await connect(other) { $0.tls.mode = .prefer } }
        #expect(error?.sqlState == "28000")
        #expect(other.connections == 1)
    }

    @Test("of two failures the one that tells more is reported, with the other behind it")
    func twoFailures() async throws {
        let wrong = S.error("28P01", "password authentication failed", severity: "FATAL")
        let noEntry = S.error("28000", "no pg_hba.conf entry", severity: "FATAL")
        let handshake = ScriptedServer.Action.startTLS(try await tls())
        for (encrypted, plain) in [(wrong, noEntry), (noEntry, wrong)] {
            let server = try ScriptedServer(
                accepted + [handshake, .receiveUntagged, .send(encrypted)], [.receiveUntagged, .send(plain)])
            let error = await failure { () async throws(PGError) in
                try await connect(server) { $0.tls.mode = .prefer }
            }
            #expect(error?.sqlState == "28P01")
            #expect(error?.message.contains("no pg_hba.conf entry") == true)
            #expect(error?.message.contains(encrypted == wrong ? "without TLS:" : "with TLS:") == true)
        }
    }

    @Test("a server that asks for much work is left at the deadline, and a loop's other connections do not wait for it")
    func manyIterations() async throws {
        let offer = S.message("R", .int32(10), .string("SCRAM-SHA-256"), .int8(0))
        let challenge: @Sendable ([UInt8]) -> [UInt8] = { initial in
            let text = String(decoding: initial, as: UTF8.self)
            let nonce = text.split(separator: "r=").last.map(String.init) ?? ""
            return S.message("R", .int32(11), .bytes(Array("r=\(nonce)x,s=AAAA,i=1000000000".utf8)))
        }
        let server = try ScriptedServer([
            .receiveUntagged, .send(offer), .receiveThrough("p"), .reply(challenge), .receiveToEnd,
        ])
        let other = try ScriptedServer([.receiveUntagged, .send(S.session), .receiveToEnd])
        let loop = PGEventLoop.any()
        var configuration = PGConfiguration.scripted(port: server.port, connectTimeout: .milliseconds(1500))
        configuration.password = "pencil"
        // More than any processor does until the deadline.
        configuration.authentication.maximumSCRAMIterations = 1_000_000_000
        let start = ContinuousClock.now
        let burning = Task(executorPreference: loop) { [configuration] in
            await failure { () async throws(PGError) in try await PGConnection.connect(configuration, on: loop) }
        }
        let isWorking = await eventually { !server.received(by: 0).isEmpty }
        #expect(isWorking)
        let connection = try await PGConnection.connect(.scripted(port: other.port), on: loop)
        #expect(!connection.isClosed)
        let error = await burning.value
        #expect(error?.code == .timeout)
        #expect(error?.message.contains("1000000000 iterations") == true)
        #expect(ContinuousClock.now - start < .seconds(8))
    }
}
