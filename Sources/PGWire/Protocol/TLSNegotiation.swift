/// Asks the server for TLS before anything else is said.
///
/// See [SSL Session Encryption](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL).
enum TLSNegotiation {
    /// What the server answers.
    enum Answer: Sendable, Equatable {
        /// The TLS handshake comes next.
        case accepted
        /// The server has no TLS for this connection, which goes on without if that is acceptable.
        case declined
    }

    /// What to send first.
    static func request() -> [UInt8] {
        var buffer = ByteBuffer(capacity: 16)
        FrontendMessage.sslRequest(into: &buffer)
        return buffer.copyBytes()
    }

    /// Reads the answer, of one byte.
    ///
    /// - Parameter bytes: everything received since the request.
    /// - Returns: nil while nothing has come.
    /// - Throws: ``PGError`` where the answer is another one, and where anything follows it: that would be read as if TLS
    ///   had protected it (CVE-2021-23222).
    static func answer(_ bytes: RawSpan) throws(PGError) -> Answer? {
        guard bytes.byteCount > 0 else { return nil }
        switch unsafe bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self) {
        case UInt8(ascii: "S"):
            try refuseMore(bytes)
            return .accepted
        case UInt8(ascii: "N"):
            try refuseMore(bytes)
            return .declined
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

    private static func refuseMore(_ bytes: RawSpan) throws(PGError) {
        guard bytes.byteCount > 1 else { return }
        // Not a failure of TLS, after which sslmode=prefer would go on without it.
        throw PGError(
            .protocolViolation,
            "Unencrypted bytes follow the answer to the request for TLS; somebody may be in between",
            retry: .pointless)
    }
}
