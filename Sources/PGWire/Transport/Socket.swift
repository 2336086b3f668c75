import CLinux
import Glibc

/// A non-blocking stream socket. It is closed when its last owner lets go, so that no thread can write to a descriptor
/// that has meanwhile become another one's.
final class Socket: Sendable {
    let descriptor: CInt

    private init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Begins to connect. The socket becomes writable once that has succeeded or failed; ``connectResult()`` says which.
    static func connecting(
        to address: SocketAddress, _ options: PGTCPConfiguration = PGTCPConfiguration()
    ) throws(SystemError) -> Socket {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw SystemError.last }
        let socket = Socket(descriptor: descriptor)
        if !address.isUnix {
            try socket.setOption(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
            try socket.apply(options)
        }
        let status = unsafe address.withSockAddr { unsafe Glibc.connect(descriptor, $0, $1) }
        guard status == 0 || errno == EINPROGRESS else { throw SystemError.last }
        return socket
    }

    /// How the connecting that ``connecting(to:)`` began has ended.
    func connectResult() throws(SystemError) {
        let error = try option(SOL_SOCKET, SO_ERROR)
        guard error == 0 else { throw SystemError(errno: error) }
    }

    /// What a read or a write did.
    enum Progress: Sendable {
        case bytes(Int)
        case wouldBlock
        case end
    }

    /// Receives what there is, up to `limit` bytes, into the buffer.
    func receive(into buffer: inout ByteBuffer, limit: Int) throws(SystemError) -> Progress {
        var progress = Progress.wouldBlock
        _ = unsafe try buffer.write(atLeast: limit) { (room) throws(SystemError) -> Int in
            while true {
                let count = unsafe recv(descriptor, room.baseAddress, room.count, 0)
                if count > 0 {
                    progress = .bytes(count)
                    return count
                }
                if count == 0 {
                    progress = .end
                    return 0
                }
                if errno == EAGAIN || errno == EWOULDBLOCK { return 0 }
                if errno != EINTR { throw SystemError.last }
            }
        }
        return progress
    }

    /// Sends from the front of the buffer and consumes what was sent. No signal comes of a peer that went away.
    func send(from buffer: inout ByteBuffer) throws(SystemError) -> Progress {
        while true {
            let count = unsafe buffer.bytes.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count >= 0 {
                buffer.consume(count)
                return .bytes(count)
            }
            if errno == EAGAIN || errno == EWOULDBLOCK { return .wouldBlock }
            if errno != EINTR { throw SystemError.last }
        }
    }

    /// Ends both directions at once, whoever else still holds the socket.
    func shutDown() {
        Glibc.shutdown(descriptor, CInt(SHUT_RDWR))
    }
}
