/// Something that takes bytes from strangers. A trap, a broken promise or a memory error in it is a finding.
enum FuzzTarget: String, CaseIterable {
    /// The server's messages, and the machines that follow them.
    case messages
    /// The value of each type, in both formats.
    case values
    /// URLs and keyword/value strings.
    case conninfo
    /// Transcripts, and the byte streams that they are made of.
    case transcript
    case json
    /// Requests to MCP's endpoint, their fields before their body.
    case endpoint

    func run(_ bytes: [UInt8]) {
        switch self {
        case .messages: FuzzMessages.run(bytes)
        case .values: FuzzValues.run(bytes)
        case .conninfo: FuzzConnectionStrings.run(bytes)
        case .transcript: FuzzTranscripts.run(bytes)
        case .json: FuzzJSON.run(bytes)
        case .endpoint: FuzzEndpoint.run(bytes)
        }
    }
}
