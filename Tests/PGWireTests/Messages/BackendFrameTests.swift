import Testing

@testable import PGWire

@Suite("The header of a message")
struct BackendFrameTests {
    private func header(
        _ tag: Character, length: Int32, limit: Int = BackendFrame.defaultLimit
    ) throws(PGError) -> BackendFrame? {
        let bytes = encode([.bytes([tag.asciiValue ?? 0]), .int32(length)])
        return try BackendFrame.header(of: bytes.rawSpan, limit: limit)
    }

    @Test("nothing is said before five bytes have come")
    func incomplete() throws {
        let bytes = [UInt8(ascii: "Z"), 0, 0, 0, 5]
        for count in 0..<5 {
            #expect(try BackendFrame.header(of: Array(bytes.prefix(count)).rawSpan) == nil)
        }
        let frame = try #require(try BackendFrame.header(of: bytes.rawSpan))
        #expect(frame == BackendFrame(tag: UInt8(ascii: "Z"), payloadLength: 1))
        #expect(frame.length == 6)
    }

    @Test("a length below the four bytes that it counts itself is refused", arguments: [Int32.min, -1, 0, 3])
    func tooShort(length: Int32) {
        for tag in ["Z", "D", "E"] as [Character] {
            #expect(failure { () throws(PGError) in try header(tag, length: length) }?.code == .protocolViolation)
        }
    }

    @Test("only data and text may be long", arguments: BackendSample.all.map(\.tag) + [BackendMessage.Tag.dataRow])
    func longMessages(tag: UInt8) throws {
        let character = Character(UnicodeScalar(tag))
        #expect(try header(character, length: 30_004)?.payloadLength == 30_000)
        let long = failure { () throws(PGError) in try header(character, length: 30_005) }
        #expect((long == nil) == "DdTENAVt".contains(character))
        #expect((long?.code ?? .protocolViolation) == .protocolViolation)
    }

    @Test("the limit holds for what may be long")
    func limit() throws {
        #expect(try header("D", length: 1 << 30)?.payloadLength == (1 << 30) - 4)
        #expect(try header("D", length: 1004, limit: 1000)?.payloadLength == 1000)
        #expect(
            failure { () throws(PGError) in try header("D", length: 1005, limit: 1000) }?.code == .protocolViolation)
        #expect(failure { () throws(PGError) in try header("D", length: .max) }?.code == .protocolViolation)
        #expect(
            failure { () throws(PGError) in try header("E", length: 1 << 20, limit: BackendFrame.startupLimit) }?.code
                == .protocolViolation)
    }

    @Test("the types of 65,535 parameters fit, and no more")
    func parameterDescription() throws {
        #expect(try header("t", length: 262_146)?.payloadLength == 262_142)
        #expect(failure { () throws(PGError) in try header("t", length: 262_147) }?.code == .protocolViolation)
    }

    @Test(
        "a peer that speaks something else is recognised",
        arguments: ["HTTP/1.1 400", "SSH-2.0-", "220 mail", "\u{15}\u{3}\u{1}\0\u{2}"])
    func otherProtocols(greeting: String) {
        let bytes = Array(greeting.utf8)
        #expect(
            failure { () throws(PGError) in try BackendFrame.header(of: bytes.rawSpan) }?.code == .protocolViolation)
    }
}
