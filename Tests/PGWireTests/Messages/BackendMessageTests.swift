import Testing

@testable import PGWire

@Suite("Messages from the server")
struct BackendMessageTests {
    @Test("Each kind of message is read", arguments: BackendSample.all)
    func decodes(sample: BackendSample) throws {
        #expect(try decode(sample.tag, sample.payload) == sample.message)
    }

    @Test("The samples hold every kind of message but DataRow")
    func samplesAreComplete() {
        let known = Set((UInt8.min...UInt8.max).filter(BackendMessage.Tag.isKnown))
        #expect(known == Set(BackendSample.all.map(\.tag)).union([BackendMessage.Tag.dataRow]))
    }

    @Test("A message that is cut off anywhere is refused or read as something shorter", arguments: BackendSample.all)
    func truncations(sample: BackendSample) {
        for length in 0..<sample.payload.count {
            let cut = Array(sample.payload.prefix(length))
            do throws(PGError) {
                let message = try decode(sample.tag, cut)
                #expect(!sample.endsItself && message != sample.message, "cut to \(length) bytes")
            } catch {
                #expect(error.code == .protocolViolation)
            }
        }
    }

    @Test("A message that goes on after its end is refused", arguments: BackendSample.all.filter(\.endsItself))
    func trailingBytes(sample: BackendSample) {
        #expect(
            failure { () throws(PGError) in try decode(sample.tag, sample.payload + [0]) }?.code == .protocolViolation)
    }

    static let impossibleCounts: [(Character, [UInt8])] = [
        ("T", encode([.int16(-1)])), ("T", encode([.int16(.min)])), ("T", encode([.int16(.max)])),
        ("T", encode([.int16(1), .bytes([UInt8](repeating: 0, count: 18))])),
        ("t", encode([.int16(-1)])), ("t", encode([.int16(2), .int32(20)])),
        ("G", encode([.int8(0), .int16(-1)])), ("H", encode([.int8(0), .int16(.max)])),
        ("W", encode([.int8(0), .int16(2), .int16(0)])),
        ("v", encode([.int32(196_608), .int32(-1)])), ("v", encode([.int32(196_608), .int32(.max), .string("a")])),
        ("V", encode([.int32(-2)])), ("V", encode([.int32(.min)])), ("V", encode([.int32(.max), .bytes([1])])),
        ("R", encode([.int32(10)] + [Field](repeating: .string("X"), count: 65) + [.string("")])),
        ("K", encode([.int32(1), .bytes([1, 2, 3])])),
        ("K", encode([.int32(1), .bytes([UInt8](repeating: 1, count: 257))])),
    ]

    @Test("A count that the message cannot hold is refused", arguments: impossibleCounts)
    func hostileCounts(tag: Character, payload: [UInt8]) {
        #expect(failure { () throws(PGError) in try decode(tag.asciiValue ?? 0, payload) }?.code == .protocolViolation)
    }

    static let impossibleValues: [(Character, [UInt8])] = [
        ("Z", encode([.int8(0x58)])),
        ("G", encode([.int8(2), .int16(0)])), ("G", encode([.int8(0), .int16(1), .int16(2)])),
        (
            "T",
            encode([
                .int16(1), .string("c"), .int32(0), .int16(0), .int32(25), .int16(-1), .int32(-1), .int16(2),
            ])
        ),
        ("C", [0xFF, 0]), ("S", [0xC3, 0, 0x41, 0]),
    ]

    @Test("A value that a field cannot have is refused", arguments: impossibleValues)
    func impossible(tag: Character, payload: [UInt8]) {
        #expect(failure { () throws(PGError) in try decode(tag.asciiValue ?? 0, payload) }?.code == .protocolViolation)
    }

    @Test("An unknown tag and a DataRow out of place are refused, and the error names them")
    func unknownTags() {
        for tag in UInt8.min...UInt8.max where !BackendMessage.Tag.isKnown(tag) {
            #expect(failure { () throws(PGError) in try decode(tag, []) }?.code == .protocolViolation)
        }
        #expect(
            failure { () throws(PGError) in try decode(0x7E, []) }?.message
                == "The server sent a 0x7e where none was due")
        #expect(
            failure { () throws(PGError) in try decode(BackendMessage.Tag.dataRow, [0, 0]) }?.message
                == "The server sent a DataRow where none was due")
    }

    @Test("An error in another encoding keeps its fields")
    func foreignEncoding() throws {
        // "Größe" in Latin-1.
        let payload = [0x4D, 0x47, 0x72, 0xF6, 0xDF, 0x65, 0, 0x43, 0x35, 0x33, 0x33, 0x30, 0x30, 0, 0] as [UInt8]
        guard case .errorResponse(let error) = try decode(BackendMessage.Tag.errorResponse, payload) else {
            Issue.record("not an error")
            return
        }
        #expect(error.message == "Gr\u{FFFD}\u{FFFD}e")
        #expect(error.sqlState == "53300")
    }

    @Test("Fields of an error that this version does not know are kept")
    func unknownErrorField() throws {
        let payload = encode([.int8(0x7A), .string("new"), .int8(0)])
        #expect(
            try decode(BackendMessage.Tag.noticeResponse, payload)
                == .noticeResponse(PGServerError(fields: [0x7A: "new"])))
    }

    @Test("No change of bytes makes a message trap")
    func mutations() {
        var generator = SplitMix64(seed: 20_261_122)
        var refused = 0
        for sample in BackendSample.all {
            for _ in 0..<2000 {
                var payload = sample.payload
                for _ in 0...Int.random(in: 0...3, using: &generator) {
                    let place = Int.random(in: 0...payload.count, using: &generator)
                    switch Int.random(in: 0...2, using: &generator) {
                    case 0 where place < payload.count: payload.remove(at: place)
                    case 1 where place < payload.count: payload[place] = .random(in: 0...255, using: &generator)
                    default: payload.insert([0, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0, at: place)
                    }
                }
                if let error = failure({ () throws(PGError) in try decode(sample.tag, payload) }) {
                    refused += 1
                    #expect(error.code == .protocolViolation)
                }
            }
        }
        #expect(refused > 10_000)
    }
}

/// A generator whose numbers follow from its seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
