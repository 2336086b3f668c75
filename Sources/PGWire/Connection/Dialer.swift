import Logging

/// Brings a connection from its configuration to ReadyForQuery.
///
/// All of it shares one deadline, `connect_timeout` from now.
struct Dialer: Sendable {
    let configuration: PGConfiguration
    let loop: PGEventLoop
    let logger: Logger

    /// What a connection is made from.
    struct Established: ~Copyable {
        var parts: ByteStream.Parts
        let session: SessionParameters
        let route: Route

        consuming func takeParts() -> ByteStream.Parts { parts }
    }

    /// The way to the very server that was reached, by which a cancel request has to go too.
    struct Route: Sendable {
        let address: SocketAddress
        /// Nil where the connection is not encrypted.
        let tls: TLSContext?
        let host: String
    }

    /// Tries the host's addresses in their order until one answers.
    func dial() async throws(PGError) -> Established {
        do throws(PGError) {
            try configuration.validate()
            let deadline = MonotonicTime.now + configuration.connectTimeout
            let opener = try SessionOpener(configuration: configuration, host: hostName, loop: loop, logger: logger)
            let addresses = try await resolve(until: deadline)
            var failure: PGError?
            for address in addresses {
                do throws(PGError) {
                    return try await opener.open(address, until: deadline)
                } catch {
                    failure = error
                    // Only what the network did can be different at the next address.
                    guard error.code == .connectFailed || error.code == .connectionClosed else { break }
                }
            }
            throw failure ?? PGError(.hostNotFound, "The host has no address", retry: .pointless)
        } catch {
            var error = error
            error.address = configuration.addressDescription
            throw error
        }
    }

    private func resolve(until deadline: MonotonicTime) async throws(PGError) -> [SocketAddress] {
        switch configuration.host {
        case .unix(let path):
            guard let address = SocketAddress(unixPath: path) else {
                throw PGError(.configuration, "The path of the Unix socket is too long", retry: .pointless)
            }
            return [address]
        case .tcp(let host, let port):
            do throws(Resolver.Failure) {
                return try await Resolver.addresses(of: host, port: port, on: loop, until: deadline)
            } catch {
                throw PGError(
                    .hostNotFound, "The host “\(host)” could not be found: \(error)",
                    retry: error == .busy || error == .deadline ? .safe : .pointless)
            }
        }
    }

    private var hostName: String {
        if case .tcp(let host, _) = configuration.host { host } else { "" }
    }
}
