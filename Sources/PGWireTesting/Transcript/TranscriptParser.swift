/// Reads a transcript's text, line by line; whatever is not exactly as ``Transcript/text`` writes it is an error.
struct TranscriptParser {
    /// More connections than a conversation has.
    private static let maximumConnections = 10_000

    private let file: String?
    private var line = 0
    private var lastTime = Duration.zero
    private var connections = 0

    init(file: String?) {
        self.file = file
    }

    mutating func parse(_ text: String) throws(TranscriptError) -> Transcript {
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        guard lines.last?.isEmpty == true else {
            line = lines.count
            throw problem("the last line does not end")
        }
        lines.removeLast()
        line = 1
        guard let first = lines.popFirst(), Substring(first) == Transcript.firstLine else {
            throw problem("this is no transcript: its first line is not “\(Transcript.firstLine)”")
        }
        var transcript = Transcript(header: try header(&lines))
        while let next = lines.popFirst() {
            line += 1
            transcript.entries.append(try entry(Substring(next)))
        }
        return transcript
    }

    private func problem(_ message: String) -> TranscriptError {
        TranscriptError(message, file: file, line: line)
    }

    /// Reads up to the empty line.
    private mutating func header(_ lines: inout ArraySlice<Substring.UTF8View>) throws(TranscriptError)
        -> TranscriptHeader
    {
        var header = TranscriptHeader()
        var expected = header.lines.map(\.key)[...]
        while let next = lines.popFirst() {
            line += 1
            if next.isEmpty {
                if let missing = expected.first { throw problem("the header has no “\(missing)”") }
                return header
            }
            let text = Substring(next)
            guard let colon = text.firstIndex(of: ":") else { throw problem("a line of the header without a colon") }
            let key = String(text[..<colon])
            guard let due = expected.popFirst(), key == due else {
                throw problem("“\(key)” where the header has “\(expected.first ?? "its end")”")
            }
            let value = text[colon...].dropFirst()
            guard value.isEmpty || value.first == " " else { throw problem("no blank behind the colon") }
            guard !text.hasControlCharacter else { throw problem("a control character in the header") }
            guard header.set(key, String(value.dropFirst())) else { throw problem("“\(key)” cannot be “\(value)”") }
        }
        throw problem("no empty line ends the header")
    }

    private mutating func entry(_ text: Substring) throws(TranscriptError) -> TranscriptEntry {
        var fields = FieldReader(text)
        do throws(FieldReader.Failure) {
            let connection = try fields.integer(Int.self)
            // Connections are counted as they come.
            guard connection >= 1, connection <= min(connections + 1, Self.maximumConnections) else {
                throw fields.failure("connection \(connection) where at most \(connections + 1) is due")
            }
            connections = max(connections, connection)
            let time = try time(&fields)
            guard time >= lastTime else { throw fields.failure("a time before that of the line above") }
            lastTime = time
            return TranscriptEntry(connection: connection, time: time, try event(&fields))
        } catch {
            throw problem(error.message)
        }
    }

    private func time(_ fields: inout FieldReader) throws(FieldReader.Failure) -> Duration {
        let word = try fields.word("the time")
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let seconds = Int64(parts[0]), (0...1_000_000_000).contains(seconds),
            String(seconds) == parts[0], parts[1].utf8.count == 6, parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
            let microseconds = Int64(parts[1])
        else {
            throw fields.failure("“\(word)” is no time in seconds with six decimal places")
        }
        return .seconds(seconds) + .microseconds(microseconds)
    }

    private func event(_ fields: inout FieldReader) throws(FieldReader.Failure) -> TranscriptEntry.Event {
        let side = try fields.word("the direction")
        if side == "-" {
            guard try fields.word("the event") == "TLS" else { throw fields.failure("“-” stands before TLS alone") }
            try fields.finish()
            return .tls
        }
        guard let origin = MessageOrigin(rawValue: side) else {
            throw fields.failure("the direction “\(side)” is none of F, B and -")
        }
        var word = fields
        switch try word.word("the message") {
        case "End":
            try word.finish()
            return .closed(origin)
        case "Reset":
            try word.finish()
            return .reset(origin)
        default: return .message(try WireMessage(&fields, from: origin))
        }
    }
}
