import MCP
import Testing

@Suite struct EventIDTests {
    @Test("an event id can be read back")
    func readable() {
        let id = EventID(stream: .random(), sequence: 42)
        #expect(EventID(id.description) == id)
        #expect(EventID("\(id.stream.rawValue).0")?.sequence == 0)
    }

    @Test(
        "what is not exactly an event id is none",
        arguments: [
            "", ".", "1", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA.", "AAAAAAAAAAAAAAAAAAAAAA.-1",
            "AAAAAAAAAAAAAAAAAAAAAA.+1", "AAAAAAAAAAAAAAAAAAAAAA.01", "AAAAAAAAAAAAAAAAAAAAAA.1.2",
            "AAAAAAAAAAAAAAAAAAAAAA.9223372036854775808", "AAAAAAAAAAAAAAAAAAAAA.1", "AAAAAAAAAAAAAAAAAAAAA\u{0}.1",
            "AAAAAAAAAAAAAAAAAAAAAA.\u{661}", "AAAAAAAAAAAAAAAAAAAAAA. 1",
        ])
    func malformed(_ text: String) {
        #expect(EventID(text) == nil)
    }
}
