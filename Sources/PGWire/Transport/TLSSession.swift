import COpenSSL
import Glibc

/// One TLS session between two byte buffers: it neither sends nor receives.
///
/// Memory BIOs keep libssl away from the descriptor, so that the same loop serves connections with and without TLS.
@safe struct TLSSession: ~Copyable, @unchecked Sendable {
    // @unchecked Sendable: noncopyable, so that its holder is its only user.

    private let context: TLSContext
    private let host: String
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// Whether the server asked for a client certificate; libssl's callback sets it.
    private let wasAsked: UnsafeMutablePointer<Bool>

    private init(
        _ context: TLSContext, _ host: String, ssl: OpaquePointer, incoming: OpaquePointer, outgoing: OpaquePointer
    ) {
        self.context = context
        self.host = host
        unsafe self.ssl = ssl
        unsafe self.incoming = incoming
        unsafe self.outgoing = outgoing
        unsafe wasAsked = .allocate(capacity: 1)
        unsafe wasAsked.initialize(to: false)
    }

    /// A client's session with `host`.
    ///
    /// - Parameter sendsServerName: Whether the hello names the host; an address is never named (RFC 6066 section 3).
    static func client(_ context: TLSContext, host: String, sendsServerName: Bool) throws(PGError) -> TLSSession {
        ERR_clear_error()
        guard let ssl = unsafe context.makeSession() else { throw TLSFailure.error("A TLS session could not be made") }
        guard let incoming = unsafe BIO_new(BIO_s_mem()), let outgoing = unsafe BIO_new(BIO_s_mem()) else {
            unsafe SSL_free(ssl)
            throw TLSFailure.error("A TLS session could not be made")
        }
        unsafe SSL_set_bio(ssl, incoming, outgoing)
        unsafe SSL_set_connect_state(ssl)
        let session = unsafe TLSSession(context, host, ssl: ssl, incoming: incoming, outgoing: outgoing)
        unsafe SSL_set_cert_cb(
            ssl,
            { _, wasAsked in
                unsafe wasAsked?.assumingMemoryBound(to: Bool.self).pointee = true
                return 1
            }, session.wasAsked)
        if sendsServerName, !isAddress(host) { try session.nameServer() }
        return session
    }

    private func nameServer() throws(PGError) {
        var name = Array(host.utf8CString)
        let set = unsafe name.withUnsafeMutableBytes {
            unsafe SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), $0.baseAddress)
        }
        guard set == 1 else { throw TLSFailure.error("The host's name does not fit into TLS") }
    }

    private static func isAddress(_ host: String) -> Bool {
        host.isEmpty || host.utf8.contains(UInt8(ascii: ":"))
            || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }

    deinit {
        unsafe SSL_free(ssl)
        unsafe wasAsked.deallocate()
    }

    /// Goes on with the handshake; true once it is complete and the server is whom the context wants it to be.
    func handshake() throws(PGError) -> Bool {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(ssl)
        if result == 1 {
            try checkProtocol()
            try checkHost()
            return true
        }
        let reason = unsafe SSL_get_error(ssl, result)
        if reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE { return false }
        let verdict = unsafe SSL_get_verify_result(ssl)
        if context.settings.roots != .none, verdict != Int(X509_V_OK) { throw TLSFailure.refusedCertificate(verdict) }
        throw TLSFailure.error("The TLS handshake failed")
    }

    private func checkProtocol() throws(PGError) {
        guard let name = applicationProtocol, !name.elementsEqual("postgresql".utf8) else { return }
        throw PGError(
            .tls,
            "The server chose another protocol for TLS than PostgreSQL's: "
                + String(decoding: name, as: UTF8.self).oneLine, retry: .pointless)
    }

    private func checkHost() throws(PGError) {
        guard context.settings.checksHost else { return }
        guard let certificate = unsafe PeerCertificate(of: ssl) else {
            throw PGError(.tls, "The server has no certificate, and sslmode=verify-full needs one", retry: .pointless)
        }
        let names = certificate.names()
        guard !names.match(host) else { return }
        throw PGError(
            .tls,
            "The server's certificate is for \(names.list), not for “\(host)”; connect by a name that it has, or give "
                + "the server a certificate for this one", retry: .pointless)
    }

    /// The protocol that the server chose in the handshake (ALPN), where it chose one.
    var applicationProtocol: [UInt8]? {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &length)
        guard let name = unsafe name, length > 0 else { return nil }
        return unsafe Array(UnsafeBufferPointer(start: name, count: Int(length)))
    }

    /// What authentication has to know of the session, once the handshake is complete.
    var security: ChannelSecurity {
        let wasAsked = unsafe wasAsked.pointee
        let clientCertificate: ChannelSecurity.ClientCertificate =
            !wasAsked ? .notRequested : context.settings.identity == nil ? .missing : .sent
        let endPoint = unsafe PeerCertificate(of: ssl)?.endPoint() ?? .unavailable("the server has no certificate")
        return .tls(endPoint: endPoint, clientCertificate: clientCertificate)
    }

    /// Takes what the peer sent.
    func receive(_ ciphertext: inout ByteBuffer) throws(PGError) {
        while !ciphertext.isEmpty {
            let count = unsafe ciphertext.bytes.withUnsafeBytes {
                unsafe BIO_write(incoming, $0.baseAddress, CInt(clamping: $0.count))
            }
            guard count > 0 else { throw TLSFailure.error("TLS ran out of memory") }
            ciphertext.consume(Int(count))
        }
    }

    /// Appends to `ciphertext` what has to be sent to the peer.
    func send(into ciphertext: inout ByteBuffer) {
        while true {
            let pending = unsafe BIO_ctrl_pending(outgoing)
            guard pending > 0 else { return }
            _ = unsafe ciphertext.write(atLeast: pending) { room in
                unsafe max(0, Int(BIO_read(outgoing, room.baseAddress, CInt(clamping: room.count))))
            }
        }
    }

    /// Decrypts what has come into `plaintext`.
    ///
    /// - Returns: Whether the peer has ended the session.
    func decrypt(into plaintext: inout ByteBuffer) throws(PGError) -> Bool {
        while true {
            ERR_clear_error()
            var status: CInt = 0
            _ = unsafe plaintext.write(atLeast: 16_384) { room in
                status = unsafe SSL_read(ssl, room.baseAddress, CInt(clamping: room.count))
                return max(0, Int(status))
            }
            if status > 0 { continue }
            switch unsafe SSL_get_error(ssl, status) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return false
            case SSL_ERROR_ZERO_RETURN: return true
            default: throw TLSFailure.error("The TLS connection broke")
            }
        }
    }

    /// Encrypts all of `plaintext`.
    func encrypt(_ plaintext: inout ByteBuffer) throws(PGError) {
        while !plaintext.isEmpty {
            ERR_clear_error()
            let count = unsafe plaintext.bytes.withUnsafeBytes {
                unsafe SSL_write(ssl, $0.baseAddress, CInt(clamping: $0.count))
            }
            guard count > 0 else { throw TLSFailure.error("The TLS connection broke") }
            plaintext.consume(Int(count))
        }
    }

    /// Tells the peer that nothing more will come.
    func end() {
        ERR_clear_error()
        unsafe SSL_shutdown(ssl)
    }
}
