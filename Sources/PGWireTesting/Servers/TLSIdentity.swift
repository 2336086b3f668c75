import COpenSSL

/// The certificate and key with which a server of this library speaks TLS.
public struct TLSIdentity: Sendable {
    /// What kept an identity from being made.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// What was wrong.
        public let description: String
    }

    let context: TLSServerContext

    /// An identity that signs itself, made for this moment: for `localhost` and 127.0.0.1, good for a day.
    ///
    /// - Throws: ``Failure`` where libcrypto refuses.
    public static func selfSigned() throws(Failure) -> TLSIdentity {
        TLSIdentity(context: try TLSServerContext.selfSigned())
    }

    /// An identity in files.
    ///
    /// - Parameters:
    ///   - certificate: The certificate in PEM form, those of its issuers behind it.
    ///   - key: The private key in PEM form, without a password.
    /// - Throws: ``Failure`` where a file cannot be used or they do not belong together.
    public init(certificate: String, key: String) throws(Failure) {
        context = try TLSServerContext.files(certificate: certificate, key: key)
    }

    private init(context: TLSServerContext) {
        self.context = context
    }
}

/// libssl's settings for the server's side.
@safe final class TLSServerContext: @unchecked Sendable {
    // @unchecked Sendable: it is set up before anybody else sees it, and libssl lets threads share it from then on.
    let pointer: OpaquePointer
    /// The certificate's digest for channel binding (RFC 5929 section 4.1); all that are made here use SHA-256.
    private(set) var endPoint: [UInt8] = []

    private init(_ pointer: OpaquePointer) {
        unsafe self.pointer = pointer
        // A name that is chosen whatever the client offers, where it offers any (ALPN): that of PostgreSQL.
        unsafe SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, chosen, length, offered, count, _ in
                var result: UnsafeMutablePointer<UInt8>?
                let status = unsafe SSL_select_next_proto(
                    &result, length, TLSServerContext.applicationProtocol, 11, offered, count)
                guard status == 1, let result = unsafe result else { return 3 }
                unsafe chosen?.pointee = UnsafePointer(result)
                return 0
            }, nil)
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    /// `postgresql`, with its length before it, in memory that stays.
    nonisolated(unsafe) static let applicationProtocol: UnsafePointer<UInt8> = {
        let bytes: [UInt8] = [10] + Array("postgresql".utf8)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        unsafe memory.initialize(from: bytes, count: bytes.count)
        return unsafe UnsafePointer(memory)
    }()

    static func files(certificate: String, key: String) throws(TLSIdentity.Failure) -> TLSServerContext {
        let context = try make()
        guard unsafe SSL_CTX_use_certificate_chain_file(context.pointer, certificate) == 1 else {
            throw failure("the certificate \(certificate)")
        }
        guard unsafe SSL_CTX_use_PrivateKey_file(context.pointer, key, SSL_FILETYPE_PEM) == 1 else {
            throw failure("the key \(key)")
        }
        try context.noteEndPoint()
        return context
    }

    static func selfSigned() throws(TLSIdentity.Failure) -> TLSServerContext {
        let context = try make()
        guard let key = unsafe newKey() else { throw failure("a new key") }
        defer { unsafe EVP_PKEY_free(key) }
        guard let certificate = unsafe X509_new() else { throw failure("a new certificate") }
        defer { unsafe X509_free(certificate) }
        unsafe X509_set_version(certificate, 2)
        unsafe ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
        unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), 86_400)
        unsafe X509_set_pubkey(certificate, key)
        let name = unsafe X509_get_subject_name(certificate)
        unsafe X509_NAME_add_entry_by_txt(name, "CN", Int32(MBSTRING_UTF8), "localhost", -1, -1, 0)
        unsafe X509_set_issuer_name(certificate, name)
        if let names = unsafe X509V3_EXT_conf_nid(nil, nil, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1") {
            unsafe X509_add_ext(certificate, names, -1)
            unsafe X509_EXTENSION_free(names)
        }
        guard unsafe X509_sign(certificate, key, EVP_sha256()) > 0,
            unsafe SSL_CTX_use_certificate(context.pointer, certificate) == 1,
            unsafe SSL_CTX_use_PrivateKey(context.pointer, key) == 1
        else { throw failure("a new certificate") }
        try context.noteEndPoint()
        return context
    }

    private static func make() throws(TLSIdentity.Failure) -> TLSServerContext {
        ERR_clear_error()
        guard let pointer = unsafe SSL_CTX_new(TLS_server_method()) else { throw failure("TLS") }
        return unsafe TLSServerContext(pointer)
    }

    /// A key on the curve P-256.
    private static func newKey() -> OpaquePointer? {
        guard let generator = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(generator) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(generator) == 1,
            unsafe EVP_PKEY_CTX_set_ec_paramgen_curve_nid(generator, NID_X9_62_prime256v1) == 1,
            unsafe EVP_PKEY_keygen(generator, &key) == 1
        else { return nil }
        return unsafe key
    }

    private func noteEndPoint() throws(TLSIdentity.Failure) {
        var digest = [UInt8](repeating: 0, count: 64)
        var length = UInt32(0)
        guard let certificate = unsafe SSL_CTX_get0_certificate(pointer),
            unsafe X509_digest(certificate, EVP_sha256(), &digest, &length) == 1
        else { throw Self.failure("the certificate") }
        endPoint = Array(digest.prefix(Int(length)))
    }

    private static func failure(_ what: String) -> TLSIdentity.Failure {
        let code = ERR_get_error()
        let reason = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
        ERR_clear_error()
        return TLSIdentity.Failure(description: "\(what) cannot be used: \(reason ?? "error \(code)")")
    }
}
