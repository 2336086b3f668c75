import PGWire
import Testing

/// By the format that pgvector documents (`vector_send`); no server of these tests has it.
struct PGVectorTests {
    private let type = PGType(rawValue: 70_000)

    @Test("a vector is its dimensions, two reserved bytes and its coordinates")
    func bytes() throws {
        let vector: PGVector = [1, -2.5]
        let golden: [UInt8] = [0, 2, 0, 0, 0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0]
        #expect(try encoded(vector) == golden)
        #expect(try decoded(golden, as: PGVector.self, type) == vector)
        #expect(try decoded(text: "[1,-2.5]", as: PGVector.self, type) == vector)
        #expect(PGVector(vector.description) == vector)
    }

    @Test("what is no vector is an error")
    func errors() throws {
        let hostile: [[UInt8]] = [
            [], [0, 1], [0, 1, 0, 0], [0, 1, 0, 1, 0, 0, 0, 0], [0xFF, 0xFF, 0, 0], [0, 0, 0, 0, 0],
        ]
        for bytes in hostile {
            let error = #expect(throws: PGError.self) { try decoded(bytes, as: PGVector.self, type) }
            #expect(error?.code == .conversion)
        }
        #expect(throws: PGError.self) { try decoded([0, 0, 0, 0], as: PGVector.self, .float4Array) }
        #expect(throws: PGError.self) { try encoded([] as PGVector) }
        #expect(throws: PGError.self) { try encoded([.nan] as PGVector) }
        #expect(throws: PGError.self) { try encoded([.infinity] as PGVector) }
        #expect(throws: PGError.self) { try encoded(PGVector([Float](repeating: 0, count: 40_000))) }
        for text in ["", "[", "[]", "1,2", "[1,2", "[1,,2]", "[1,2] "] { #expect(PGVector(text) == nil, "\(text)") }
    }
}
