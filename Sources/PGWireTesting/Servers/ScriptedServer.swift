import Glibc
import Synchronization

/// A server on 127.0.0.1 that plays prepared actions, for what a real server never does: it expects, answers, stalls and
/// breaks off where it is told to.
///
/// Each connection has a thread and a script of its own; the last script serves all further connections. No wait is
/// longer than twenty seconds.
public final class ScriptedServer: Sendable {
    /// One step of a connection's script.
    public enum Action: Sendable {
        /// Receives so many bytes.
        case receive(Int)
        /// Receives a message that has a length and no tag: a startup, a request for TLS or to cancel.
        case receiveUntagged
        /// Receives tagged messages up to and including the first with this tag.
        case receiveThrough(Character)
        /// Receives until the peer ends the connection.
        case receiveToEnd
        /// Sends bytes.
        case send([UInt8])
        /// Sends what it makes of the bytes received last.
        case reply(@Sendable ([UInt8]) -> [UInt8])
        /// Sends bytes, each on its own.
        case sendSingly([UInt8])
        /// Ends the server's side alone.
        case shutDownWriting
        /// Ends the connection by a reset.
        case reset
        /// Goes over to TLS.
        case startTLS(ScriptedTLS)
        /// Changes the keys of TLS, and has the client change its own.
        case updateKeys
        /// Asks for a new handshake, in TLS 1.2.
        case renegotiate
        /// Ends TLS in its own words, and leaves the connection as it is.
        case endTLS
        /// Sends bytes and the end of TLS at once, so that the peer reads both together.
        case sendAndEndTLS([UInt8])
    }

    private final class Record: Sendable {
        let received = Mutex<[Int: [UInt8]]>([:])
        let ended = Mutex<Set<Int>>([])
    }

    /// The port that it listens on.
    public let port: UInt16
    private let listener: Int32
    private let record = Record()

    /// Starts to listen. When a script is over, its connection is closed.
    public convenience init(_ scripts: [Action]...) throws {
        try self.init(scripts: scripts)
    }

    /// Starts to listen. When a script is over, its connection is closed.
    public init(scripts: [[Action]]) throws {
        let (listener, port) = try Loopback.listen()
        self.listener = listener
        self.port = port
        let record = record
        ServerThread.start {
            var number = 0
            while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
                let index = number
                number += 1
                ServerThread.start {
                    var connection = Connection(descriptor)
                    connection.play(scripts[min(index, scripts.count - 1)]) { bytes in
                        record.received.withLock { $0[index, default: []] += bytes }
                    }
                    close(descriptor)
                    record.ended.withLock { _ = $0.insert(index) }
                }
            }
            close(listener)
        }
    }

    deinit {
        // The thread that waits in accept(2) wakes and closes the descriptor.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// What a connection, counted from 0, has received so far.
    public func received(by connection: Int) -> [UInt8] {
        record.received.withLock { $0[connection] ?? [] }
    }

    /// Whether a connection's script is over.
    public func hasEnded(_ connection: Int) -> Bool {
        record.ended.withLock { $0.contains(connection) }
    }

    /// How many connections there were.
    public var connections: Int { record.received.withLock { $0.count } }
}

/// One connection of a scripted server, with blocking calls.
private struct Connection {
    private let descriptor: Int32
    private var tls: ScriptedTLSSession?

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        Loopback.sendAtOnce(descriptor)
    }

    /// Plays the script as far as the peer plays along.
    mutating func play(_ script: [ScriptedServer.Action], received: @escaping ([UInt8]) -> Void) {
        received([])
        var last: [UInt8] = []
        let received = { (bytes: [UInt8]) in
            last = bytes
            received(bytes)
        }
        for action in script {
            switch action {
            case .receive(let count):
                guard let bytes = receive(count) else { return }
                received(bytes)
            case .receiveUntagged:
                guard let bytes = receiveMessage(tagged: false) else { return }
                received(bytes)
            case .receiveThrough(let tag):
                var seen: UInt8?
                while seen != tag.asciiValue {
                    guard let bytes = receiveMessage(tagged: true) else { return }
                    received(bytes)
                    seen = bytes.first
                }
            case .receiveToEnd:
                while let byte = receive(1) { received(byte) }
            case .send(let bytes):
                guard send(bytes[...]) else { return }
            case .reply(let make):
                guard send(make(last)[...]) else { return }
            case .sendSingly(let bytes):
                for index in bytes.indices where !send(bytes[index...index]) { return }
            case .startTLS(let settings):
                tls = settings.accept(descriptor)
                if tls == nil { return }
            case .updateKeys: tls?.updateKeys()
            case .renegotiate: tls?.renegotiate()
            case .endTLS: tls?.end()
            case .sendAndEndTLS(let bytes):
                Loopback.holdBack(descriptor, true)
                guard send(bytes[...]) else { return }
                tls?.end()
                Loopback.holdBack(descriptor, false)
            case .shutDownWriting:
                shutdown(descriptor, Int32(SHUT_WR))
            case .reset:
                Loopback.resetAtClose(descriptor)
                return
            }
        }
    }

    private func receiveMessage(tagged: Bool) -> [UInt8]? {
        let header = tagged ? 5 : 4
        guard let head = receive(header) else { return nil }
        let length = head.suffix(4).reduce(0) { $0 << 8 | Int($1) }
        guard (4...(64 << 20)).contains(length), let rest = receive(length - 4) else { return nil }
        return head + rest
    }

    /// Receives exactly so many bytes; nil at the end of the stream.
    private func receive(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var offset = 0
        while offset < count {
            let got = unsafe bytes.withUnsafeMutableBytes { room in
                guard let start = room.baseAddress else { return 0 }
                if let tls { return unsafe tls.receive(start + offset, count - offset) }
                return unsafe recv(descriptor, start + offset, count - offset, 0)
            }
            guard got > 0 else { return nil }
            offset += got
        }
        return bytes
    }

    private func send(_ bytes: ArraySlice<UInt8>) -> Bool {
        if let tls { return tls.send(bytes) }
        var rest = bytes
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }
}
