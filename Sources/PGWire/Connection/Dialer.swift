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
            let context = try tlsContext()
            let addresses = try await resolve(until: deadline)
            var failure: PGError?
            for address in addresses {
                do throws(PGError) {
                    return try await establish(address, context, until: deadline)
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

    private func tlsContext() throws(PGError) -> TLSContext? {
        guard case .tcp = configuration.host, configuration.tls.mode != .disable else { return nil }
        return try TLSContextCache.context(for: configuration)
    }

    private func establish(
        _ address: SocketAddress, _ context: TLSContext?, until deadline: MonotonicTime
    ) async throws(PGError) -> Established {
        do throws(PGError) {
            return try await attempt(address, context, until: deadline)
        } catch {
            // sslmode=prefer goes on in plain text where TLS turns out not to work, as libpq does.
            guard error.code == .tls, configuration.tls.mode == .prefer else { throw error }
            return try await attempt(address, nil, until: deadline)
        }
    }

    private func attempt(
        _ address: SocketAddress, _ context: TLSContext?, until deadline: MonotonicTime
    ) async throws(PGError) -> Established {
        var stream = try await ByteStream.connect(to: address, on: loop, until: deadline)
        var route = Route(address: address, tls: nil, host: hostName)
        if let context, try await stream.negotiateTLS(configuration, context, host: hostName) {
            route = Route(address: address, tls: context, host: hostName)
        }
        let session = try await start(&stream)
        return Established(parts: stream.takeApart(), session: session, route: route)
    }

    private func start(_ stream: inout ByteStream) async throws(PGError) -> SessionParameters {
        var machine = StartupMachine(configuration)
        try await stream.send(machine.start())
        while true {
            let message = try await stream.receiveMessage(limit: BackendFrame.startupLimit)
            for action in try machine.receive(message) {
                switch action {
                case .send(let bytes): try await stream.send(bytes)
                case .notice(let notice): logger.debug("notice at connection start: \(notice.message.oneLine)")
                case .ready(let session): return session
                }
            }
        }
    }
}

extension ByteStream {
    /// Asks for TLS and goes over to it; false where the server has none and the configuration accepts that.
    mutating func negotiateTLS(
        _ configuration: PGConfiguration, _ context: TLSContext, host: String
    ) async throws(PGError) -> Bool {
        guard let negotiation = TLSNegotiation(configuration) else { return false }
        try await send(negotiation.start())
        while true {
            guard try await receive() else {
                throw PGError(
                    .connectionClosed, "The server ended the connection when asked for TLS", retry: .safe)
            }
            guard let outcome = try negotiation.receive(input.bytes) else { continue }
            consumeInput(input.count)
            guard outcome == .encrypted else { return false }
            try await startTLS(context, host: host)
            return true
        }
    }

    /// Receives until a whole message is there, and takes it.
    mutating func receiveMessage(limit: Int) async throws(PGError) -> BackendMessage {
        while true {
            if let frame = try BackendFrame.header(of: input.bytes, limit: limit), input.count >= frame.length {
                let message = try BackendMessage.decode(
                    tag: frame.tag, payload: input.bytes.extracting(BackendFrame.headerLength..<frame.length))
                consumeInput(frame.length)
                return message
            }
            guard try await receive() else {
                throw PGError(
                    .connectionClosed, "The server ended the connection before it was ready", retry: .safe)
            }
        }
    }
}
