/// Where a client did not say what the transcript has it say.
public struct ReplayMismatch: Error, Sendable, Equatable, CustomStringConvertible {
    /// The connection, counted from 1.
    public let connection: Int
    /// The place in the transcript's entries that the client should have been at; nil behind the last.
    public let entry: Int?
    /// What the client said before on this connection, as the transcript has it.
    public let context: [String]
    /// What the transcript has the client say.
    public let expected: String
    /// What the client said.
    public let actual: String

    /// Expected and actual messages side by side, with a mark where they differ.
    public var description: String {
        let place = entry.map { ", entry \($0 + 1) of the transcript" } ?? ""
        let rows = context.map { ($0, $0, " ") } + [(expected, actual, "≠")]
        let width = min(56, max(8, rows.map { $0.0.count }.max() ?? 0))
        var lines = ["the client left the transcript on connection \(connection)\(place):"]
        lines.append("    " + Self.padded("expected", width) + "   actual")
        for (left, right, mark) in rows {
            let start = mark == " " ? 0 : Self.firstDifference(left, right) - width / 2
            lines.append("    " + Self.row(left, right, mark, from: max(0, start), width))
        }
        return lines.joined(separator: "\n")
    }

    private static func row(_ left: String, _ right: String, _ mark: String, from start: Int, _ width: Int) -> String {
        padded(window(left, from: start, width), width) + " \(mark) " + window(right, from: start, width)
    }

    /// So much of a message as a column has room for.
    private static func window(_ text: String, from start: Int, _ width: Int) -> String {
        guard start > 0 || text.count > width else { return text }
        let part = text.dropFirst(start)
        let head = start > 0 ? "…" : ""
        let tail = part.count > width - head.count ? "…" : ""
        return head + part.prefix(width - head.count - tail.count) + tail
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func firstDifference(_ left: String, _ right: String) -> Int {
        zip(left, right).prefix { $0 == $1 }.count
    }
}
