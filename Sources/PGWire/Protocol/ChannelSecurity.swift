/// What is known of the channel on which a session starts.
enum ChannelSecurity: Sendable, Equatable {
    /// Anybody in between can read and alter it.
    case plain
    /// TLS, with the server's certificate for channel binding and what became of the client's.
    case tls(endPoint: EndPoint, clientCertificate: ClientCertificate)

    /// The data of `tls-server-end-point`, RFC 5929 section 4.
    enum EndPoint: Sendable, Equatable {
        /// The digest of the server's certificate.
        case digest([UInt8])
        /// Why there is none.
        case unavailable(String)
    }

    /// Whether the server asked the client for a certificate.
    enum ClientCertificate: Sendable, Equatable {
        case notRequested
        /// The server asked, and there was none to send.
        case missing
        case sent
    }
}
