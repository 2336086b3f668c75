import COpenSSL

/// Random bytes that nobody can predict, from libcrypto's generator.
package enum SecureRandom {
    /// `count` random bytes.
    ///
    /// Traps where the system has no source of randomness: to go on with bytes that can be guessed would be worse.
    package static func bytes(_ count: Int) -> [UInt8] {
        precondition(count >= 0 && count <= Int(Int32.max), "count outside 0...Int32.max")
        var bytes = [UInt8](repeating: 0, count: count)
        let done = unsafe RAND_bytes(&bytes, Int32(count))
        precondition(done == 1, "the system has no source of randomness")
        return bytes
    }
}
