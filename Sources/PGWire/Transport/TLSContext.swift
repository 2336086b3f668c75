import COpenSSL
import Glibc

/// What the connections of one configuration share: which certificates they trust, what they show of themselves and which
/// versions they speak.
@safe final class TLSContext: @unchecked Sendable {
    // @unchecked Sendable: an SSL_CTX counts its references atomically and is not changed after `init`.

    private let pointer: OpaquePointer
    let settings: TLSSettings

    /// The protocol that is named in the handshake, with its length (ALPN, RFC 7301).
    private static let applicationProtocol = [UInt8(10)] + Array("postgresql".utf8)

    /// - Throws: ``PGError`` with ``PGError/Code/tls`` where a file cannot be used.
    init(_ settings: TLSSettings) throws(PGError) {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw TLSFailure.error("TLS could not be set up")
        }
        unsafe pointer = context
        self.settings = settings
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
        // Macros that do not import: SSL_OP_NO_COMPRESSION and SSL_OP_NO_RENEGOTIATION.
        unsafe SSL_CTX_set_options(context, 1 << 17 | 1 << 30)
        unsafe SSL_CTX_set_alpn_protos(context, Self.applicationProtocol, UInt32(Self.applicationProtocol.count))
        try setVersions()
        try trustRoots()
        try loadRevocations()
        if let identity = settings.identity { try load(identity) }
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    /// A session's raw state.
    func makeSession() -> OpaquePointer? {
        unsafe SSL_new(pointer)
    }

    private func setVersions() throws(PGError) {
        let bounds = [
            (SSL_CTRL_SET_MIN_PROTO_VERSION, settings.minimumVersion.number),
            (SSL_CTRL_SET_MAX_PROTO_VERSION, settings.maximumVersion?.number ?? 0),
        ]
        for (control, number) in bounds where unsafe SSL_CTX_ctrl(pointer, control, number, nil) != 1 {
            throw TLSFailure.error("The version of TLS could not be set")
        }
    }

    private func trustRoots() throws(PGError) {
        switch settings.roots {
        case .none: return
        case .system:
            guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw TLSFailure.error("The system's trusted certificates could not be read")
            }
        case .file(let file):
            guard unsafe SSL_CTX_load_verify_locations(pointer, file.path, nil) == 1 else {
                throw TLSFailure.error("The root certificate file “\(file.path)” could not be read")
            }
        }
        unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
    }

    private func loadRevocations() throws(PGError) {
        guard settings.revocationList != nil || settings.revocationDirectory != nil else { return }
        let store = unsafe SSL_CTX_get_cert_store(pointer)
        let (list, folder) = (settings.revocationList?.path, settings.revocationDirectory?.path)
        guard unsafe X509_STORE_load_locations(store, list, folder) == 1 else {
            throw TLSFailure.error("The revoked certificates in “\(list ?? folder ?? "")” could not be read")
        }
        unsafe X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
    }

    private func load(_ identity: TLSSettings.Identity) throws(PGError) {
        let (certificate, key) = (identity.certificate.path, identity.key.path)
        guard unsafe SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
            throw TLSFailure.error("The client certificate “\(certificate)” could not be read")
        }
        guard loadKey(key, password: identity.keyPassword) else {
            throw TLSFailure.error("The private key “\(key)” could not be read")
        }
        guard unsafe SSL_CTX_check_private_key(pointer) == 1 else {
            throw TLSFailure.error("The private key “\(key)” does not belong to the certificate “\(certificate)”")
        }
    }

    /// Reads a key in PEM or DER form. libcrypto asks nobody for its password but this.
    private func loadKey(_ path: String, password: String?) -> Bool {
        var password = Array((password ?? "").utf8CString)
        return unsafe password.withUnsafeMutableBytes { password in
            unsafe SSL_CTX_set_default_passwd_cb(pointer) { buffer, size, _, password in
                guard let buffer = unsafe buffer, let password = unsafe password else { return 0 }
                let length = unsafe strlen(password.assumingMemoryBound(to: CChar.self))
                guard length <= Int(size) else { return 0 }
                unsafe memcpy(buffer, password, length)
                return CInt(length)
            }
            unsafe SSL_CTX_set_default_passwd_cb_userdata(pointer, password.baseAddress)
            defer { unsafe SSL_CTX_set_default_passwd_cb_userdata(pointer, nil) }
            if unsafe SSL_CTX_use_PrivateKey_file(pointer, path, SSL_FILETYPE_PEM) == 1 { return true }
            // The reason why it is no PEM stays the one to report.
            ERR_set_mark()
            let isDER = unsafe SSL_CTX_use_PrivateKey_file(pointer, path, SSL_FILETYPE_ASN1) == 1
            ERR_pop_to_mark()
            return isDER
        }
    }
}

extension PGTLSConfiguration.Version {
    /// The version as libssl writes it.
    fileprivate var number: Int {
        switch self {
        case .tls1_0: Int(TLS1_VERSION)
        case .tls1_1: Int(TLS1_1_VERSION)
        case .tls1_2: Int(TLS1_2_VERSION)
        case .tls1_3: Int(TLS1_3_VERSION)
        }
    }
}
