/// A socket, with or without TLS, that one task reads and writes in turn, each wait with the same deadline.
///
/// It serves what comes before a connection's loop takes over: the TLS negotiation, the startup, a cancel request.
struct ByteStream: ~Copyable {
    let socket: Socket
    let loop: PGEventLoop
    let deadline: MonotonicTime
    private(set) var tls: TLSSession?
    /// What is known of the channel so far.
    private(set) var security = ChannelSecurity.plain
    private(set) var input = ByteBuffer(capacity: 4096)
    private var output = ByteBuffer(capacity: 1024)
    private var ciphertext = ByteBuffer(capacity: 1024)
    /// Whether the peer has ended TLS, in its own words.
    private var hasEnded = false
    /// Why nothing can be sent any more.
    private var sendFailure: SystemError?

    private init(socket: Socket, loop: PGEventLoop, deadline: MonotonicTime) {
        self.socket = socket
        self.loop = loop
        self.deadline = deadline
    }

    /// Connects to an address, with the configuration's options of the socket and the user that it requires of a peer.
    static func connect(
        to address: SocketAddress, _ configuration: PGConfiguration, on loop: PGEventLoop, until deadline: MonotonicTime
    ) async throws(PGError) -> ByteStream {
        let stream: ByteStream
        do {
            let socket = try Socket.connecting(to: address, configuration.tcp)
            stream = ByteStream(socket: socket, loop: loop, deadline: deadline)
        } catch {
            throw PGError(.connectFailed, "Could not connect: \(error)", retry: .safe)
        }
        try await stream.wait(for: .writable, "connecting")
        do {
            try stream.socket.connectResult()
        } catch {
            throw PGError(.connectFailed, "Could not connect: \(error)", retry: .safe)
        }
        if let user = configuration.requiredPeer, address.isUnix { try stream.socket.requirePeer(user) }
        return stream
    }

    /// Makes the rest of the stream encrypted.
    ///
    /// - Parameter isDirect: Whether TLS begins the connection: then the server has to confirm that it speaks PostgreSQL's
    ///   protocol under it, since another service could be behind the same port.
    mutating func startTLS(
        _ context: TLSContext, host: String, sendsServerName: Bool = true, isDirect: Bool = false
    ) async throws(PGError) {
        let session = try TLSSession.client(context, host: host, sendsServerName: sendsServerName)
        do throws(PGError) {
            try await handshake(session)
        } catch {
            // A reset ends a handshake like a close: which of them comes is the kernel's choice.
            guard error.code == .connectionClosed else { throw error }
            let cure = isDirect ? "; sslnegotiation=direct needs PostgreSQL 17 or later" : ""
            throw PGError(.tls, "The server ended the connection during the TLS handshake\(cure)", retry: .unknown)
        }
        try adopt(session, isDirect: isDirect)
    }

    private mutating func adopt(_ session: consuming TLSSession, isDirect: Bool) throws(PGError) {
        guard !isDirect || session.applicationProtocol != nil else {
            throw PGError(
                .tls,
                "The server did not confirm that it speaks PostgreSQL's protocol under TLS (ALPN); "
                    + "give sslnegotiation=postgres", retry: .pointless)
        }
        security = session.security
        tls = consume session
    }

    private mutating func handshake(_ session: borrowing TLSSession) async throws(PGError) {
        while true {
            let isComplete = try session.handshake()
            session.send(into: &ciphertext)
            try await transmit()
            if isComplete { return }
            guard try await receiveBytes(into: .ciphertext) else {
                throw PGError(.connectionClosed, "The server closed the connection", retry: .unknown)
            }
            try session.receive(&ciphertext)
        }
    }

    /// Sends the bytes.
    mutating func send(_ bytes: [UInt8]) async throws(PGError) {
        output.append(bytes)
        if tls != nil {
            try tls?.encrypt(&output)
            tls?.send(into: &ciphertext)
        } else {
            swap(&output, &ciphertext)
        }
        try await transmit()
    }

    /// Receives at least one byte more into ``input``; false at the end of the stream.
    mutating func receive() async throws(PGError) -> Bool {
        guard tls != nil else { return try await receiveBytes(into: .input) }
        while !hasEnded {
            let before = input.count
            guard try await receiveBytes(into: .ciphertext) else { return false }
            try tls?.receive(&ciphertext)
            hasEnded = try tls?.decrypt(into: &input) ?? true
            tls?.send(into: &ciphertext)
            try await transmit()
            if input.count > before { return true }
        }
        return false
    }

    /// Drops bytes from the front of ``input``.
    mutating func consumeInput(_ count: Int) {
        input.consume(count)
    }

    /// Hands socket, session and unread bytes to the one who goes on with them.
    mutating func takeApart() -> Parts {
        var input = ByteBuffer(capacity: 16)
        swap(&input, &self.input)
        return Parts(socket: socket, tls: tls.take(), input: input, hasEnded: hasEnded)
    }

    /// What a connection goes on with once its startup is over.
    struct Parts: ~Copyable {
        let socket: Socket
        var tls: TLSSession?
        var input: ByteBuffer
        /// Whether the peer has ended TLS behind the last of `input`, which it does not say again.
        let hasEnded: Bool
    }

    private enum Destination { case input, ciphertext }

    private mutating func receiveBytes(into destination: Destination) async throws(PGError) -> Bool {
        while true {
            let progress: Socket.Progress
            do {
                progress =
                    switch destination {
                    case .input: try socket.receive(into: &input, limit: 4096)
                    case .ciphertext: try socket.receive(into: &ciphertext, limit: 4096)
                    }
            } catch {
                throw PGError(.connectionClosed, "The connection broke: \(sendFailure ?? error)", retry: .safe)
            }
            switch progress {
            case .bytes: return true
            case .end: return false
            case .wouldBlock: try await wait(for: .readable, "waiting for the server's answer")
            }
        }
    }

    private mutating func transmit() async throws(PGError) {
        while transmitOnce() { try await wait(for: .writable, "sending") }
    }

    /// Sends what can be sent at once, and returns whether something is left.
    ///
    /// A failure is reported once there is nothing more to receive: what the server said before it closed the connection
    /// tells more.
    private mutating func transmitOnce() -> Bool {
        while !ciphertext.isEmpty {
            do throws(SystemError) {
                guard sendFailure == nil else { break }
                if case .wouldBlock = try socket.send(from: &ciphertext) { return true }
            } catch {
                sendFailure = error
            }
        }
        ciphertext.consume(ciphertext.count)
        return false
    }

    private func wait(for readiness: Readiness, _ what: String) async throws(PGError) {
        switch await ReadinessWait.wait(for: readiness, of: socket, on: loop, until: deadline) {
        case .ready: return
        case .deadline: throw PGError(.timeout, "Timed out \(what)", retry: .safe)
        case .cancelled: throw PGError(.cancelled, "Cancelled while \(what)", retry: .safe)
        case .failed(let error): throw PGError(.connectFailed, "The connection failed: \(error)", retry: .safe)
        }
    }
}
