import FoundationEssentials

/// A recorded conversation between a client and a PostgreSQL server.
///
/// Its text has one message a line; see <doc:TranscriptFormat>. `pgwire-record` writes such files, ``TranscriptRecorder``
/// makes transcripts in a test, and ``ReplayServer`` plays the server's side of them.
public struct Transcript: Sendable, Equatable {
    /// The line that begins every transcript; the number is the version of the format.
    static let firstLine = "PGWire transcript 1"

    /// What the transcript tells about the conversation.
    public var header: TranscriptHeader
    /// What happened, in the order in which it did.
    public var entries: [TranscriptEntry]

    /// A conversation that somebody else recorded or made up.
    public init(header: TranscriptHeader = TranscriptHeader(), entries: [TranscriptEntry] = []) {
        self.header = header
        self.entries = entries
    }

    /// Reads a transcript from its text.
    ///
    /// - Parameters:
    ///   - text: The whole of a file, as ``text`` writes it.
    ///   - file: The name that errors give.
    /// - Throws: ``TranscriptError`` with the line.
    public init(parsing text: String, file: String? = nil) throws(TranscriptError) {
        var parser = TranscriptParser(file: file)
        self = try parser.parse(text)
    }

    /// Reads a transcript from a file.
    ///
    /// - Throws: ``TranscriptError`` with the file, and the line where there is one.
    public init(contentsOfFile path: String) throws(TranscriptError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw TranscriptError("cannot be read: \(error)", file: path)
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw TranscriptError("is not UTF-8", file: path)
        }
        try self.init(parsing: text, file: path)
    }

    /// The transcript as a file holds it.
    public var text: String {
        var text = Self.firstLine + "\n"
        for (key, value) in header.lines { text += value.isEmpty ? "\(key):\n" : "\(key): \(value.onOneLine)\n" }
        text += "\n"
        for entry in entries { text += "\(entry)\n" }
        return text
    }

    /// Writes the transcript to a file, in the place of one that is there.
    public func write(toFile path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }

    /// How many connections there are.
    public var connections: Int { entries.reduce(0) { max($0, $1.connection) } }
}

extension String {
    /// A header's value has one line.
    fileprivate var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? " " : $0 }))
    }
}

extension StringProtocol {
    var hasControlCharacter: Bool { unicodeScalars.contains { $0.isControl } }
}

extension UnicodeScalar {
    fileprivate var isControl: Bool { value < 0x20 || value == 0x7F }
}
