import Foundation
import Testing

@testable import PGWire

struct SmallFileTests {
    @Test("a file is read whole, with who may read it")
    func content() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "0123456789abcdef", count: 1 << 16)
        let largest = try SmallFile(readingFrom: folder.write(text, to: "largest"))
        #expect(largest.bytes == Array(text.utf8))
        #expect(largest.isPrivate)
        #expect(try SmallFile(readingFrom: folder.write("", to: "open", mode: 0o644)).isPrivate == false)
        #expect(throws: SmallFile.Failure.tooLarge) {
            try SmallFile(readingFrom: folder.write(text + "x", to: "larger"))
        }
    }

    @Test("what is no plain file is refused, and nothing waits for a pipe")
    func strange() throws {
        let folder = try TemporaryFolder()
        let pipe = "\(folder.path)/pipe"
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        #expect(throws: SmallFile.Failure.notRegular) { try SmallFile(readingFrom: pipe) }
        #expect(throws: SmallFile.Failure.notRegular) { try SmallFile(readingFrom: folder.path) }
        #expect(throws: SmallFile.Failure.notRegular) { try SmallFile(readingFrom: "/dev/zero") }
        #expect(throws: SmallFile.Failure.missing) { try SmallFile(readingFrom: "\(folder.path)/none") }
        #expect(throws: SmallFile.Failure.missing) { try SmallFile(readingFrom: "\(pipe)/below") }
        #expect(throws: SmallFile.Failure.missing) { try SmallFile(readingFrom: "/etc/passwd\0x") }
    }
}
