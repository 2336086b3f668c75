import Testing

@testable import MCP

@Suite("Lines of a byte stream")
struct LineSplitterTests {
    @Test("lines are the same however the bytes arrive", arguments: 1...7)
    func chunks(size: Int) {
        var splitter = LineSplitter(limit: 5)
        let bytes = Array("ab\n\n \r\nabcde\nabcdef\nx\r\nlast".utf8)
        var lines: [LineSplitter.Line] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += splitter.receive(bytes[start..<min(start + size, bytes.count)])
        }
        if let last = splitter.finish() { lines.append(last) }
        let expected: [LineSplitter.Line] = [
            .bytes(Array("ab".utf8)), .bytes(Array("abcde".utf8)), .tooLong, .bytes(Array("x\r".utf8)),
            .bytes(Array("last".utf8)),
        ]
        #expect(lines == expected)
        #expect(splitter.finish() == nil)
    }
}
