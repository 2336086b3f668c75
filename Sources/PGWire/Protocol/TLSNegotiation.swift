/// Asks the server for TLS before anything else is said.
///
/// See [SSL Session Encryption](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL).
struct TLSNegotiation: Sendable {
    /// How the connection goes on.
    enum Outcome: Sendable, Equatable {
        /// The TLS handshake comes next.
        case encrypted
        /// The server has no TLS, and the configuration does not insist on it: the startup comes next.
        case plain
    }

    private let mode: SSLMode

    /// Nil where the configuration wants no TLS, and for a Unix socket, which never has it.
    init?(_ configuration: PGConfiguration) {
        guard configuration.tls.mode != .disable, case .tcp = configuration.host else { return nil }
        mode = configuration.tls.mode
    }

    /// What to send first.
    func start() -> [UInt8] {
        var buffer = ByteBuffer(capacity: 16)
        FrontendMessage.sslRequest(into: &buffer)
        return buffer.copyBytes()
    }

    /// Reads the answer, of one byte.
    ///
    /// - Parameter bytes: everything received since the request.
    /// - Returns: nil while nothing has come.
    /// - Throws: ``PGError`` where the server has no TLS and the configuration insists on it, and where anything follows
    ///   the answer: it would be read as if TLS had protected it (CVE-2021-23222).
    func receive(_ bytes: RawSpan) throws(PGError) -> Outcome? {
        guard bytes.byteCount > 0 else { return nil }
        switch unsafe bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self) {
        case UInt8(ascii: "S"):
            try refuseMore(bytes)
            return .encrypted
        case UInt8(ascii: "N"):
            try refuseMore(bytes)
            guard mode == .prefer || mode == .allow else {
                throw PGError(
                    .tls,
                    "The server does not offer TLS, and sslmode=\(mode.rawValue) insists on it; "
                        + "set ssl=on in its configuration",
                    retry: .pointless)
            }
            return .plain
        case UInt8(ascii: "E"):
            // Its text is not shown: nobody has proved yet that it is the server's (CVE-2024-10977).
            throw PGError(
                .connectFailed, "The server reported an error instead of answering the request for TLS; see its log",
                retry: .safe)
        default:
            throw PGError(
                .protocolViolation, "The peer did not answer the request for TLS; is it a PostgreSQL server?",
                retry: .pointless)
        }
    }

    private func refuseMore(_ bytes: RawSpan) throws(PGError) {
        guard bytes.byteCount > 1 else { return }
        // Not a failure of TLS, after which sslmode=prefer would go on without it.
        throw PGError(
            .protocolViolation,
            "Unencrypted bytes follow the answer to the request for TLS; somebody may be in between",
            retry: .pointless)
    }
}
