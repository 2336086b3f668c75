/// One connection of a replay server.
struct ReplayConnection {
    let wire: Wire
    private let number: Int
    private let identity: TLSIdentity?
    private let isHostile: Bool
    private var framer = MessageFramer()
    private var hasClientEnded = false
    private var hasEnded = false

    init(_ number: Int, _ wire: Wire, identity: TLSIdentity?, isHostile: Bool) {
        self.isHostile = isHostile
        self.number = number
        self.wire = wire
        self.identity = identity
    }

    var isOver: Bool { hasClientEnded || wire.isBroken }

    func watch(_ poller: inout Poller) {
        poller.watch(wire.descriptor, wire.events(reading: !hasClientEnded))
    }

    /// Serves what can be served, and returns the mismatch with which the connection ends.
    mutating func serve(_ player: inout TranscriptPlayer) -> ReplayMismatch? {
        if wire.isHandshaking { wire.advance() }
        wire.flush()
        do throws(ReplayMismatch) {
            try receive(&player)
            try play(&player)
            return nil
        } catch {
            refuse(error)
            return error
        }
    }

    private mutating func receive(_ player: inout TranscriptPlayer) throws(ReplayMismatch) {
        // What comes after the transcript's step to TLS is libssl's to read.
        while !wire.isHandshaking, !hasClientEnded, !player.startsTLS(number) {
            switch wire.receive() {
            case .nothing: return
            case .end, .reset:
                hasClientEnded = true
                if !hasEnded { try player.ended(number) }
            case .bytes(let bytes):
                guard !hasEnded else { continue }
                for message in framer.receive(bytes, from: .client) { try player.receive(message, on: number) }
                try play(&player)
            }
        }
    }

    private mutating func play(_ player: inout TranscriptPlayer) throws(ReplayMismatch) {
        while !hasEnded, !wire.isFull, !wire.isHandshaking, let step = player.next(on: number) {
            switch step {
            case .send(let message):
                _ = framer.receive(message.bytes, from: .server)
                wire.send(message.bytes)
            case .startTLS:
                if let identity { wire.acceptTLS(identity.context) }
                wire.advance()
            case .end:
                hasEnded = true
                wire.end()
            case .reset:
                hasEnded = true
                wire.flush()
                wire.reset()
            }
        }
    }

    /// Tells the client, in the words of a server, what it did.
    private mutating func refuse(_ mismatch: ReplayMismatch) {
        guard !hasEnded else { return }
        hasEnded = true
        guard !isHostile else { return }
        var fields = Array("SFATAL\0VFATAL\0C08P01\0M".utf8)
        fields += Array("\(mismatch)".utf8) + [0, 0]
        var message = [UInt8(ascii: "E")]
        message.append(integer: UInt32(truncatingIfNeeded: fields.count + 4))
        wire.send(message + fields)
        wire.end()
    }
}
