internal import Digests

/// Asks the person at the client to open a page, for what must not pass through the client (client features,
/// elicitation, URL mode; known from 2025-11-25 on). That they agreed does not say that they are done there.
public struct URLElicitation: InputRequest {
    /// Why the page is to be opened.
    public var message: String
    /// The page.
    public var url: String
    /// The name of what goes on there; in 2025-11-25 `notifications/elicitation/complete` carries it.
    public var elicitationID: String
    /// See ``InputRequest/key``.
    public var key: String?

    /// A page to open.
    ///
    /// - Parameters:
    ///   - message: Why.
    ///   - url: The page.
    ///   - elicitationID: The name of what goes on there; random by default.
    ///   - key: See ``InputRequest/key``.
    public init(_ message: String, url: String, elicitationID: String? = nil, key: String? = nil) {
        self.message = message
        self.url = url
        self.elicitationID = elicitationID ?? Base64.encodeURL(SecureRandom.bytes(16))
        self.key = key
    }

    /// `elicitation/create`
    public var method: String { "elicitation/create" }
    /// `elicitation.url`
    public var requiredCapabilities: JSONObject { ["elicitation": ["url": [:]]] }

    /// Whether the client declared `elicitation.url`.
    public func isSupported(by capabilities: JSONValue?, version: ProtocolVersion) -> Bool {
        version.hasURLElicitation && capabilities?["elicitation"]?["url"]?.objectValue != nil
    }

    /// The parameters; `elicitationId` is one of 2025-11-25 alone.
    public func params(for version: ProtocolVersion) -> JSONObject {
        var params: JSONObject = ["mode": "url", "message": .string(message), "url": .string(url)]
        if version.era == .legacy { params["elicitationId"] = .string(elicitationID) }
        return params
    }

    /// What the person did.
    public func answer(from result: JSONValue) -> ElicitationAnswer.Action? {
        result["action"]?.stringValue.flatMap(ElicitationAnswer.Action.init)
    }
}
