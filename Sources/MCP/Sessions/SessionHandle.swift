internal import Digests

/// The secret name of a session: `ses_` and 32 base64url characters, 192 bits.
///
/// Whoever knows a handle (and is the session's principal) may use the session. Stores keep ``digest`` alone, and no
/// log shows more than ``description``.
public struct SessionHandle: Hashable, Sendable {
    /// The handle as the client passes it. Never log it.
    public let text: String

    private static let prefix = "ses_"
    private static let randomByteCount = 24
    private static let characterCount = 32
    // The label keeps this derivation apart from any other use of the transport's id. It is no secret: the id is.
    private static let derivationLabel = Array("mcp session handle v1".utf8)

    private init(bytes: [UInt8]) {
        text = Self.prefix + Base64.encodeURL(bytes)
    }

    /// A new handle of 192 random bits.
    public static func random() -> SessionHandle {
        SessionHandle(bytes: SecureRandom.bytes(randomByteCount))
    }

    /// The handle of the session that a legacy client names by `Mcp-Session-Id`.
    ///
    /// It is derived by HMAC-SHA-256: every instance finds the same handle, and the handle, which the model may see,
    /// tells nothing of the transport's id, with which one could end the session or attach to its streams.
    public init(transportID: TransportSessionID) {
        let authentication = HMACSHA256.authenticate(Array(transportID.text.utf8), key: Self.derivationLabel)
        self.init(bytes: Array(authentication.prefix(Self.randomByteCount)))
    }

    /// Reads a handle; nil unless it has exactly the form that handles are given out in.
    public init?(_ text: String) {
        let characters = text.utf8
        let prefix = Self.prefix.utf8
        guard characters.count == prefix.count + Self.characterCount, characters.starts(with: prefix),
            characters.dropFirst(prefix.count).allSatisfy(Base64URLText.isCharacter)
        else { return nil }
        self.text = text
    }

    /// SHA-256 of the handle, 32 bytes: the name under which stores keep the session.
    public var digest: [UInt8] { SHA256.hash(Array(text.utf8)) }
}

extension SessionHandle: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The form for logs, which cannot be used as a handle.
    public var description: String { "ses_…" }
    /// As ``description``.
    public var debugDescription: String { description }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
