import Testing

@testable import PGWire

@Suite("A server that is not to be trusted")
struct StartupAttackTests {
    typealias Startup = StartupMachineTests

    static let scramStarted = [Startup.sasl("SCRAM-SHA-256")]
    static let scramAnswered = scramStarted + [Startup.proceed(SCRAMSample.serverFirst)]
    static let scramVerified = scramAnswered + [Startup.final(SCRAMSample.postgres.serverFinal)]

    @Test(
        "accepts credentials before the exchange is complete",
        arguments: [scramStarted, scramAnswered, scramVerified + [.authentication(.ok)]])
    func okTooEarly(prefix: [BackendMessage]) throws {
        let (_, error) = try Startup.play(prefix + [.authentication(.ok)])
        #expect(error?.code == .authentication)
        #expect(error?.retry == .pointless)
    }

    @Test("is ready without having accepted credentials", arguments: [[], scramStarted, scramAnswered, scramVerified])
    func readyTooEarly(prefix: [BackendMessage]) throws {
        for message in [.readyForQuery(.idle), Startup.key] as [BackendMessage] {
            let (_, error) = try Startup.play(prefix + [message])
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test("sends a first SCRAM message with", arguments: SCRAMSample.hostileServerFirsts)
    func serverFirst(why: String, message: String) throws {
        let (actions, error) = try Startup.play(Self.scramStarted + [Startup.proceed(message)])
        #expect(error?.code == .authentication)
        #expect(actions.count == 1, "a proof was sent")
    }

    @Test("sends a final SCRAM message with", arguments: SCRAMSample.hostileServerFinals)
    func serverFinal(why: String, message: String) throws {
        let (_, error) = try Startup.play(Self.scramAnswered + [Startup.final(message)])
        #expect(error?.code == .authentication)
    }

    @Test(
        "offers no mechanism that is known",
        arguments: [[], ["SCRAM-SHA-256-PLUS"], ["PLAIN", "scram-sha-256"], ["SCRAM-SHA-256 "], ["SCRAM-SHA-1"]])
    func mechanisms(offered: [String]) throws {
        let (actions, error) = try Startup.play([.authentication(.sasl(mechanisms: offered))])
        #expect(actions.isEmpty)
        #expect(error?.code == .authentication)
    }

    @Test("asks for the password in the clear once a SCRAM exchange runs, or a second time")
    func downgrade() throws {
        let requests: [Authentication] = [
            .cleartextPassword, .md5(salt: [1, 2, 3, 4]), .sasl(mechanisms: ["SCRAM-SHA-256"]),
            .unsupported(code: 7),
        ]
        let prefixes =
            [
                Self.scramStarted, Self.scramAnswered, Self.scramVerified, [.authentication(.cleartextPassword)],
                [.authentication(.md5(salt: [1, 2, 3, 4]))], [.authentication(.ok)],
            ] as [[BackendMessage]]
        for prefix in prefixes {
            for request in requests {
                let (_, error) = try Startup.play(prefix + [.authentication(request)])
                #expect(error?.code == .authentication)
            }
        }
    }

    @Test("sends a message of SASL where none is due")
    func strayMessages() throws {
        let stray = [Startup.proceed(SCRAMSample.serverFirst), Startup.final(SCRAMSample.postgres.serverFinal)]
        for message in stray {
            #expect(try Startup.play([message]).1?.code == .authentication)
            #expect(try Startup.play([.authentication(.cleartextPassword), message]).1?.code == .authentication)
        }
        #expect(try Startup.play(Self.scramStarted + [stray[1]]).1?.code == .authentication)
        #expect(try Startup.play(Self.scramAnswered + [stray[0]]).1?.code == .authentication)
        #expect(try Startup.play(Self.scramVerified + [stray[1]]).1?.code == .authentication)
    }

    @Test("asks for a method that is not offered here", arguments: [2, 6, 7, 8, 9, 99] as [Int32])
    func unsupported(code: Int32) throws {
        let (actions, error) = try Startup.play([.authentication(.unsupported(code: code))])
        #expect(actions.isEmpty)
        #expect(error?.code == .authentication)
        #expect(error?.retry == .pointless)
    }

    @Test("sends what has no place in a startup, in every state", arguments: BackendSample.all)
    func everyMessageInEveryState(sample: BackendSample) throws {
        let prefixes: [[BackendMessage]] = [
            [], [.authentication(.cleartextPassword)], Self.scramStarted, Self.scramAnswered, Self.scramVerified,
            [.authentication(.ok)],
        ]
        for prefix in prefixes {
            let (actions, error) = try Startup.play(prefix + [sample.message])
            let isReady = actions.contains { if case .ready = $0 { true } else { false } }
            #expect(!isReady)
            switch sample.message {
            case .noticeResponse, .parameterStatus: #expect(error == nil)
            case .authentication, .backendKeyData, .negotiateProtocolVersion: break
            case .errorResponse: #expect(error?.server != nil)
            default: #expect(error?.code == .protocolViolation)
            }
        }
    }

    @Test("is ready in a transaction", arguments: [PGTransactionStatus.inTransaction, .failed])
    func readyInTransaction(status: PGTransactionStatus) throws {
        #expect(try Startup.play([.authentication(.ok), .readyForQuery(status)]).1?.code == .protocolViolation)
    }

    @Test("talks without end")
    func endless() throws {
        var machine = try Startup.started()
        var error: PGError?
        var count = 0
        while error == nil, count < 2000 {
            error = failure { () throws(PGError) in
                try machine.receive(.parameterStatus(name: "p\(count)", value: "v"))
            }
            count += 1
        }
        #expect(error?.code == .protocolViolation)
        #expect(count <= 1001)
    }
}
