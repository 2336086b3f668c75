import COpenSSL

/// The certificate that the server showed.
@safe struct PeerCertificate: ~Copyable {
    private let pointer: OpaquePointer

    /// Nil where the server showed none.
    init?(of ssl: OpaquePointer) {
        guard let certificate = unsafe SSL_get1_peer_certificate(ssl) else { return nil }
        unsafe pointer = certificate
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// Its digest for channel binding: by the hash function of its own signature, with SHA-256 in the place of MD5 and
    /// SHA-1 (RFC 5929 section 4.1).
    func endPoint() -> ChannelSecurity.EndPoint {
        ERR_clear_error()
        var function = NID_undef
        guard unsafe X509_get_signature_info(pointer, &function, nil, nil, nil) == 1 else {
            ERR_clear_error()
            return .unavailable("the algorithm of the server certificate's signature is not known")
        }
        if function == NID_md5 || function == NID_sha1 { function = NID_sha256 }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length = UInt32(0)
        guard let name = unsafe OBJ_nid2sn(function), let algorithm = unsafe EVP_get_digestbyname(name),
            unsafe X509_digest(pointer, algorithm, &digest, &length) == 1
        else {
            ERR_clear_error()
            return .unavailable(
                "the signature of the server's certificate has no hash function of its own, as with Ed25519; "
                    + "use another certificate, or channel_binding=disable")
        }
        return .digest(Array(digest.prefix(Int(length))))
    }

    /// Whom it is for.
    func names() -> CertificateNames {
        var names = CertificateNames()
        names.commonName = commonName()
        guard let list = unsafe X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else {
            ERR_clear_error()
            return names
        }
        let stack = OpaquePointer(list)
        defer { unsafe GENERAL_NAMES_free(stack) }
        let count = unsafe OPENSSL_sk_num(stack)
        for index in 0..<max(0, count) {
            guard let entry = unsafe OPENSSL_sk_value(stack, index) else { continue }
            var kind: CInt = 0
            let name = unsafe entry.assumingMemoryBound(to: GENERAL_NAME.self)
            guard let value = unsafe GENERAL_NAME_get0_value(name, &kind) else { continue }
            let bytes = unsafe Self.bytes(of: value.assumingMemoryBound(to: ASN1_STRING.self))
            switch kind {
            case GEN_DNS: names.hosts.append(String(decoding: bytes, as: UTF8.self))
            case GEN_IPADD: names.addresses.append(bytes)
            default: continue
            }
        }
        return names
    }

    private func commonName() -> String? {
        let subject = unsafe X509_get_subject_name(pointer)
        let index = unsafe X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        guard index >= 0, let entry = unsafe X509_NAME_get_entry(subject, index),
            let value = unsafe X509_NAME_ENTRY_get_data(entry)
        else { return nil }
        return unsafe String(decoding: Self.bytes(of: value), as: UTF8.self)
    }

    private static func bytes(of string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        guard let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(max(0, ASN1_STRING_length(string)))))
    }
}
