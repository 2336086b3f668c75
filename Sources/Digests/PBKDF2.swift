import COpenSSL

/// PBKDF2 of RFC 8018, with HMAC and SHA-256.
package enum PBKDF2 {
    /// A key of 32 bytes derived from a password.
    ///
    /// The time it takes grows with `iterations`, about a second for each million: whoever takes the count
    /// from a peer caps it first.
    ///
    /// - Parameter iterations: from 1 to `Int32.max`.
    package static func sha256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        precondition(iterations >= 1 && iterations <= Int(Int32.max), "iterations outside 1...Int32.max")
        precondition(password.count <= Int(Int32.max) && salt.count <= Int(Int32.max), "longer than libcrypto takes")
        var key = [UInt8](repeating: 0, count: SHA256.byteCount)
        let done = unsafe password.withUnsafeBytes { password in
            unsafe PKCS5_PBKDF2_HMAC(
                password.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(password.count),
                salt, Int32(salt.count), Int32(iterations), EVP_sha256(), Int32(SHA256.byteCount), &key)
        }
        precondition(done == 1, "libcrypto has no PBKDF2 with SHA-256")
        return key
    }
}
