import TestSupport
import Testing

@testable import PGWire

/// What a real server makes of somebody between it and its client.
@Suite("Channel binding with a real server", .needsServer, .needsDirectConnection, .needsTLS)
struct ChannelBindingTests {
    /// Starts a session over TLS, with the messages and the channel's security changed on their way.
    private func start(
        _ server: PostgresServer, policy: PGAuthenticationPolicy = PGAuthenticationPolicy(),
        security: ChannelSecurity? = nil, message change: (BackendMessage) -> BackendMessage = { $0 }
    ) async throws -> [BackendMessage] {
        var configuration = try PGConfiguration(url: server.url(sslMode: .require))
        configuration.authentication = policy
        let deadline = MonotonicTime.now + .seconds(20)
        let loop = PGEventLoop.any()
        let address = try await Resolver.addresses(of: server.host, port: server.port, on: loop, until: deadline)[0]
        var stream = try await ByteStream.connect(to: address, configuration, on: loop, until: deadline)
        #expect(try await stream.requestTLS())
        try await stream.startTLS(try TLSContextCache.context(for: configuration.tls), host: "localhost")
        var machine = StartupMachine(configuration, security: security ?? stream.security)
        try await stream.send(machine.start())
        var received: [BackendMessage] = []
        while true {
            let message = change(try await stream.receiveMessage(limit: BackendFrame.startupLimit))
            received.append(message)
            var actions = try machine.receive(message)
            while !actions.isEmpty {
                switch actions.removeFirst() {
                case .send(let bytes): try await stream.send(bytes)
                case .derive(let work): actions += try machine.derived(work.saltedPassword())
                case .notice: break
                case .ready: return received
                }
            }
        }
    }

    private func refusal(_ body: () async throws -> [BackendMessage]) async -> PGError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? PGError
        }
    }

    @Test("the server offers it over TLS, and it is used")
    func used() async throws {
        var policy = PGAuthenticationPolicy()
        policy.channelBinding = .require
        let received = try await start(try await PostgresServer.shared(), policy: policy)
        #expect(received[0] == .authentication(.sasl(mechanisms: ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"])))
    }

    @Test("a client whose TLS ends at somebody in between is refused by the server")
    func otherCertificate() async throws {
        let server = try await PostgresServer.shared()
        let security = ChannelSecurity.tls(
            endPoint: .digest([UInt8](repeating: 7, count: 32)), clientCertificate: .notRequested)
        let error = await refusal { try await start(server, security: security) }
        #expect(error?.server?.message.contains("channel binding") == true, "\(error?.message ?? "connected")")
    }

    @Test("an offer from which somebody took the binding is noticed by the server")
    func strippedOffer() async throws {
        let server = try await PostgresServer.shared()
        let error = await refusal {
            try await start(server) { message in
                guard case .authentication(.sasl) = message else { return message }
                return .authentication(.sasl(mechanisms: ["SCRAM-SHA-256"]))
            }
        }
        #expect(error?.server?.message.contains("channel binding") == true, "\(error?.message ?? "connected")")
    }

    @Test("require_auth holds with a real server", arguments: PGAuthenticationPolicy.Method.allCases)
    func requiredMethod(method: PGAuthenticationPolicy.Method) async throws {
        let server = try await PostgresServer.shared()
        let roles: [(PostgresServer.Role, PGAuthenticationPolicy.Method)] = [
            (.trust, .none), (.cleartext, .password), (.md5, .md5), (.mcp, .scramSHA256),
        ]
        for (role, used) in roles {
            var configuration = try PGConfiguration(url: server.url(role))
            configuration.authentication.methods = [method]
            let error = await failure { () async throws(PGError) in
                try await PGConnection.connect(configuration)
            }
            #expect((error == nil) == (method == used))
            #expect(error == nil || error?.code == .authentication)
        }
    }

    @Test("the system's authorities do not vouch for a server of the tests")
    func systemRoots() async throws {
        let server = try await PostgresServer.shared()
        var configuration = try PGConfiguration(url: server.url(host: "localhost"))
        configuration.tls = PGTLSConfiguration(mode: .verifyFull, rootCertificate: "system")
        let error = await failure { () async throws(PGError) in try await PGConnection.connect(configuration) }
        #expect(error?.code == .tls)
        configuration.tls.mode = .require
        let weak = await failure { () async throws(PGError) in try await PGConnection.connect(configuration) }
        #expect(weak?.code == .configuration)
    }

    @Test("the protocol's version is what both sides speak")
    func protocolVersion() async throws {
        let server = try await PostgresServer.shared()
        let version = try await server.sql("SHOW server_version_num")
        let isNew = (Int(version.prefix { $0.isNumber }) ?? 0) >= 180_000
        var configuration = try PGConfiguration(url: server.url())
        configuration.protocolVersions = .v3_0 ... .v3_2
        let connection = try await PGConnection.connect(configuration)
        // A cancel request works with whatever key there is.
        let error = await failure { () async throws(PGError) in
            try await connection.query("SELECT pg_sleep(20)", timeout: .milliseconds(100))
        }
        #expect(error?.code == .timeout)
        #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
        configuration.protocolVersions = .v3_2 ... .v3_2
        let newest = await failure { () async throws(PGError) in try await PGConnection.connect(configuration) }
        #expect((newest == nil) == isNew)
        #expect(newest == nil || newest?.code == .protocolViolation)
    }
}
