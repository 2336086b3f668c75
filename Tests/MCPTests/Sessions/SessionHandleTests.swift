import MCP
import Testing

@Suite struct SessionHandleTests {
    @Test("handles and transport ids are random and can be read back")
    func randomAndReadable() throws {
        let handles = (0..<100).map { _ in SessionHandle.random() }
        #expect(Set(handles).count == 100)
        for handle in handles {
            #expect(handle.text.hasPrefix("ses_"))
            #expect(handle.text.utf8.count == 36)
            #expect(SessionHandle(handle.text) == handle)
            #expect(handle.digest.count == 32)
        }
        let ids = (0..<100).map { _ in TransportSessionID.random() }
        #expect(Set(ids).count == 100)
        for id in ids {
            #expect(id.text.utf8.count == 32)
            #expect(TransportSessionID(id.text) == id)
        }
    }

    // The expected text was computed with Python's hmac, hashlib and base64.
    @Test("a transport id leads to one handle, by HMAC-SHA-256")
    func derived() throws {
        let id = try #require(TransportSessionID("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
        #expect(SessionHandle(transportID: id).text == "ses_8hfHcxdRJUWLPwlnN3xyaC-_x-HfrNkH")
        #expect(SessionHandle(transportID: .random()) != SessionHandle(transportID: .random()))
    }

    @Test(
        "what is not exactly a handle is none",
        arguments: [
            "", "ses_", "ses_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ses_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "SES_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "ses_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "ses_AAAAAAAAAAAAAAAA AAAAAAAAAAAAAAA",
            "ses_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\u{E9}", "ses_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\u{0}",
        ])
    func malformed(_ text: String) {
        #expect(SessionHandle(text) == nil)
        #expect(TransportSessionID(text) == nil)
    }

    @Test("neither shows itself in a log")
    func redacted() {
        let handle = SessionHandle.random()
        let id = TransportSessionID.random()
        var dumped = ""
        dump([handle], to: &dumped)
        dump([id], to: &dumped)
        for text in ["\(handle)", String(reflecting: handle), "\(id)", "\([id])", dumped] {
            #expect(!text.contains(handle.text.dropFirst(4)))
            #expect(!text.contains(id.text))
        }
    }
}
