import COpenSSL

/// MD5, RFC 1321: only for PostgreSQL's `md5` authentication, which nothing else should use.
package enum MD5 {
    /// The digest of the bytes, or nil where libcrypto does not offer MD5, as under FIPS.
    package static func hash(_ bytes: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 16)
        guard unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_md5(), nil) == 1 else {
            // What libcrypto noted must not be taken for the failure of a later call.
            ERR_clear_error()
            return nil
        }
        return digest
    }
}
