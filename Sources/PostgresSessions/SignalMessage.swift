internal import MCP

/// What one notification says: from which instance it is, and on which streams something has come. The words are
/// separated by spaces.
struct SignalMessage: Equatable {
    /// PostgreSQL takes less than 8,000 bytes.
    private static let maximumStreams = 300

    var instance: Int32
    var streams: [StreamID]

    init(instance: Int32, streams: [StreamID]) {
        self.instance = instance
        self.streams = streams
    }

    /// As many messages as it takes to name the streams.
    static func naming(_ streams: [StreamID], from instance: Int32) -> [SignalMessage] {
        stride(from: 0, to: streams.count, by: maximumStreams).map { start in
            SignalMessage(
                instance: instance, streams: Array(streams[start..<min(start + maximumStreams, streams.count)]))
        }
    }

    /// Reads a notification; nil where it is none of ours. Words of later versions are passed over.
    init?(_ text: String) {
        let words = text.utf8.split(separator: UInt8(ascii: " "))
        guard let first = words.first, let number = Int32(Substring(first)) else { return nil }
        instance = number
        streams = words.dropFirst().compactMap { StreamID(rawValue: String(Substring($0))) }
    }

    var text: String { ([String(instance)] + streams.map(\.rawValue)).joined(separator: " ") }
}
