/// What is wrong with a transcript.
public struct TranscriptError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file, where the transcript was read from one.
    public var file: String?
    /// The line, counted from 1.
    public var line: Int?
    /// What is wrong.
    public var message: String

    init(_ message: String, file: String? = nil, line: Int? = nil) {
        self.message = message
        self.file = file
        self.line = line
    }

    /// Place and problem, as compilers write them: `Fixtures/16/copy.transcript:12: “Qery” is no message of the frontend`.
    public var description: String {
        let place = [file, line.map(String.init)].compactMap { $0 }.joined(separator: ":")
        return place.isEmpty ? message : "\(place): \(message)"
    }
}
