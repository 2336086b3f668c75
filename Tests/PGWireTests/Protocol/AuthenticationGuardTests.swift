import Testing

@testable import PGWire

@Suite("What is accepted as authentication")
struct AuthenticationGuardTests {
    typealias Startup = StartupMachineTests

    /// What a server may do, up to its acceptance, and the method by which it does so.
    static let exchanges: [(PGAuthenticationPolicy.Method, [BackendMessage])] = [
        (.none, [.authentication(.ok)]),
        (.password, [.authentication(.cleartextPassword), .authentication(.ok)]),
        (.md5, [.authentication(.md5(salt: [1, 2, 3, 4])), .authentication(.ok)]),
        (.scramSHA256, scram()),
    ]

    private static func scram(_ offered: String...) -> [BackendMessage] {
        let mechanisms = offered.isEmpty ? ["SCRAM-SHA-256"] : offered
        return [
            .authentication(.sasl(mechanisms: mechanisms)), Startup.proceed(SCRAMSample.serverFirst),
            Startup.final(SCRAMSample.postgres.serverFinal), .authentication(.ok),
        ]
    }

    /// Each subset of the methods.
    static let policies: [Set<PGAuthenticationPolicy.Method>] = (1..<16).map { bits in
        Set(PGAuthenticationPolicy.Method.allCases.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element))
    }

    @Test("require_auth holds for every method, before the password is used", arguments: policies)
    func methods(accepted: Set<PGAuthenticationPolicy.Method>) throws {
        for (method, messages) in Self.exchanges {
            if accepted.contains(method) {
                let (actions, error) = try Startup.play(messages + [.readyForQuery(.idle)]) {
                    $0.authentication.methods = accepted
                }
                #expect(error == nil, "\(method) among \(accepted)")
                if case .ready = actions.last {} else { Issue.record("not ready") }
            } else {
                let (actions, error) = try Startup.play([messages[0]]) { $0.authentication.methods = accepted }
                #expect(error?.code == .authentication, "\(method) among \(accepted)")
                #expect(error?.retry == .pointless)
                #expect(error?.message.contains("require_auth") == true)
                #expect(actions.isEmpty)
            }
        }
    }

    @Test("channel_binding=require refuses every method that is not bound, and plain text", arguments: exchanges)
    func bindingRequired(method: PGAuthenticationPolicy.Method, messages: [BackendMessage]) throws {
        for security in [ChannelSecurity.plain, Startup.encrypted] {
            let (actions, error) = try Startup.play([messages[0]], security: security) {
                $0.authentication.channelBinding = .require
            }
            #expect(error?.code == .authentication)
            #expect(error?.message.contains("channel_binding") == true)
            #expect(actions.isEmpty)
        }
    }

    /// The first message of the client, by what is asked for, offered and there; nil for a refusal.
    static let bindings: [(PGAuthenticationPolicy.ChannelBinding, ChannelSecurity, offered: [String], first: String?)] =
        {
            let (both, plus, bare) = (
                ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"], ["SCRAM-SHA-256-PLUS"], ["SCRAM-SHA-256"]
            )
            let bound = "p=tls-server-end-point,,"
            let unbindable = ChannelSecurity.tls(endPoint: .unavailable("Ed25519"), clientCertificate: .notRequested)
            return [
                (.disable, .plain, bare, "n,,"), (.prefer, .plain, bare, "n,,"), (.require, .plain, bare, nil),
                // A server that offers binding where there is no TLS was robbed of it.
                (.disable, .plain, both, nil), (.prefer, .plain, both, nil), (.require, .plain, both, nil),
                (.disable, Startup.encrypted, bare, "n,,"), (.prefer, Startup.encrypted, bare, "y,,"),
                (.require, Startup.encrypted, bare, nil), (.disable, Startup.encrypted, both, "n,,"),
                (.prefer, Startup.encrypted, both, bound), (.require, Startup.encrypted, both, bound),
                (.disable, Startup.encrypted, plus, nil), (.prefer, Startup.encrypted, plus, bound),
                (.require, Startup.encrypted, both.reversed(), bound), (.prefer, Startup.encrypted, [], nil),
                (.disable, unbindable, both, "n,,"), (.prefer, unbindable, both, nil),
                (.require, unbindable, both, nil), (.prefer, unbindable, bare, "y,,"),
            ]
        }()

    @Test("SCRAM is bound where it can be, and says so where it could have been", arguments: bindings)
    func firstMessage(
        binding: PGAuthenticationPolicy.ChannelBinding, security: ChannelSecurity, offered: [String], first: String?
    ) throws {
        let (actions, error) = try Startup.play([.authentication(.sasl(mechanisms: offered))], security: security) {
            $0.authentication.channelBinding = binding
        }
        #expect(error?.code == (first == nil ? .authentication : nil))
        guard let first else {
            #expect(actions.isEmpty)
            return
        }
        let data = Array("\(first)n=,r=\(SCRAMSample.nonce)".utf8)
        let mechanism = first.hasPrefix("p") ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256"
        #expect(actions == [Startup.password(.string(mechanism), .int32(Int32(data.count)), .bytes(data))])
    }

    @Test("sslcertmode=require needs a server that asks for a certificate and one that was sent")
    func clientCertificates() throws {
        let channels: [(ChannelSecurity, Bool)] = [
            (.plain, false), (Startup.encrypted, false),
            (.tls(endPoint: .digest(SCRAMSample.endPoint), clientCertificate: .missing), false),
            (.tls(endPoint: .digest(SCRAMSample.endPoint), clientCertificate: .sent), true),
        ]
        for (security, isAccepted) in channels {
            for mode in PGTLSConfiguration.CertificateMode.allCases {
                let (_, error) = try Startup.play([.authentication(.ok)], security: security) {
                    $0.tls.certificateMode = mode
                }
                #expect((error == nil) == (isAccepted || mode != .require))
            }
        }
    }

    @Test("no more iterations are done than the configuration allows")
    func iterations() throws {
        let messages = Self.scram().prefix(2)
        for (limit, isAccepted) in [(4_095, false), (4_096, true)] {
            let (_, error) = try Startup.play(Array(messages)) { $0.authentication.maximumSCRAMIterations = limit }
            #expect((error == nil) == isAccepted)
        }
    }
}
