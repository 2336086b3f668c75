internal import Digests

/// The value of the `Mcp-Session-Id` header: 32 base64url characters, 192 random bits.
///
/// It is the transport's secret and never reaches a model; see ``SessionHandle/init(transportID:)``.
public struct TransportSessionID: Hashable, Sendable {
    /// The id as the header carries it. Never log it.
    public let text: String

    private static let randomByteCount = 24
    private static let characterCount = 32

    private init(bytes: [UInt8]) { text = Base64.encodeURL(bytes) }

    /// A new id of 192 random bits.
    public static func random() -> TransportSessionID {
        TransportSessionID(bytes: SecureRandom.bytes(randomByteCount))
    }

    /// Reads an id; nil unless it has exactly the form that ids are given out in.
    public init?(_ text: String) {
        guard text.utf8.count == Self.characterCount, text.utf8.allSatisfy(Base64URLText.isCharacter) else {
            return nil
        }
        self.text = text
    }
}

extension TransportSessionID: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The form for logs, which cannot be used as an id.
    public var description: String { "Mcp-Session-Id …" }
    /// As ``description``.
    public var debugDescription: String { description }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
