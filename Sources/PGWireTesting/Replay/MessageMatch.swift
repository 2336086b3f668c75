/// Whether a client's message is the one that the transcript has.
struct MessageMatch {
    let mode: ReplayMode

    func matches(_ expected: WireMessage, _ actual: WireMessage) -> Bool {
        if expected == actual { return true }
        guard mode == .lenient, expected.name == actual.name, expected.name != WireMessage.malformedName else {
            return false
        }
        return Self.statement(expected) == Self.statement(actual)
    }

    /// What a statement's text comes to, where the message has one.
    private static func statement(_ message: WireMessage) -> [Substring]? {
        let payload = message.bytes.dropFirst(5)
        let texts = payload.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        let text: ArraySlice<UInt8>? =
            switch message.name {
            case "Query": texts.first
            case "Parse": texts.dropFirst().first
            default: nil
            }
        return text.map { String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace) }
    }

    /// A message as a report may show it: not what could be a real user's password.
    static func shown(_ message: WireMessage) -> String {
        switch message.name {
        case "PasswordMessage", "SASLResponse", "GSSResponse":
            "\(message.name) …"
        case WireMessage.malformedName where message.bytes.first == UInt8(ascii: "p"): "Bytes …"
        default: message.description
        }
    }
}
