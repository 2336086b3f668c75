import Testing

@testable import PGWire

@Suite("The startup of a session")
struct StartupMachineTests {
    static func configuration(password: String? = "pencil") -> PGConfiguration {
        PGConfiguration(host: .tcp(host: "db", port: 5432), user: "mcp", password: password, database: "sessions")
    }

    /// A machine that has sent its startup.
    static func started(password: String? = "pencil") throws -> StartupMachine {
        var machine = StartupMachine(configuration(password: password), nonce: SCRAMSample.nonce)
        _ = try machine.start()
        return machine
    }

    /// What a machine does with messages in a row; nil for the error where the last one was accepted.
    static func play(_ messages: [BackendMessage], password: String? = "pencil") throws -> (
        [StartupMachine.Action], PGError?
    ) {
        var machine = try started(password: password)
        var actions: [StartupMachine.Action] = []
        for (index, message) in messages.enumerated() {
            do throws(PGError) {
                actions += try machine.receive(message)
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
        protocolVersion: 196_608)

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
                .noticeResponse(notice), Self.sasl("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"), Self.settings[0],
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

    @Test("a negotiated version of 3.0 or newer goes on with 3.0; another is refused")
    func negotiation() throws {
        let negotiated = BackendMessage.negotiateProtocolVersion(newest: 196_608, unsupported: [])
        let (actions, error) = try Self.play([negotiated, .authentication(.ok), .readyForQuery(.idle)])
        #expect(error == nil)
        #expect(actions == [.ready(SessionParameters())])
        for (newest, unsupported) in [(2 << 16, []), (Int32.min, []), (196_608, ["_pq_.x"])] as [(Int32, [String])] {
            let message = BackendMessage.negotiateProtocolVersion(newest: newest, unsupported: unsupported)
            #expect(try Self.play([message]).1?.code == .protocolViolation)
        }
        #expect(try Self.play([.authentication(.ok), negotiated]).1?.code == .protocolViolation)
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
        var failed = try Self.started()
        #expect(failure { () throws(PGError) in try failed.receive(.noData) }?.code == .protocolViolation)
        #expect(failure { () throws(PGError) in try failed.receive(.authentication(.ok)) }?.code == .usage)
    }
}
