/// One connection of a recorder: two sockets, whose bytes it passes on as they come and writes down as messages.
struct RecordedConnection {
    private enum TLSUse {
        case undecided
        case none
        case requested
        case used
    }

    let client: Wire
    let server: Wire
    private let number: Int
    private let identity: TLSIdentity?
    private let record: ((inout Recording) -> Void) -> Void
    private var framer = MessageFramer()
    private var redaction: Redaction
    private var tls = TLSUse.undecided
    private var hasClientEnded = false
    private var hasServerEnded = false
    /// Whether the client has said that it leaves: then it is the one who ends, whoever's end is seen first.
    private var hasTerminated = false

    init(
        _ number: Int, client: Wire, server: Wire, identity: TLSIdentity?,
        record: @escaping ((inout Recording) -> Void) -> Void
    ) {
        self.number = number
        self.client = client
        self.server = server
        self.identity = identity
        self.record = record
        redaction = Redaction(connection: number)
    }

    var isOver: Bool { hasClientEnded && hasServerEnded || client.isBroken && server.isBroken }

    func watch(_ poller: inout Poller) {
        poller.watch(client.descriptor, client.events(reading: !hasClientEnded && !server.isFull))
        poller.watch(server.descriptor, server.events(reading: !hasServerEnded && !client.isFull))
    }

    /// Whether something can be served without waiting for a socket.
    var hasPending: Bool { client.hasPending && !server.isFull || server.hasPending && !client.isFull }

    mutating func serve() {
        if tls == .undecided { begin() }
        if client.isHandshaking, client.advance() {
            let number = number
            record { $0.add(.tls, of: number) }
        }
        if server.isHandshaking { server.advance() }
        client.flush()
        server.flush()
        if !client.isHandshaking, !server.isHandshaking {
            if !hasClientEnded, !server.isFull { pass(client.receive(), from: .client) }
            if !hasServerEnded, !client.isFull { pass(server.receive(), from: .server) }
        }
        if client.isBroken || server.isBroken { breakOff() }
    }

    /// Looks at the first byte: one that begins a handshake is not to be taken from the socket.
    private mutating func begin() {
        guard let first = client.peek() else { return }
        guard first == 0x16, let identity else {
            tls = .none
            return
        }
        tls = .used
        record { $0.note(.direct) }
        server.connectTLS(isDirect: true)
        client.acceptTLS(identity.context)
    }

    private mutating func pass(_ reception: Wire.Reception, from origin: MessageOrigin) {
        let sink = origin == .client ? server : client
        switch reception {
        case .nothing: return
        case .bytes(let bytes):
            let messages = framer.receive(bytes, from: origin)
            let number = number
            var redaction = redaction
            record { recording in
                for message in messages { recording.add(message, of: number, &redaction) }
            }
            self.redaction = redaction
            sink.send(bytes)
            for message in messages { follow(message) }
        case .end:
            note(.closed(hasTerminated ? .client : origin))
            hasEnded(origin)
            sink.end()
        case .reset:
            note(hasTerminated ? .closed(.client) : .reset(origin))
            hasEnded(origin)
            sink.reset()
        }
    }

    private mutating func follow(_ message: WireMessage) {
        switch message.name {
        case "Terminate": hasTerminated = true
        case "SSLRequest": tls = .requested
        case "EncryptionResponse" where tls == .requested && message.bytes == [UInt8(ascii: "S")]:
            guard let identity else { return }
            tls = .used
            record { $0.note(.negotiated) }
            client.acceptTLS(identity.context)
            server.connectTLS(isDirect: false)
        default: break
        }
    }

    private mutating func hasEnded(_ origin: MessageOrigin) {
        switch origin {
        case .client: hasClientEnded = true
        case .server: hasServerEnded = true
        }
    }

    private mutating func breakOff() {
        note(client.isBroken ? .closed(.client) : .closed(.server))
        (hasClientEnded, hasServerEnded) = (true, true)
    }

    private func note(_ event: TranscriptEntry.Event) {
        let number = number
        record { $0.add(event, of: number) }
    }
}
