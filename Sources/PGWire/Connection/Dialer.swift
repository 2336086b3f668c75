import Logging

/// Brings a connection to one address of one host from nothing to ReadyForQuery, within one deadline.
///
/// ``dial()``, which looks for the host, is in a file of its own.
struct Dialer: Sendable {
    let configuration: PGConfiguration
    let loop: PGEventLoop
    let logger: Logger

    /// What a connection is made from.
    struct Established: ~Copyable {
        var parts: ByteStream.Parts
        let session: SessionParameters
        let route: Route
        /// The configuration for the very host that was reached, which is the only one in it.
        let configuration: PGConfiguration

        consuming func takeParts() -> ByteStream.Parts { parts }
    }

    /// The way to the very server that was reached, by which a cancel request has to go too.
    struct Route: Sendable {
        let address: SocketAddress
        /// Nil where the connection is not encrypted.
        let tls: TLSContext?
        let host: String
    }

    /// A session that is ready for queries.
    struct Reached: ~Copyable {
        var stream: ByteStream
        var session: SessionParameters
        let route: Route
    }

    /// Connects to an address of the only host in the configuration.
    func reach(_ address: SocketAddress, until deadline: MonotonicTime) async throws(PGError) -> Reached {
        let host = if case .tcp(let host, _) = configuration.host { host } else { "" }
        let opener = try SessionOpener(configuration: configuration, host: host, loop: loop, logger: logger)
        return try await opener.open(address, until: deadline)
    }
}
