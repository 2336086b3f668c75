import Testing

@testable import PGWire

@Suite("SASLprep")
struct SASLprepTests {
    private static func string(_ codes: Substring) -> String {
        var scalars = String.UnicodeScalarView()
        for word in codes.split(separator: " ") {
            if let scalar = UInt32(word, radix: 16).flatMap(Unicode.Scalar.init) { scalars.append(scalar) }
        }
        return String(scalars)
    }

    @Test("makes of passwords what PostgreSQL and another normalizer make of them")
    func vectors() throws {
        let lines = SASLprepVectors.text.split(separator: "\n")
        #expect(lines.count == 400)
        for line in lines {
            let sides = line.split(separator: ">", maxSplits: 1)
            let password = Self.string(sides[0])
            let isRefused = sides[1].contains("-")
            let expected = isRefused ? password : Self.string(sides[1])
            #expect(SASLprep.prepare(password) == Array(expected.utf8), "\(line)")
        }
        // Both kinds are among them in numbers.
        let refused = lines.count { $0.hasSuffix("-") }
        #expect(refused > 50 && refused < 350)
    }

    @Test("leaves ASCII as it is, with control characters and nothing at all")
    func ascii() {
        for password in ["", "pencil", "a\u{7F}\u{1}b", String(repeating: "x", count: 10_000)] {
            #expect(SASLprep.prepare(password) == Array(password.utf8))
        }
    }

    @Test("leaves a password of nothing but what is dropped as it is")
    func nothing() {
        #expect(SASLprep.prepare("\u{AD}\u{2060}") == Array("\u{AD}\u{2060}".utf8))
    }

    @Test("composes each Hangul syllable from its parts")
    func hangul() {
        for code in stride(from: UInt32(0xAC00), through: 0xD7A3, by: 7) {
            let index = code - 0xAC00
            let trail = index % 28
            let parts = [0x1100 + index / 588, 0x1161 + index % 588 / 28] + (trail == 0 ? [] : [0x11A7 + trail])
            #expect(NFKC.normalize(parts) == [code])
            #expect(NFKC.normalize([code]) == [code])
        }
    }
}
