import COpenSSL

/// SHA-256, FIPS 180-4.
package enum SHA256 {
    /// The number of bytes in a digest.
    package static let byteCount = 32

    /// The digest of the bytes.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        let done = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        precondition(done == 1, "libcrypto has no SHA-256")
        return digest
    }
}
