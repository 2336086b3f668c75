import Testing

@testable import PGWireTesting

@Suite("Framing")
struct MessageFramerTests {
    /// user = a.
    private static let startup: [UInt8] =
        [0, 0, 0, 16, 0, 3, 0, 0] + Array("user".utf8) + [0, UInt8(ascii: "a"), 0, 0]

    @Test("waits for no message of a length that no message has, but hands the bytes on", arguments: [3, 0x7FFF_FFFF])
    func lengths(length: UInt32) {
        var framer = MessageFramer()
        _ = framer.receive(Self.startup, from: .client)
        var bytes = [UInt8(ascii: "D")]
        bytes.append(integer: length)
        let messages = framer.receive(bytes + [1, 2], from: .server)
        #expect(messages == [WireMessage(malformed: bytes + [1, 2], from: .server)])
        #expect(!framer.hasPart(of: .server))
    }

    @Test("takes one byte for the answer to a request for encryption, but an error for an error")
    func encryption() throws {
        let request = try WireMessage(parsing: "SSLRequest", from: .client)
        let refusal = try WireMessage(parsing: #"ErrorResponse ((S "FATAL") (M "no"))"#, from: .server)
        for (answer, name) in [(Array("S".utf8), "EncryptionResponse"), (refusal.bytes, "ErrorResponse")] {
            var framer = MessageFramer()
            _ = framer.receive(request.bytes, from: .client)
            #expect(framer.receive(answer, from: .server).map(\.name) == [name])
        }
    }

    @Test("names a password by what the server asked for")
    func credentials() throws {
        for (question, answer) in [
            ("AuthenticationCleartextPassword", #"PasswordMessage "a""#),
            (#"AuthenticationSASL ("SCRAM-SHA-256")"#, #"SASLInitialResponse "SCRAM-SHA-256" "n""#),
            (#"AuthenticationSASLContinue "r""#, #"SASLResponse "c""#), ("AuthenticationGSS", #"GSSResponse "t""#),
        ] {
            var framer = MessageFramer()
            _ = framer.receive(Self.startup, from: .client)
            _ = framer.receive(try WireMessage(parsing: question, from: .server).bytes, from: .server)
            let message = try WireMessage(parsing: answer, from: .client)
            #expect(framer.receive(message.bytes, from: .client) == [message])
        }
    }
}
