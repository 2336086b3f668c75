internal import Digests

/// The random name of a stream of events.
public struct StreamID: Hashable, Sendable {
    /// 22 base64url characters.
    public let rawValue: String

    private static let characterCount = 22

    private init(bytes: [UInt8]) { rawValue = Base64.encodeURL(bytes) }

    /// A new name of 128 random bits.
    public static func random() -> StreamID { StreamID(bytes: SecureRandom.bytes(16)) }

    /// Reads a name; nil unless it has the form that names are given out in.
    public init?(rawValue: String) {
        guard rawValue.utf8.count == Self.characterCount, rawValue.utf8.allSatisfy(Base64URLText.isCharacter) else {
            return nil
        }
        self.rawValue = rawValue
    }
}

/// The name of an event: its stream and its place in it, written `stream.sequence`.
public struct EventID: Hashable, Sendable, CustomStringConvertible {
    /// The stream that the event is on.
    public let stream: StreamID
    /// The event's place, from 1; 0 is the place before the first event.
    public let sequence: Int64

    /// The event at this place of a stream.
    public init(stream: StreamID, sequence: Int64) {
        self.stream = stream
        self.sequence = sequence
    }

    /// Reads an id as ``description`` writes it; nil where it is malformed.
    public init?(_ text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, let stream = StreamID(rawValue: String(Substring(parts[0]))),
            let sequence = Int64(Substring(parts[1])), sequence >= 0, String(sequence).utf8.elementsEqual(parts[1])
        else { return nil }
        self.init(stream: stream, sequence: sequence)
    }

    /// The text form.
    public var description: String { "\(stream.rawValue).\(sequence)" }
}
