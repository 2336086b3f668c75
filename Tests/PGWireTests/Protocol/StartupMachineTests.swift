import Testing

@testable import PGWire

@Suite("The startup of a session")
struct StartupMachineTests {
    static func configuration(password: String? = "pencil") -> PGConfiguration {
        PGConfiguration(host: .tcp(host: "db", port: 5432), user: "mcp", password: password, database: "sessions")
    }

    /// A machine that has sent its startup.
    static func started(
        password: String? = "pencil", security: ChannelSecurity = .plain,
        change: (inout PGConfiguration) -> Void = { _ in }
    ) throws -> StartupMachine {
        var configuration = configuration(password: password)
        change(&configuration)
        var machine = StartupMachine(configuration, security: security, nonce: SCRAMSample.nonce)
        _ = try machine.start()
        return machine
    }

    /// What a machine does with messages in a row; nil for the error where the last one was accepted.
    static func play(
        _ messages: [BackendMessage], password: String? = "pencil", security: ChannelSecurity = .plain,
        change: (inout PGConfiguration) -> Void = { _ in }
    ) throws -> ([StartupMachine.Action], PGError?) {
        var machine = try started(password: password, security: security, change: change)
        var actions: [StartupMachine.Action] = []
        for (index, message) in messages.enumerated() {
            do throws(PGError) {
                for action in try machine.receive(message) {
                    if case .derive(let work) = action {
                        actions += try machine.derived(work.saltedPassword())
                    } else {
                        actions.append(action)
                    }
                }
            } catch {
                #expect(index == messages.count - 1, "refused before the last message: \(error)")
                return (actions, error)
            }
        }
        return (actions, nil)
    }

    static let settings: [BackendMessage] = [
        .parameterStatus(name: "integer_datetimes", value: "on"),
        .parameterStatus(name: "client_encoding", value: "UTF8"),
        .parameterStatus(name: "server_version", value: "15.18"),
    ]
    static let key = BackendMessage.backendKeyData(processID: 4711, secretKey: [1, 2, 3, 4])

    static let session = SessionParameters(
        cancelKey: SessionParameters.CancelKey(processID: 4711, secretKey: [1, 2, 3, 4]),
        parameterStatus: ["integer_datetimes": "on", "client_encoding": "UTF8", "server_version": "15.18"],
        protocolVersion: .v3_0)

    /// TLS with a certificate whose digest is ``SCRAMSample/endPoint``.
    static let encrypted = ChannelSecurity.tls(
        endPoint: .digest(SCRAMSample.endPoint), clientCertificate: .notRequested)

    static func sasl(_ mechanisms: String...) -> BackendMessage { .authentication(.sasl(mechanisms: mechanisms)) }
    static func proceed(_ text: String) -> BackendMessage { .authentication(.saslContinue(Array(text.utf8))) }
    static func final(_ text: String) -> BackendMessage { .authentication(.saslFinal(Array(text.utf8))) }

    static func password(_ fields: Field...) -> StartupMachine.Action {
        let payload = encode(fields)
        return .send(encode([.bytes([0x70]), .int32(Int32(4 + payload.count)), .bytes(payload)]))
    }

    @Test("sends the parameters of the session")
    func startup() throws {
        var configuration = Self.configuration()
        configuration.applicationName = "tests"
        configuration.options = "-c statement_timeout=5s"
        var machine = StartupMachine(configuration, nonce: "n")
        let body = encode([
            .int32(196_608), .string("user"), .string("mcp"), .string("database"), .string("sessions"),
            .string("application_name"), .string("tests"), .string("client_encoding"), .string("UTF8"),
            .string("DateStyle"), .string("ISO"), .string("options"), .string("-c statement_timeout=5s"), .int8(0),
        ])
        #expect(try machine.start() == encode([.int32(Int32(4 + body.count)), .bytes(body)]))
        #expect(failure { () throws(PGError) in try machine.start() }?.code == .usage)
    }

    @Test("refuses U+0000 in each value", arguments: 0..<4)
    func zeroBytes(field: Int) {
        var configuration = Self.configuration()
        switch field {
        case 0: configuration.user = "a\0b"
        case 1: configuration.database = "a\0b"
        case 2: configuration.applicationName = "a\0b"
        default: configuration.options = "a\0b"
        }
        var machine = StartupMachine(configuration, nonce: "n")
        #expect(failure { () throws(PGError) in try machine.start() }?.code == .configuration)
    }

