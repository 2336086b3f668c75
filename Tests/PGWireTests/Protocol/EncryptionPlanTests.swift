import Testing

@testable import PGWire

@Suite("The order of TLS and plain text")
struct EncryptionPlanTests {
    typealias Method = EncryptionPlan.Method
    typealias Failure = EncryptionPlan.Failure

    private func plan(
        _ mode: SSLMode, _ negotiation: PGTLSConfiguration.Negotiation = .postgres, isUnixSocket: Bool = false
    ) -> EncryptionPlan {
        var tls = PGTLSConfiguration(mode: mode)
        tls.negotiation = negotiation
        return EncryptionPlan(tls, isUnixSocket: isUnixSocket)
    }

    /// For each mode how it begins, and what follows each failure; a failure that is not named ends it.
    static let table: [(SSLMode, first: Method, [Failure: (EncryptionPlan.Step, Method)])] = [
        (.disable, .plain, [:]),
        (
            .allow, .plain,
            [
                .refused: (.connectAnew, .negotiated), .handshake: (.connectAnew, .negotiated),
                .declined: (.connectAnew, .negotiated),
            ]
        ),
        (
            .prefer, .negotiated,
            [
                .declined: (.goOnInPlainText, .plain), .handshake: (.connectAnew, .plain),
                .refused: (.connectAnew, .plain),
            ]
        ),
        (.require, .negotiated, [:]), (.verifyCA, .negotiated, [:]), (.verifyFull, .negotiated, [:]),
    ]

    @Test("is libpq's, for each mode and each failure", arguments: table)
    func decisions(mode: SSLMode, first: Method, steps: [Failure: (EncryptionPlan.Step, Method)]) {
        for failure in Failure.allCases {
            var plan = plan(mode)
            #expect(plan.method == first)
            let (step, method) = steps[failure] ?? (.giveUp, first)
            #expect(plan.next(after: failure) == step, "\(mode), \(failure)")
            #expect(plan.method == method)
            // Nothing is tried twice.
            for second in Failure.allCases where step != .giveUp {
                var exhausted = plan
                #expect(exhausted.next(after: second) == .giveUp)
            }
        }
    }

    @Test("covers every mode")
    func modes() {
        #expect(Self.table.map(\.0) == SSLMode.allCases)
    }

    @Test("has no TLS on a Unix socket, whatever the mode", arguments: SSLMode.allCases)
    func unixSocket(mode: SSLMode) {
        var plan = plan(mode, isUnixSocket: true)
        #expect(plan.method == .plain && plan.allowsPlainText)
        for failure in Failure.allCases { #expect(plan.next(after: failure) == .giveUp) }
    }

    @Test("begins with the handshake where that is asked for, and ends there")
    func direct() {
        for mode in [SSLMode.require, .verifyCA, .verifyFull] {
            for failure in Failure.allCases {
                var plan = plan(mode, .direct)
                #expect(plan.method == .direct && !plan.allowsPlainText)
                #expect(plan.next(after: failure) == .giveUp)
            }
        }
    }

    @Test("may end in plain text only below require")
    func plainText() {
        #expect(SSLMode.allCases.filter { plan($0).allowsPlainText } == [.disable, .allow, .prefer])
    }
}
