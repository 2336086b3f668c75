import Testing

@testable import PGWireTesting

@Suite("A transcript")
struct TranscriptTests {
    static let text = """
        PGWire transcript 1
        about: one statement with a parameter
        server: 16.15
        tls: negotiated
        authentication: trust
        recorded: by hand

        1 0.000000 F SSLRequest
        1 0.000100 B EncryptionResponse S
        1 0.000900 - TLS
        1 0.001000 F StartupMessage 0 (("user" "mcp") ("options" "-c x=\\"1\\""))
        1 0.001000 B AuthenticationOk
        1 0.001000 B ParameterStatus "TimeZone" "UTC"
        1 0.001000 B BackendKeyData 1001 x'01020304'
        1 0.001000 B ReadyForQuery I
        1 2.000001 F Parse "" "SELECT $1,\\n\\t'ü'" (20 4294967295)
        1 2.000001 F Bind "" "" (1) (x'0000000000000012' NULL "") (1 0)
        1 2.000001 F Describe P ""
        1 2.000001 F Execute "" 0
        1 2.000001 F Sync
        2 2.000002 F CancelRequest 1001 x'01020304'
        2 2.000002 B End
        1 2.100000 B ParseComplete
        1 2.100000 B RowDescription (("id" 0 0 20 8 -1 1) ("" 16384 -1 25 -1 -1 0))
        1 2.100000 B DataRow (x'0000000000000012' NULL)
        1 2.100000 B NoticeResponse ((S "NOTICE") (V "NOTICE") (C "00000") (M "done"))
        1 2.100000 B NegotiateProtocolVersion 196608 ("_pq_.a")
        1 2.100000 B AuthenticationSASL ("SCRAM-SHA-256-PLUS" "SCRAM-SHA-256")
        1 2.100000 B CopyInResponse 0 (0 0)
        1 2.100000 B Bytes x'00ff'
        1 3.000000 F Reset

        """

    @Test("what is read is written the same")
    func roundTrip() throws {
        let transcript = try Transcript(parsing: Self.text)
        #expect(transcript.text == Self.text)
        #expect(transcript.header.tls == .negotiated)
        #expect(transcript.header.server == "16.15")
        #expect(transcript.connections == 2)
        #expect(transcript.entries.count == 24)
        #expect(transcript.entries[8].time == .microseconds(2_000_001))
    }

    @Test("a message's text gives the bytes of the manual")
    func bytes() throws {
        let bind = try WireMessage(parsing: #"Bind "p" "s" (1) (x'00000012' NULL) ()"#, from: .client)
        let expected: [UInt8] =
            [0x42, 0, 0, 0, 28] + [0x70, 0, 0x73, 0] + [0, 1, 0, 1] + [0, 2, 0, 0, 0, 4, 0, 0, 0, 0x12]
            + [0xFF, 0xFF, 0xFF, 0xFF] + [0, 0]
        #expect(bind.bytes == expected)
        let startup = try WireMessage(parsing: #"StartupMessage 2 (("user" "a"))"#, from: .client)
        #expect(startup.bytes == [0, 0, 0, 16, 0, 3, 0, 2] + Array("user".utf8) + [0, 0x61, 0, 0])
        let ready = try WireMessage(parsing: "ReadyForQuery T", from: .server)
        #expect(ready.bytes == [0x5A, 0, 0, 0, 5, 0x54])
    }

    @Test("bytes that are no message of their name are kept as bytes")
    func malformed() {
        let long = WireMessage("ReadyForQuery", from: .server, bytes: [0x5A, 0, 0, 0, 6, 0x54, 0])
        #expect(long.name == "Bytes")
        #expect(long.description == "Bytes x'5a000000065400'")
        let unknown = WireMessage("Nonsense", from: .server, bytes: [1])
        #expect(unknown.description == "Bytes x'01'")
    }

    @Test("text and bytes are told apart so that each comes back")
    func literals() throws {
        for bytes: [UInt8] in [
            [], [0], Array("x'00'".utf8), Array("\"\\\n\r\t".utf8), [0xC3], Array("é😀".utf8), [0x7F],
        ] {
            let message = WireMessage(
                "CopyData", from: .client, bytes: [0x64, 0, 0, 0, UInt8(4 + bytes.count)] + bytes)
            #expect(message.name == "CopyData")
            #expect(try WireMessage(parsing: message.description, from: .client) == message)
            #expect(!message.description.contains("\n"))
        }
    }

    static let mistakes: [(String, String, Int, String)] = [
        ("transcript 1", "transcript 2", 1, "no transcript"),
        ("by hand", "by\u{1}hand", 6, "control character"),
        ("tls: negotiated", "tls: maybe", 4, "cannot be"),
        ("tls: negotiated", "version: 3", 4, "where the header has"),
        ("recorded: by hand\n", "", 6, "no"),
        ("F SSLRequest", "X SSLRequest", 8, "direction"),
        ("F SSLRequest", "F SSLReqest", 8, "no message of the frontend"),
        ("F SSLRequest", "F SSLRequest 1", 8, "too much"),
        ("0.000000", "0.0000", 8, "six decimal places"),
        ("0.000100", "0.0x0100", 9, "six decimal places"),
        ("0.001000 F", "0.000001 F", 11, "before that of the line above"),
        ("2 2.000002 F", "3 2.000002 F", 21, "connection 3"),
        ("(20 4294967295)", "(20 4294967296)", 16, "not an integer"),
        ("(20 4294967295)", "(20 4294967295", 16, "end"),
        ("(20 4294967295)", "(20  4294967295)", 16, "field"),
        ("(20 4294967295)", "(20 +5)", 16, "not an integer"),
        ("\\n\\t'ü'", "\\q", 16, "escape"),
        ("x'01020304'\n1 0.001000 B Ready", "x'0102030'\n1 0.001000 B Ready", 14, "hexadecimal"),
        ("- TLS", "- SSL", 10, "TLS alone"),
        ("ReadyForQuery I", "ReadyForQuery Idle", 15, "one letter"),
        ("F Reset\n", "F Reset", 31, "does not end"),
        ("\"mcp\")", "\"mc\\u0000p\")", 11, "escape"),
    ]

    @Test("a mistake is an error that names the file and the line", arguments: mistakes)
    func errors(good: String, bad: String, line: Int, message: String) throws {
        let range = try #require(Self.text.firstRange(of: good))
        let text = Self.text.replacingCharacters(in: range, with: bad)
        let error = #expect(throws: TranscriptError.self) { try Transcript(parsing: text, file: "a.transcript") }
        #expect(error?.description.hasPrefix("a.transcript:\(line): ") == true, "\(error?.description ?? "")")
        #expect(error?.message.contains(message) == true, "\(error?.description ?? "")")
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
