import MCP
import Testing

@Suite("Server-sent events")
struct ServerSentEventTests {
    private func text(_ event: ServerSentEvent) -> String { String(decoding: event.serialized(), as: UTF8.self) }

    @Test("fields are written in the form of the HTML standard")
    func fields() {
        #expect(text(ServerSentEvent(id: "a.1", data: "")) == "id: a.1\ndata: \n\n")
        #expect(text(ServerSentEvent(event: "message", data: "{}")) == "event: message\ndata: {}\n\n")
        #expect(text(ServerSentEvent(comment: "")) == ":\n\n")
        #expect(text(ServerSentEvent(id: "1", retry: 500)) == "retry: 500\nid: 1\n\n")
    }

    @Test("line breaks in data begin new fields, elsewhere they are left out")
    func lineBreaks() {
        #expect(text(ServerSentEvent(data: "a\nb\r\nc\rd")) == "data: a\ndata: b\ndata: c\ndata: d\n\n")
        #expect(text(ServerSentEvent(id: "a\nid: b\u{0}", event: "x\ry")) == "id: aid: b\nevent: xy\n\n")
        #expect(text(ServerSentEvent(comment: "a\ndata: evil")) == ":a\n:data: evil\n\n")
    }
}
