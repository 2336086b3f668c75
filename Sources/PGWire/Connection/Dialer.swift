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

    private var hostName: String {
        if case .tcp(let host, _) = configuration.host { host } else { "" }
    }

    private func tlsContext() throws(PGError) -> TLSContext? {
        guard case .tcp = configuration.host, configuration.tls.mode != .disable else { return nil }
        return try TLSContextCache.context(for: configuration)
    }

    /// Connects to an address of the only host in the configuration.
    func reach(_ address: SocketAddress, until deadline: MonotonicTime) async throws(PGError) -> Reached {
        try await establish(address, try tlsContext(), until: deadline)
    }

    private func establish(
        _ address: SocketAddress, _ context: TLSContext?, until deadline: MonotonicTime
    ) async throws(PGError) -> Reached {
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
    ) async throws(PGError) -> Reached {
        var stream = try await ByteStream.connect(to: address, configuration, on: loop, until: deadline)
        var route = Route(address: address, tls: nil, host: hostName)
        if let context, try await stream.negotiateTLS(configuration, context, host: hostName) {
            route = Route(address: address, tls: context, host: hostName)
        }
        let session = try await start(&stream)
        return Reached(stream: stream, session: session, route: route)
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