    @Test("trust")
    func trust() throws {
        let (actions, error) = try Self.play(
            [.authentication(.ok)] + Self.settings + [Self.key, .readyForQuery(.idle)], password: nil)
        #expect(error == nil)
        #expect(actions == [.ready(Self.session)])
    }

    @Test("password")
    func cleartext() throws {
        let (actions, error) = try Self.play(
            [.authentication(.cleartextPassword), .authentication(.ok)] + Self.settings
                + [Self.key, .readyForQuery(.idle)])
        #expect(error == nil)
        #expect(actions == [Self.password(.string("pencil")), .ready(Self.session)])
    }

    @Test("md5")
    func md5() throws {
        let (actions, error) = try Self.play(
            [.authentication(.md5(salt: [1, 2, 3, 4])), .authentication(.ok)] + Self.settings
                + [Self.key, .readyForQuery(.idle)], password: "secret")
        #expect(error == nil)
        // Computed by another implementation.
        #expect(actions == [Self.password(.string("md5e15fc62d7068da1bd616f1d3007bb6a9")), .ready(Self.session)])
    }

    @Test("SCRAM-SHA-256, with notices and settings in between")
    func scram() throws {
        let sample = SCRAMSample.postgres
        let notice = PGServerError(fields: [0x4D: "remark"])
        let (actions, error) = try Self.play(
            [
                .noticeResponse(notice), Self.sasl("SCRAM-SHA-256"), Self.settings[0],
                Self.proceed(SCRAMSample.serverFirst), .noticeResponse(notice), Self.final(sample.serverFinal),
                Self.settings[1], .authentication(.ok), .noticeResponse(notice), Self.key, Self.settings[2],
                .readyForQuery(.idle),
            ])
        #expect(error == nil)
        #expect(
            actions == [
                .notice(notice),
                Self.password(
                    .string("SCRAM-SHA-256"), .int32(Int32(sample.clientFirst.utf8.count)),
                    .bytes(Array(sample.clientFirst.utf8))),
                Self.password(.bytes(Array(sample.clientFinal.utf8))), .notice(notice), .notice(notice),
                .ready(Self.session),
            ])
    }

    @Test("a proxy that sends neither a key nor settings")
    func proxy() throws {
        let (actions, error) = try Self.play([.authentication(.ok), .readyForQuery(.idle)])
        #expect(error == nil)
        #expect(actions == [.ready(SessionParameters())])
    }

    @Test("asks for the highest version that is accepted")
    func version() throws {
        for (versions, number) in [(.v3_0 ... .v3_0, 0), (.v3_0 ... .v3_2, 2), (.v3_2 ... .v3_2, 2)]
            as [(ClosedRange<PGProtocolVersion>, UInt8)]
        {
            var configuration = Self.configuration()
            configuration.protocolVersions = versions
            var machine = StartupMachine(configuration, nonce: "n")
            #expect(try Array(machine.start()[4..<8]) == [0, 3, 0, number])
        }
    }

    /// What becomes of an answer to a request for a version: the version agreed upon, or nil for a refusal.
    static let negotiations:
        [(ClosedRange<PGProtocolVersion>, newest: Int32, options: [String], agreed: PGProtocolVersion?)] = [
            (.v3_0 ... .v3_0, 196_608, [], .v3_0), (.v3_0 ... .v3_0, 2 << 16, [], nil),
            (.v3_0 ... .v3_0, .min, [], nil), (.v3_0 ... .v3_0, 196_610, [], nil),
            (.v3_0 ... .v3_0, 196_608, ["_pq_.x"], nil), (.v3_0 ... .v3_2, 196_608, [], .v3_0),
            (.v3_0 ... .v3_2, 196_609, [], nil), (.v3_0 ... .v3_2, 196_610, [], .v3_2),
            (.v3_0 ... .v3_2, 196_611, [], nil), (.v3_0 ... .v3_2, 4 << 16, [], nil),
            (.v3_0 ... .v3_2, 196_610, ["_pq_.x"], nil), (.v3_0 ... .v3_2, 2 << 16, [], nil),
            (.v3_2 ... .v3_2, 196_608, [], nil), (.v3_2 ... .v3_2, 196_610, [], .v3_2),
        ]

    @Test(
        "goes over to an older version where that is accepted, and refuses every other answer", arguments: negotiations)
    func negotiation(
        versions: ClosedRange<PGProtocolVersion>, newest: Int32, options: [String], agreed: PGProtocolVersion?
    ) throws {
        let answer = BackendMessage.negotiateProtocolVersion(newest: newest, unsupported: options)
        let messages = agreed == nil ? [answer] : [answer, .authentication(.ok), .readyForQuery(.idle)]
        let (actions, error) = try Self.play(messages) { $0.protocolVersions = versions }
        if let agreed {
            #expect(error == nil)
            #expect(actions == [.ready(SessionParameters(protocolVersion: agreed))])
        } else {
            #expect(error?.code == .protocolViolation)
            #expect(error?.retry == .pointless)
        }
    }

    @Test("a version is negotiated once, and before anything else")
    func negotiationElsewhere() throws {
        let answer = BackendMessage.negotiateProtocolVersion(newest: 196_608, unsupported: [])
        for prefix in [[.authentication(.ok)], [answer], [Self.sasl("SCRAM-SHA-256")]] as [[BackendMessage]] {
            #expect(try Self.play(prefix + [answer]).1?.code == .protocolViolation)
        }
    }

    @Test("the key for cancel requests is as long as the version allows, and comes once")
    func keyLengths() throws {
        for length in [4, 5, 32, 256] {
            let key = BackendMessage.backendKeyData(processID: 1, secretKey: [UInt8](repeating: 7, count: length))
            let old = try Self.play([.authentication(.ok), key])
            #expect((old.1 == nil) == (length == 4))
            let new = try Self.play([.authentication(.ok), key, .readyForQuery(.idle)]) {
                $0.protocolVersions = .v3_0 ... .v3_2
            }
            guard case .ready(let session) = new.0.first else {
                Issue.record("not ready with a key of \(length) bytes")
                continue
            }
            #expect(session.cancelKey?.secretKey.count == length)
            #expect(session.protocolVersion == .v3_2)
        }
        #expect(try Self.play([.authentication(.ok), Self.key, Self.key]).1?.code == .protocolViolation)
    }

    @Test("settings under which values would be read wrongly are refused")
    func settings() throws {
        for (name, value) in [("integer_datetimes", "off"), ("client_encoding", "LATIN1")] {
            let (_, error) = try Self.play([
                .authentication(.ok), .parameterStatus(name: name, value: value), .readyForQuery(.idle),
            ])
            #expect(error?.code == .server)
            #expect(error?.retry == .pointless)
        }
    }

    @Test("a password that is asked for and missing or empty is an error that says so", arguments: [nil, ""])
    func missingPassword(password: String?) throws {
        for request in [
            .authentication(.cleartextPassword), .authentication(.md5(salt: [0, 0, 0, 0])), Self.sasl("SCRAM-SHA-256"),
        ] as [BackendMessage] {
            let (actions, error) = try Self.play([request], password: password)
            #expect(actions.isEmpty)
            #expect(error?.code == .authentication)
            #expect(error?.retry == .pointless)
            #expect(error?.message.contains("none was given") == true)
        }
    }

    @Test("nothing is accepted before the start, after the end or after an error")
    func over() throws {
        var unsent = StartupMachine(Self.configuration(), nonce: "n")
        #expect(failure { () throws(PGError) in try unsent.receive(.authentication(.ok)) }?.code == .usage)
        var ready = try Self.started()
        _ = try ready.receive(.authentication(.ok))
        _ = try ready.receive(.readyForQuery(.idle))
        #expect(failure { () throws(PGError) in try ready.receive(.readyForQuery(.idle)) }?.code == .usage)
        #expect(failure { () throws(PGError) in try ready.derived([]) }?.code == .usage)
        var failed = try Self.started()
        #expect(failure { () throws(PGError) in try failed.receive(.noData) }?.code == .protocolViolation)
        #expect(failure { () throws(PGError) in try failed.receive(.authentication(.ok)) }?.code == .usage)
    }
}
