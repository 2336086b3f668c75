import Digests
import Testing

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

@Suite("Digests")
struct DigestTests {
    @Test(
        "SHA-256 gives the digests of FIPS 180-4's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(text: String, digest: String) {
        #expect(hexadecimal(SHA256.hash(bytes(text))) == digest)
    }

    @Test("HMAC with SHA-256 gives the codes of RFC 4231")
    func hmac() {
        #expect(
            hexadecimal(HMACSHA256.authenticate(bytes("Hi There"), key: [UInt8](repeating: 0x0B, count: 20)))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            hexadecimal(HMACSHA256.authenticate(bytes("what do ya want for nothing?"), key: bytes("Jefe")))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            hexadecimal(
                HMACSHA256.authenticate(
                    bytes("Test Using Larger Than Block-Size Key - Hash Key First"),
                    key: [UInt8](repeating: 0xAA, count: 131)))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test("HMAC takes an empty key and an empty message")
    func hmacOfNothing() {
        #expect(
            hexadecimal(HMACSHA256.authenticate([], key: []))
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test(
        "PBKDF2 gives the keys of RFC 7914 section 11, cut to 32 bytes, and of the common test vectors",
        arguments: [
            ("passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"),
            ("Password", "NaCl", 80000, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"),
            ("password", "salt", 4096, "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"),
        ])
    func pbkdf2(password: String, salt: String, iterations: Int, key: String) {
        #expect(
            hexadecimal(PBKDF2.sha256(password: bytes(password), salt: bytes(salt), iterations: iterations)) == key)
    }

    @Test("PBKDF2 gives the same key in whatever steps", arguments: [1, 7, 99, 100, 1000])
    func pbkdf2InSteps(step: Int) {
        var derivation = PBKDF2(password: bytes("password"), salt: bytes("salt"), iterations: 100)
        #expect(derivation.remaining == 99)
        while derivation.remaining > 0 { derivation.advance(step) }
        derivation.advance(step)
        #expect(derivation.key == PBKDF2.sha256(password: bytes("password"), salt: bytes("salt"), iterations: 100))
    }

    @Test("PBKDF2 takes a password longer than a block of SHA-256")
    func pbkdf2OfLongPassword() {
        // Computed by another implementation.
        let key = PBKDF2.sha256(password: bytes(String(repeating: "p", count: 100)), salt: bytes("salt"), iterations: 3)
        #expect(hexadecimal(key) == "f598272d35e2ca276ac07694cf01636c4d643ad3075956477cfdd83eda46d9f6")
    }

    @Test("PBKDF2 takes an empty password")
    func pbkdf2OfEmptyPassword() {
        #expect(
            hexadecimal(PBKDF2.sha256(password: [], salt: bytes("salt"), iterations: 1))
                == "f135c27993baf98773c5cdb40a5706ce6a345cde61b000a67858650cd6a324d7")
    }

    @Test(
        "MD5 gives the digests of RFC 1321",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ])
    func md5(text: String, digest: String) throws {
        // A machine under FIPS has none, and says so by nil.
        let hash = try #require(MD5.hash(bytes(text)))
        #expect(hexadecimal(hash) == digest)
    }

    @Test("Bytes are equal only when all of them are")
    func constantTime() {
        #expect(constantTimeEquals([], []))
        #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEquals([0, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
        #expect(!constantTimeEquals([1, 2], [1, 2, 0]))
    }

    @Test("Random bytes have the number asked for and do not repeat")
    func random() {
        #expect(SecureRandom.bytes(0).isEmpty)
        #expect(SecureRandom.bytes(33).count == 33)
        let drawn = Set((0..<1000).map { _ in SecureRandom.bytes(16) })
        #expect(drawn.count == 1000)
        // Over 16,000 bytes each of the 256 values turns up; by chance one is missing once in 10^24 runs.
        #expect(Set(drawn.joined()).count == 256)
    }
}
