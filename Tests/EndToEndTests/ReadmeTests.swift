import Foundation
import Testing

/// What the README shows is what is compiled.
struct ReadmeTests {
    @Test("the README's server is the one that is built, in at most 25 lines")
    func server() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let source = try String(
            contentsOf: root.appendingPathComponent("Tests/DiceServer/DiceServer.swift"), encoding: .utf8)
        let from = try #require(source.range(of: "#if Servers\n"))
        let to = try #require(source.range(of: "#else\n"))
        let shown = source[from.upperBound..<to.lowerBound]
        #expect(readme.contains("```swift\n" + shown + "```"))
        #expect(shown.split(separator: "\n", omittingEmptySubsequences: false).count - 1 <= 25)
    }
}
