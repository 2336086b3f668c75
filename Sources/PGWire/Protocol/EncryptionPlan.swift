/// In which order a connection to one server is tried with TLS and without, and after which failures: what `sslmode` and
/// `sslnegotiation` decide, as libpq has it.
///
/// See [SSL Mode Descriptions](https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION).
struct EncryptionPlan: Sendable, Equatable {
    /// How a connection begins.
    enum Method: Sendable, Equatable {
        /// Without TLS.
        case plain
        /// With a request for TLS in plain text, which the server may decline.
        case negotiated
        /// With the TLS handshake.
        case direct
    }

    /// How a connection failed.
    enum Failure: Sendable, Equatable, CaseIterable {
        /// The server answered that it has no TLS.
        case declined
        /// TLS could not be set up: no agreement, a certificate that was refused, an end of the connection.
        case handshake
        /// The server answered the startup with an error before it accepted the client.
        case refused
        /// Anything else: the network, a deadline, a server that is not to be trusted, an error after the client was
        /// accepted.
        case other
    }

    /// What to do after a failure.
    enum Step: Sendable, Equatable {
        /// Go on without TLS on the same connection.
        case goOnInPlainText
        /// Connect anew, with ``EncryptionPlan/method``.
        case connectAnew
        /// Nothing is left to try.
        case giveUp
    }

    /// How the next connection begins.
    private(set) var method: Method
    private var alternative: Method?

    /// Whether the plan may end in a connection without TLS.
    var allowsPlainText: Bool { method == .plain || alternative == .plain }

    /// The plan of a configuration. A Unix socket never has TLS, whatever the mode.
    init(_ tls: PGTLSConfiguration, isUnixSocket: Bool) {
        let encrypted: Method = tls.negotiation == .direct ? .direct : .negotiated
        guard !isUnixSocket else {
            (method, alternative) = (.plain, nil)
            return
        }
        (method, alternative) =
            switch tls.mode {
            case .disable: (.plain, nil)
            case .allow: (.plain, encrypted)
            case .prefer: (encrypted, .plain)
            case .require, .verifyCA, .verifyFull: (encrypted, nil)
            }
    }

    /// Takes the next step after the connection that ``method`` began has failed.
    mutating func next(after failure: Failure) -> Step {
        guard failure != .other, let next = alternative else { return .giveUp }
        method = next
        alternative = nil
        return failure == .declined && next == .plain ? .goOnInPlainText : .connectAnew
    }
}
