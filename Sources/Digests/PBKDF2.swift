import COpenSSL

/// PBKDF2 of RFC 8018, with HMAC and SHA-256: a key of 32 bytes derived from a password, in as many steps as its user
/// likes.
///
/// Each iteration goes on from the two states of SHA-256 that the password alone determines, where libcrypto's own
/// function copies a whole HMAC each time and takes twice as long. A million iterations take about a tenth of a second
/// where the processor has instructions for SHA-256, and half a second where not: whoever takes the count from a peer caps
/// it first.
package struct PBKDF2: Sendable {
    private typealias Words = (UInt64, UInt64, UInt64, UInt64)

    private static let blockByteCount = 64

    private let inner: SHA256_CTX
    private let outer: SHA256_CTX
    private var link: Words = (0, 0, 0, 0)
    private var sum: Words = (0, 0, 0, 0)
    /// How many iterations are left to do.
    package private(set) var remaining: Int

    /// A derivation whose first iteration is done.
    ///
    /// - Parameter iterations: from 1 to `Int32.max`.
    package init(password: [UInt8], salt: [UInt8], iterations: Int) {
        precondition(iterations >= 1 && iterations <= Int(Int32.max), "iterations outside 1...Int32.max")
        var key = password.count > Self.blockByteCount ? SHA256.hash(password) : password
        key += [UInt8](repeating: 0, count: Self.blockByteCount - key.count)
        inner = Self.state(after: key.map { $0 ^ 0x36 })
        outer = Self.state(after: key.map { $0 ^ 0x5C })
        let first = HMACSHA256.authenticate(salt + [0, 0, 0, 1], key: password)
        unsafe withUnsafeMutableBytes(of: &link) { unsafe $0.copyBytes(from: first) }
        sum = link
        remaining = iterations - 1
    }

    /// Does up to `count` iterations more; the key is there once none remains.
    package mutating func advance(_ count: Int) {
        let count = max(0, min(count, remaining))
        let (inner, outer) = (inner, outer)
        var sum = sum
        unsafe withUnsafeMutableBytes(of: &link) { link in
            guard let bytes = unsafe link.bindMemory(to: UInt8.self).baseAddress else { return }
            for _ in 0..<count {
                unsafe Self.digest(bytes, after: inner)
                unsafe Self.digest(bytes, after: outer)
                unsafe sum.0 ^= link.load(fromByteOffset: 0, as: UInt64.self)
                unsafe sum.1 ^= link.load(fromByteOffset: 8, as: UInt64.self)
                unsafe sum.2 ^= link.load(fromByteOffset: 16, as: UInt64.self)
                unsafe sum.3 ^= link.load(fromByteOffset: 24, as: UInt64.self)
            }
        }
        self.sum = sum
        remaining -= count
    }

    /// The key.
    package var key: [UInt8] {
        precondition(remaining == 0, "asked for before the last iteration")
        return unsafe withUnsafeBytes(of: sum) { unsafe [UInt8]($0) }
    }

    /// The whole derivation at once.
    package static func sha256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        var derivation = PBKDF2(password: password, salt: salt, iterations: iterations)
        derivation.advance(iterations)
        return derivation.key
    }

    /// Replaces 32 bytes by their digest behind what `state` has taken already.
    @inline(__always)
    private static func digest(_ bytes: UnsafeMutablePointer<UInt8>, after state: SHA256_CTX) {
        var context = state
        unsafe SHA256_Update(&context, bytes, SHA256.byteCount)
        unsafe SHA256_Final(bytes, &context)
    }

    private static func state(after block: [UInt8]) -> SHA256_CTX {
        var context = SHA256_CTX()
        unsafe SHA256_Init(&context)
        unsafe SHA256_Update(&context, block, block.count)
        return context
    }
}
