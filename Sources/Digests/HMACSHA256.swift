import COpenSSL

/// HMAC with SHA-256, RFC 2104.
package enum HMACSHA256 {
    /// The authentication code of a message under a key of any length.
    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        precondition(key.count <= Int(Int32.max), "a key longer than libcrypto takes")
        var code = [UInt8](repeating: 0, count: SHA256.byteCount)
        // libcrypto refuses a nil key, and an empty array may have no address.
        let keyBytes = key.isEmpty ? [0] : key
        let done = unsafe HMAC(EVP_sha256(), keyBytes, Int32(key.count), message, message.count, &code, nil)
        precondition(unsafe done != nil, "libcrypto has no HMAC with SHA-256")
        return code
    }
}
