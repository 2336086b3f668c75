import Digests
import Testing

@Suite("Base64")
struct Base64Tests {
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("encodes and decodes the vectors of RFC 4648", arguments: vectors)
    func codesVector(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test("brings every byte value back, at every length modulo three")
    func roundTrip() {
        let all = (0...255).map { UInt8($0) }
        for count in 0...256 {
            let bytes = Array(all.prefix(count))
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test("uses the alphabet for URLs without padding")
    func urls() {
        #expect(Base64.encodeURL([0xFB, 0xFF, 0xFE]) == "-__-")
        #expect(Base64.encode([0xFB, 0xFF, 0xFE]) == "+//+")
        #expect(Base64.encodeURL([0xFB]) == "-w")
        #expect(Base64.encodeURL([UInt8](repeating: 0, count: 24)).utf8.count == 32)
    }

    @Test(
        "refuses what the encoder would not have made",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "====", "=", "Z===", "Zm8", "Zm=8", "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm9v ",
            "Zh==", "Zm9=", "-_-_", "Zm9é", "Zm9v====", "Z\u{0}==",
        ])
    func strict(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
