import COpenSSL
import Glibc

/// A socket that never blocks, with TLS where it was begun, in the hands of one thread.
@safe final class Wire {
    /// What came of an attempt to receive.
    enum Reception {
        case bytes([UInt8])
        case nothing
        case end
        case reset
    }

    /// What is yet to be sent may not grow beyond this; the other side's sender is not read meanwhile.
    static let highWater = 1 << 20

    let descriptor: Int32
    private var ssl: OpaquePointer?
    private var outgoing: [UInt8] = []
    /// Where bytes are received.
    private var room = [UInt8](repeating: 0, count: 16 << 10)
    private(set) var isHandshaking = false
    /// Whether sending has failed.
    private(set) var isBroken = false
    private var endsAfterSending = false

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        Loopback.sendAtOnce(descriptor)
    }

    deinit {
        if let ssl = unsafe ssl { unsafe SSL_free(ssl) }
        ERR_clear_error()
        Glibc.close(descriptor)
    }

    var isFull: Bool { outgoing.count >= Self.highWater }

    /// What poll(2) has to look for.
    func events(reading: Bool) -> Int16 {
        let wantsWriting = !outgoing.isEmpty && !isHandshaking
        return (reading || isHandshaking ? Int16(POLLIN) : 0) | (wantsWriting ? Int16(POLLOUT) : 0)
    }

    /// Whether decrypted bytes wait, which poll(2) does not see.
    var hasPending: Bool {
        guard let ssl = unsafe ssl else { return false }
        return unsafe SSL_pending(ssl) > 0
    }

    // MARK: TLS

    /// Goes over to TLS as a server; what waits to be sent goes first.
    func acceptTLS(_ context: TLSServerContext) {
        unsafe begin(SSL_new(context.pointer), isServer: true)
    }

    /// Goes over to TLS as a client that believes every certificate.
    func connectTLS(isDirect: Bool) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { return }
        defer { unsafe SSL_CTX_free(context) }
        unsafe begin(SSL_new(context), isServer: false)
        if isDirect, let ssl = unsafe ssl {
            unsafe SSL_set_alpn_protos(ssl, TLSServerContext.applicationProtocol, 11)
        }
        advance()
    }

    private func begin(_ session: OpaquePointer?, isServer: Bool) {
        guard let session = unsafe session else { return }
        while !outgoing.isEmpty, !isBroken { sendOnce() }
        // Partial writes, from memory that moves in between.
        unsafe SSL_ctrl(session, SSL_CTRL_MODE, 1 | 2, nil)
        unsafe SSL_set_fd(session, descriptor)
        unsafe isServer ? SSL_set_accept_state(session) : SSL_set_connect_state(session)
        unsafe ssl = session
        isHandshaking = true
    }

    /// Goes on with the handshake; true once it is complete.
    @discardableResult
    func advance() -> Bool {
        guard isHandshaking, let ssl = unsafe ssl else { return false }
        ERR_clear_error()
        let status = unsafe SSL_do_handshake(ssl)
        if status == 1 {
            isHandshaking = false
            flush()
            return true
        }
        switch unsafe SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        default:
            isBroken = true
            isHandshaking = false
        }
        return false
    }

    // MARK: Bytes

    /// The first byte that came, left where it is; nil where none has.
    func peek() -> UInt8? {
        var byte: UInt8 = 0
        return unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK)) == 1 ? byte : nil
    }

    func receive() -> Reception {
        if let ssl = unsafe ssl {
            ERR_clear_error()
            let count = unsafe SSL_read(ssl, &room, Int32(room.count))
            if count > 0 { return .bytes(Array(room.prefix(Int(count)))) }
            switch unsafe SSL_get_error(ssl, count) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .nothing
            case SSL_ERROR_SYSCALL where errno == ECONNRESET: return .reset
            default: return .end
            }
        }
        let count = unsafe recv(descriptor, &room, room.count, 0)
        if count > 0 { return .bytes(Array(room.prefix(count))) }
        if count == 0 { return .end }
        return errno == EAGAIN || errno == EINTR ? .nothing : .reset
    }

    func send(_ bytes: [UInt8]) {
        guard !isBroken else { return }
        outgoing += bytes
        flush()
    }

    /// Sends what the socket takes.
    func flush() {
        while !isHandshaking, !isBroken, !outgoing.isEmpty, sendOnce() {}
        if outgoing.isEmpty, endsAfterSending { shutDownWriting() }
    }

    /// Ends this side's stream once everything is sent.
    func end() {
        endsAfterSending = true
        flush()
    }

    /// Ends the connection by a reset when it is let go of.
    func reset() {
        Loopback.resetAtClose(descriptor)
        isBroken = true
    }

    private func shutDownWriting() {
        endsAfterSending = false
        if let ssl = unsafe ssl, !isHandshaking { unsafe SSL_shutdown(ssl) }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Returns whether anything was sent.
    @discardableResult
    private func sendOnce() -> Bool {
        let portion = min(outgoing.count, 64 << 10)
        let count: Int
        if let ssl = unsafe ssl {
            ERR_clear_error()
            count = unsafe Int(SSL_write(ssl, outgoing, Int32(portion)))
            if count <= 0 {
                let error = unsafe SSL_get_error(ssl, Int32(count))
                if error != SSL_ERROR_WANT_READ, error != SSL_ERROR_WANT_WRITE { isBroken = true }
                return false
            }
        } else {
            count = unsafe Glibc.send(descriptor, outgoing, portion, Int32(MSG_NOSIGNAL))
            if count <= 0 {
                if errno != EAGAIN, errno != EINTR { isBroken = true }
                return false
            }
        }
        outgoing.removeFirst(count)
        return true
    }
}
