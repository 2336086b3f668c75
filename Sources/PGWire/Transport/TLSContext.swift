import COpenSSL
import Glibc

/// What the connections of one configuration share: which certificates they trust and which versions they speak.
@safe final class TLSContext: @unchecked Sendable {
    // @unchecked Sendable: an SSL_CTX counts its references atomically and is not changed after `init`.

    /// How the server's certificate is checked.
    enum Verification: Sendable, Hashable {
        /// Not at all.
        case none
        /// It was issued by a trusted authority.
        case authority
        /// That, and it is for the host that was asked for.
        case authorityAndHost
    }

    /// Where the trusted authorities are listed.
    enum Roots: Sendable, Hashable {
        case system
        case file(String)
    }

    fileprivate let pointer: OpaquePointer
    let verification: Verification

    /// - Throws: ``PGError`` with ``PGError/Code/tls`` where the roots cannot be read.
    init(verification: Verification, roots: Roots?) throws(PGError) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw OpenSSLFailure.error("TLS could not be set up")
        }
        unsafe pointer = context
        self.verification = verification
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
        guard verification != .none else { return }
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        switch roots {
        case .system, nil:
            guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw OpenSSLFailure.error("The system's trusted certificates could not be read")
            }
        case .file(let path):
            guard unsafe SSL_CTX_load_verify_locations(context, path, nil) == 1 else {
                throw OpenSSLFailure.error("The root certificate file “\(path)” could not be read")
            }
        }
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    /// A session's raw state with its memory BIOs attached.
    fileprivate func makeSession() -> OpaquePointer? {
        unsafe SSL_new(pointer)
    }
}

/// One TLS session between two byte buffers: it neither sends nor receives.
///
/// Memory BIOs keep libssl away from the descriptor, so that the same loop serves connections with and without TLS.
@safe struct TLSSession: ~Copyable, @unchecked Sendable {
    // @unchecked Sendable: noncopyable, so that its holder is its only user.

    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer

    private init(ssl: OpaquePointer, incoming: OpaquePointer, outgoing: OpaquePointer) {
        unsafe self.ssl = ssl
        unsafe self.incoming = incoming
        unsafe self.outgoing = outgoing
    }

    /// A client's session with `host`, which is named in the hello unless it is an address, and checked against the
    /// certificate where the context says so.
    static func client(_ context: TLSContext, host: String) throws(PGError) -> TLSSession {
        guard let ssl = unsafe context.makeSession(), let incoming = unsafe BIO_new(BIO_s_mem()),
            let outgoing = unsafe BIO_new(BIO_s_mem())
        else { throw OpenSSLFailure.error("A TLS session could not be made") }
        unsafe SSL_set_bio(ssl, incoming, outgoing)
        unsafe SSL_set_connect_state(ssl)
        let session = unsafe TLSSession(ssl: ssl, incoming: incoming, outgoing: outgoing)
        try session.expect(host: host, verified: context.verification == .authorityAndHost)
        return session
    }

    private func expect(host: String, verified: Bool) throws(PGError) {
        let isAddress = Self.isAddress(host)
        if !isAddress {
            var name = Array(host.utf8CString)
            let set = unsafe name.withUnsafeMutableBytes {
                unsafe SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), $0.baseAddress)
            }
            guard set == 1 else { throw OpenSSLFailure.error("The host's name does not fit into TLS") }
        }
        guard verified else { return }
        let parameters = unsafe SSL_get0_param(ssl)
        unsafe X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        let set =
            isAddress
            ? unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, host)
            : unsafe X509_VERIFY_PARAM_set1_host(parameters, host, 0)
        guard set == 1 else { throw OpenSSLFailure.error("The host's name cannot be checked against a certificate") }
    }

    private static func isAddress(_ host: String) -> Bool {
        var room = in6_addr()
        let families = [AF_INET, AF_INET6]
        return families.contains { unsafe inet_pton($0, host, &room) == 1 }
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    /// Goes on with the handshake; true once it is complete.
    func handshake() throws(PGError) -> Bool {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(ssl)
        if result == 1 { return true }
        let reason = unsafe SSL_get_error(ssl, result)
        if reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE { return false }
        let verdict = unsafe SSL_get_verify_result(ssl)
        if verdict != Int(X509_V_OK) {
            let text = unsafe String(cString: X509_verify_cert_error_string(verdict))
            throw PGError(.tls, "The server's certificate is refused: \(text)", retry: .pointless)
        }
        throw OpenSSLFailure.error("The TLS handshake failed")
    }

    /// Takes what the peer sent.
    func receive(_ ciphertext: inout ByteBuffer) throws(PGError) {
        while !ciphertext.isEmpty {
            let count = unsafe ciphertext.bytes.withUnsafeBytes {
                unsafe BIO_write(incoming, $0.baseAddress, CInt(clamping: $0.count))
            }
            guard count > 0 else { throw OpenSSLFailure.error("TLS ran out of memory") }
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
            default: throw OpenSSLFailure.error("The TLS connection broke")
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
            guard count > 0 else { throw OpenSSLFailure.error("The TLS connection broke") }
            plaintext.consume(Int(count))
        }
    }

    /// Tells the peer that nothing more will come.
    func end() {
        ERR_clear_error()
        unsafe SSL_shutdown(ssl)
    }
}

/// The reason that libcrypto left in its queue, as an error.
private enum OpenSSLFailure {
    static func error(_ what: String) -> PGError {
        let code = ERR_get_error()
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else {
            return PGError(.tls, what, retry: .pointless)
        }
        return PGError(.tls, "\(what): \(unsafe String(cString: reason))", retry: .pointless)
    }
}
