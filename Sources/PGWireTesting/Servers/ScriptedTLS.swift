import COpenSSL
import Glibc

/// The server's side of TLS for a scripted server.
public struct ScriptedTLS: Sendable {
    /// The file of the server's certificate, in PEM form.
    public let certificate: String
    /// The file of its private key, in PEM form.
    public let key: String
    /// What it chooses as the application protocol (ALPN), whatever the client offers; nil is nothing.
    public var applicationProtocol: String?
    /// Whether it speaks TLS 1.2 and nothing newer.
    public var isOld = false

    /// A server that chooses a protocol, or none.
    public init(certificate: String, key: String, applicationProtocol: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.applicationProtocol = applicationProtocol
    }

    /// Performs the handshake on a blocking socket; nil where it fails.
    func accept(_ descriptor: Int32) -> ScriptedTLSSession? {
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { return nil }
        defer { unsafe SSL_CTX_free(context) }
        if isOld { unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil) }
        guard unsafe SSL_CTX_use_certificate_chain_file(context, certificate) == 1,
            unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
        else { return nil }
        var name: UnsafeMutablePointer<CChar>?
        if let applicationProtocol {
            unsafe name = strdup(applicationProtocol)
            unsafe SSL_CTX_set_alpn_select_cb(
                context,
                { _, chosen, length, _, _, name in
                    guard let name = unsafe name?.assumingMemoryBound(to: UInt8.self) else { return 3 }
                    unsafe chosen?.pointee = UnsafePointer(name)
                    unsafe length?.pointee = UInt8(strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self)))
                    return 0
                }, name)
        }
        defer { unsafe free(name) }
        guard let ssl = unsafe SSL_new(context) else { return nil }
        unsafe SSL_set_fd(ssl, descriptor)
        let session = unsafe ScriptedTLSSession(ssl)
        return unsafe SSL_accept(ssl) == 1 ? session : nil
    }
}

/// An encrypted connection of a scripted server.
@safe final class ScriptedTLSSession {
    private let ssl: OpaquePointer

    fileprivate init(_ ssl: OpaquePointer) {
        unsafe self.ssl = ssl
    }

    deinit {
        unsafe SSL_free(ssl)
        ERR_clear_error()
    }

    /// Receives up to `count` bytes; 0 or less at the end.
    func receive(_ room: UnsafeMutableRawPointer, _ count: Int) -> Int {
        ERR_clear_error()
        return unsafe Int(SSL_read(ssl, room, Int32(count)))
    }

    func send(_ bytes: ArraySlice<UInt8>) -> Bool {
        ERR_clear_error()
        return unsafe bytes.withUnsafeBytes { unsafe SSL_write(ssl, $0.baseAddress, Int32($0.count)) == $0.count }
    }

    /// Changes its keys and has the client change its own.
    func updateKeys() {
        unsafe SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED)
        unsafe SSL_do_handshake(ssl)
    }

    /// Asks the client to negotiate again, as TLS 1.2 could.
    func renegotiate() {
        unsafe SSL_renegotiate(ssl)
        unsafe SSL_do_handshake(ssl)
    }

    /// Says that nothing more will come.
    func end() {
        unsafe SSL_shutdown(ssl)
    }
}
